/** A night at the desk: an alarm comes, is acknowledged, refused, undone, broadcast, heard in the villages, and lifted. */

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { feedGate } from './support/feed-gate.ts'
import { animationsOn, watchReceipts } from './support/page-scripts.ts'
import { CHENGXI, VILLAGES } from './support/plant.ts'
import { logIn, rowOf, type Station, startStation } from './support/station.ts'
import { eventually } from './support/waits.ts'

let station: Station
let officer: Page
let approver: Page
const gate = feedGate()

beforeAll(async () => {
  station = await startStation({
    plants: [{ id: 'north', name: '澄溪化工北厂', enterprise: 'chem', area: CHENGXI, sensors: 4, villages: VILLAGES }],
    users: [
      { id: 'jia', role: 'officer' },
      { id: 'yi', role: 'approver' },
    ],
    loudspeakers: true,
  })
  const { browser, system } = station
  ;[officer, approver] = await Promise.all([
    logIn(browser, { url: system.url, user: 'jia', prepare: gate.prepare }),
    logIn(browser, { url: system.url, user: 'yi' }),
  ])
})
afterAll(() => station.stop())

async function say(values: Readonly<Record<string, number>>): Promise<void> {
  await station.gateways.get('north')?.say('north', values)
}

const stateOf = (page: Page, tag: string): Promise<string | null> => rowOf(page, tag).getAttribute('data-state')

test('a red alarm arrives while the officer watches: strip, blinking mark, bold row', async () => {
  await eventually(() => officer.getByTestId('pinned').count()).toBe(0)
  await say({ 'GT-1': 5 })
  const row = rowOf(officer, 'GT-1')
  await row.waitFor()
  expect(await row.getAttribute('data-severity')).toBe('red')
  const strip = await officer.getByTestId('pinned').innerText()
  for (const text of ['红', '澄溪化工北厂', 'GT-1', '5.00', 'mg/m³', '≥ 4', '确认剩余']) expect(strip).toContain(text)
  expect(await row.locator('.mk').isVisible()).toBe(true)
  expect(await animationsOn(officer)).toEqual(['mk 1s'])
})

test('I3: acknowledged by the key A, pending until the feed echoes it', async () => {
  station.system.signal('SIGSTOP')
  await officer.keyboard.press('a')
  const outcome = officer.getByTestId('outcome')
  await eventually(() => outcome.getAttribute('data-outcome')).toBe('pending')
  expect(await stateOf(officer, 'GT-1')).toBe('unacknowledged')
  station.system.signal('SIGCONT')
  await eventually(() => stateOf(officer, 'GT-1')).toBe('acknowledged')
  await eventually(() => outcome.count()).toBe(0)
  expect(await rowOf(officer, 'GT-1').locator('.mk').count()).toBe(0)
  // An acknowledged red stays in the strip.
  expect(await officer.getByTestId('pinned').count()).toBe(1)
  expect(await rowOf(officer, 'GT-1').innerText()).toContain('已确认 jia')
})

test('what got no answer within 3 s is said to be undelivered, and then done once', async () => {
  await say({ 'GT-3': 2.5 })
  await rowOf(officer, 'GT-3').click()
  station.system.signal('SIGSTOP')
  await officer.keyboard.press('a')
  const outcome = officer.getByTestId('outcome')
  await eventually(() => outcome.getAttribute('data-outcome'), 5_000).toBe('undelivered')
  expect(await outcome.innerText()).toContain('未送达，重试')
  await outcome.getByRole('button', { name: '未送达，重试' }).click()
  station.system.signal('SIGCONT')
  await eventually(() => stateOf(officer, 'GT-3')).toBe('acknowledged')
  const kinds = await officer
    .context()
    .request.get(`${station.system.url}/api/journal?site=north&kinds=acknowledged,refused`)
    .then((answer) => answer.text())
  expect(kinds.match(/"kind":"acknowledged","alarm":"[^"]*GT-3/g) ?? kinds).toHaveLength(1)
  expect(kinds).not.toContain('refused')
})

test('undone by the key U, seen by both, and acknowledged again', async () => {
  await officer.keyboard.press('u')
  await eventually(() => stateOf(officer, 'GT-3')).toBe('unacknowledged')
  await eventually(() => stateOf(approver, 'GT-3')).toBe('unacknowledged')
  await officer.keyboard.press('a')
  await eventually(() => stateOf(approver, 'GT-3')).toBe('acknowledged')
})

test('P6: what got worse meanwhile is refused: 已升级为橙', async () => {
  await say({ 'GT-2': 1.5 })
  await rowOf(officer, 'GT-2').click()
  gate.hold()
  await say({ 'GT-2': 2.5 })
  await eventually(() => rowOf(approver, 'GT-2').getAttribute('data-severity')).toBe('orange')
  expect(await rowOf(officer, 'GT-2').getAttribute('data-severity')).toBe('yellow')
  const posted = officer.waitForResponse(/\/api\/commands$/)
  await officer.keyboard.press('a')
  expect((await posted).status()).toBe(202)
  gate.release()
  const outcome = officer.getByTestId('outcome')
  await eventually(() => outcome.getAttribute('data-outcome')).toBe('refused')
  expect(await outcome.innerText()).toContain('已升级为橙')
  expect(await rowOf(officer, 'GT-2').getAttribute('data-severity')).toBe('orange')
  expect(await stateOf(officer, 'GT-2')).toBe('unacknowledged')
})

test('the approver approves the broadcast in a dialog that names place, villages and people, the focus on 取消', async () => {
  await approver.goto(`${station.system.url}/#/broadcasts`)
  const pending = approver.getByTestId('pending')
  await eventually(() => pending.getAttribute('data-type')).toBe('warning')
  await watchReceipts.start(approver)
  await approver.getByTestId('approve').click()
  const dialog = approver.getByRole('dialog')
  const text = await dialog.innerText()
  for (const part of ['澄溪化工北厂', ...VILLAGES.map(({ name }) => name), '3 村 3,127 人'])
    expect(text).toContain(part)
  expect(await approver.locator(':focus').innerText()).toBe('取消')
  const message = await pending.getAttribute('data-message-id')
  await dialog.getByRole('button', { name: '向 3 村播发' }).click()
  const shown = approver.locator(`[data-testid=message][data-message-id="${message ?? ''}"]`)
  await eventually(() => shown.getAttribute('data-state'), 15_000).toBe('played')
})

test('P7: each village was seen to accept, play, and have played', async () => {
  const seen = await watchReceipts.read(approver)
  for (const { area } of VILLAGES) {
    const states = seen.filter(([village]) => village === area).map(([, state]) => state)
    expect(states, area).toEqual(expect.arrayContaining(['accepted', 'playing', 'played']))
    expect(states.indexOf('accepted')).toBeLessThan(states.indexOf('playing'))
    expect(states.indexOf('playing')).toBeLessThan(states.indexOf('played'))
  }
  expect(new Set(station.platform?.control.heard.map(({ area }) => area))).toEqual(
    new Set(VILLAGES.map(({ area }) => area)),
  )
})

test('once the alarm is over an all-clear is proposed, and said only when the approver releases it', async () => {
  await say({ 'GT-1': 0.1 })
  const pending = approver.locator('[data-testid=pending][data-type=all-clear]')
  await pending.waitFor()
  const heard = station.platform?.control.heard.length
  await approver.getByTestId('approve').click()
  const dialog = approver.getByRole('dialog')
  expect(await dialog.innerText()).toContain('报警恢复不等于险情解除')
  expect(await approver.locator(':focus').innerText()).toBe('取消')
  expect(station.platform?.control.heard.length).toBe(heard)
  const message = await pending.getAttribute('data-message-id')
  await approver.getByTestId('confirm').click()
  const shown = approver.locator(`[data-testid=message][data-message-id="${message ?? ''}"]`)
  await eventually(() => shown.getAttribute('data-state'), 15_000).toBe('played')
  expect(station.platform?.control.heard.length).toBeGreaterThan(heard ?? 0)
})
