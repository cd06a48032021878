/** Nobody sees or does more than their role and area allow (P10). */

import { afterAll, beforeAll, expect, test } from 'vitest'
import { CHENGXI, VILLAGES, YANKOU } from './support/plant.ts'
import { logIn, rowOf, type Station, startStation } from './support/station.ts'

let station: Station

beforeAll(async () => {
  station = await startStation({
    plants: [
      { id: 'north', name: '澄溪化工北厂', enterprise: 'chem', area: CHENGXI, sensors: 4, villages: VILLAGES },
      { id: 'works', name: '岩口水厂', enterprise: 'water', area: YANKOU, sensors: 4, villages: [] },
    ],
    users: [
      { id: 'reader', role: 'viewer' },
      { id: 'county', role: 'officer', scope: { areas: [YANKOU], enterprises: [] } },
    ],
    loudspeakers: true,
  })
  await station.gateways.get('north')?.say('north', { 'GT-1': 5, 'GT-2': 1.5 })
  await station.gateways.get('works')?.say('works', { 'GT-3': 2.5 })
})
afterAll(() => station.stop())

test('a viewer sees everything and has no command', async () => {
  const page = await logIn(station.browser, { url: station.system.url, user: 'reader' })
  await rowOf(page, 'GT-1').waitFor()
  await rowOf(page, 'GT-3').waitFor()
  await rowOf(page, 'GT-1').click()
  const posts: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST') posts.push(request.url())
  })
  const commands = ['ack', 'unack', 'comment', 'request', 'approve', 'reject', 'stop', 'pin-ack', 'ack-marked']
  const offered = page.locator(commands.map((id) => `[data-testid=${id}]`).join(', '))
  for (const screen of ['desk', 'alarm', 'broadcasts']) {
    await page.evaluate(`location.hash = '#/${screen}'`)
    await page.locator(screen === 'broadcasts' ? '[data-testid=pending]' : '[data-testid=commands]').waitFor()
    expect(await offered.count(), screen).toBe(0)
    await page.keyboard.press('a')
    await page.keyboard.press('b')
    expect(await page.getByRole('dialog').count(), screen).toBe(0)
  }
  expect(posts).toEqual([])
  await page.context().close()
})

test('an officer of one county sees that county alone', async () => {
  const page = await logIn(station.browser, { url: station.system.url, user: 'county' })
  await rowOf(page, 'GT-3').waitFor()
  expect(await page.getByTestId('alarm-row').count()).toBe(1)
  expect(await page.getByTestId('pinned').count()).toBe(1)
  const foreign = ['澄溪', ...VILLAGES.map(({ name }) => name)]
  for (const screen of ['desk', 'alarm', 'sites', 'broadcasts', 'health']) {
    await page.evaluate(`location.hash = '#/${screen}'`)
    await page.locator('main').waitFor()
    const text = await page.locator('#root').innerText()
    for (const word of foreign) expect(text, screen).not.toContain(word)
  }
  await page.evaluate(`location.hash = '#/alarm/' + encodeURIComponent('north/north-GT-1/test-chlorine/1')`)
  await page.getByText('没有这条报警').waitFor()
  const { request } = page.context()
  expect((await request.get(`${station.system.url}/api/journal?site=north`)).status()).toBe(404)
  await page.context().close()
})
