/** The feed has no gap (P9), and a page that no longer hears anything says so by its own clock (F1). */

import type { FeedFrame } from '@tocsin/core/domain/feed.ts'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { numbersOf, recordFrames } from './support/frames.ts'
import { CHENGXI, VILLAGES } from './support/plant.ts'
import { type Relay, startRelay } from './support/relay.ts'
import { logIn, rowOf, type Station, startStation } from './support/station.ts'
import { eventually } from './support/waits.ts'

let station: Station
let relay: Relay
let page: Page
let frames: readonly FeedFrame[] = []
const screens = ['desk', 'alarm', 'sites', 'broadcasts', 'health']

beforeAll(async () => {
  station = await startStation({
    plants: [{ id: 'north', name: '澄溪化工北厂', enterprise: 'chem', area: CHENGXI, sensors: 30, villages: VILLAGES }],
    users: [{ id: 'jia', role: 'officer' }],
  })
  relay = await startRelay(station.system.url)
  const prepare = async (fresh: Page): Promise<void> => {
    frames = recordFrames(fresh)
    await Promise.resolve()
  }
  page = await logIn(station.browser, { url: relay.url, user: 'jia', prepare })
})
afterAll(async () => {
  await relay.stop()
  await station.stop()
})

async function say(values: Readonly<Record<string, number>>): Promise<void> {
  await station.gateways.get('north')?.say('north', values)
}

const feedState = (): Promise<string | null> => page.getByTestId('feed-age').getAttribute('data-state')

interface Journal {
  readonly events: readonly { readonly site: string; readonly n: number }[]
}

/** Straight from the program: the cable may be cut. */
async function journalNumbers(): Promise<number[]> {
  const cookies = await page.context().cookies(relay.url)
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const answer = await fetch(`${station.system.url}/api/journal?site=north&limit=500`, { headers: { cookie } })
  const journal: unknown = await answer.json()
  return (journal as Journal).events.map(({ n }) => n).toSorted((a, b) => a - b)
}

test('P9: cut and resumed, the page has every event that came meanwhile, and is not sent everything anew', async () => {
  await say({ 'GT-1': 5 })
  await rowOf(page, 'GT-1').waitFor()
  relay.cut()
  const before = frames.length
  for (let i = 2; i <= 12; i++) await say({ [`GT-${i}`]: 2.5 })
  await say({ 'GT-2': 0.1, 'GT-3': 5 })
  await eventually(async () => (await journalNumbers()).length).toBeGreaterThanOrEqual(14)
  expect(await page.getByTestId('alarm-row').count()).toBe(1)

  relay.restore()
  await rowOf(page, 'GT-12').waitFor()
  await eventually(() => numbersOf(frames, 'north')).toEqual((await journalNumbers()).slice(1))
  const types = frames.slice(before).map(({ type }) => type)
  expect(types).toContain('resumed')
  expect(types).not.toContain('snapshot')
  expect(await page.getByTestId('alarm-row').count()).toBe(12)
  expect(await rowOf(page, 'GT-2').getAttribute('data-state')).toBe('returned')
  expect(await rowOf(page, 'GT-3').getAttribute('data-severity')).toBe('red')
  expect(await page.getByTestId('fault-band').count()).toBe(0)
})

test('F1: a stopped program is late after 3 s and lost after 10 s, on every screen, its commands off', async () => {
  await rowOf(page, 'GT-4').click()
  station.system.signal('SIGSTOP')
  const stopped = performance.now()
  await eventually(feedState, 6_000).toBe('late')
  const late = performance.now() - stopped
  expect(late).toBeGreaterThan(2_000)
  expect(late).toBeLessThan(5_000)
  expect(await page.getByTestId('feed-age').innerText()).toContain('延迟')
  expect(await page.getByTestId('fault-band').count()).toBe(0)

  await page.getByTestId('fault-band').waitFor({ timeout: 10_000 })
  expect(performance.now() - stopped).toBeGreaterThan(9_000)
  const posts: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST') posts.push(request.url())
  })
  expect(await page.getByTestId('ack').isDisabled()).toBe(true)
  for (const button of await page.getByTestId('pin-ack').all()) expect(await button.isDisabled()).toBe(true)
  await page.keyboard.press('a')
  for (const screen of screens) {
    await page.evaluate(`location.hash = '#/${screen}'`)
    const band = page.getByTestId('fault-band')
    await band.waitFor()
    expect(await band.innerText()).toMatch(/以下为 \d{4}-\d\d-\d\d \d\d:\d\d:\d\d 状态/)
    const enabled = page.locator('[data-testid=commands] button:enabled, [data-testid=approve]:enabled')
    expect(await enabled.count(), screen).toBe(0)
  }
  await page.evaluate(`location.hash = '#/desk'`)
  // Every value has its hatch, and no duration runs.
  await rowOf(page, 'GT-4').waitFor()
  expect(await rowOf(page, 'GT-4').locator('.hx').count()).toBe(1)
  expect(await page.locator('.mk:visible').count()).toBe(0)
  expect(posts).toEqual([])
})

test('and when it turns again all returns, a new alarm included', async () => {
  station.system.signal('SIGCONT')
  await say({ 'GT-20': 2.2 })
  await eventually(feedState, 20_000).toBe('ok')
  await rowOf(page, 'GT-20').waitFor()
  expect(await page.getByTestId('fault-band').count()).toBe(0)
  expect(numbersOf(frames, 'north')).toEqual((await journalNumbers()).slice(1))
  await rowOf(page, 'GT-20').click()
  await page.keyboard.press('a')
  await eventually(() => rowOf(page, 'GT-20').getAttribute('data-state')).toBe('acknowledged')
})
