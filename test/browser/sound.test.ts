/** An alarm is heard: after a real click, in a browser that lets no page begin by itself. */

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audioSpy, heardTones, soundStates, suspendSound } from './support/page-scripts.ts'
import { CHENGXI } from './support/plant.ts'
import { logIn, rowOf, type Station, startStation } from './support/station.ts'
import { eventually, textOf } from './support/waits.ts'

const RED = 960
/** Red sounds each 2.4 s: in this time it would have sounded twice. */
const LISTEN = 5_000

let station: Station
let page: Page

beforeAll(async () => {
  station = await startStation({
    plants: [{ id: 'north', name: '澄溪化工北厂', enterprise: 'chem', area: CHENGXI, sensors: 9, villages: [] }],
    users: [{ id: 'jia', role: 'officer' }],
  })
  page = await logIn(station.browser, { url: station.system.url, user: 'jia', before: audioSpy })
})
afterAll(() => station.stop())

async function say(values: Readonly<Record<string, number>>): Promise<void> {
  await station.gateways.get('north')?.say('north', values)
}

const reds = async (): Promise<number> => (await heardTones(page)).filter((hertz) => hertz === RED).length

test('开始值班 plays the test tone, and the audio runs', async () => {
  await eventually(() => soundStates(page)).toEqual(['running'])
  await eventually(() => heardTones(page)).toEqual([520, 660, 880])
  expect(await textOf(page.getByTestId('sound'))).toBe('声音 开')
  expect(await page.getByTestId('sound-band').count()).toBe(0)
})

test('yellow sounds once; red repeats', async () => {
  await say({ 'GT-1': 1.5 })
  await rowOf(page, 'GT-1').waitFor()
  await eventually(() => heardTones(page)).toEqual([520, 660, 880, 520])
  await say({ 'GT-2': 5 })
  // Two of the four pulses of a red are of this pitch.
  await eventually(reds, 8_000).toBeGreaterThanOrEqual(6)
})

test('消音 is silence for a while, not an acknowledgement; the next red is heard', async () => {
  await page.keyboard.press('m')
  await eventually(() => textOf(page.getByTestId('sound'))).toMatch(/^声音 消音 \d+ s$/)
  const before = await reds()
  await page.waitForTimeout(LISTEN)
  expect(await reds()).toBe(before)
  expect(await rowOf(page, 'GT-2').getAttribute('data-state')).toBe('unacknowledged')
  await say({ 'GT-3': 5 })
  await eventually(reds, 2_000).toBeGreaterThan(before)
})

test('acknowledged, red is silent', async () => {
  for (const tag of ['GT-2', 'GT-3']) {
    await rowOf(page, tag).click()
    await page.keyboard.press('a')
    await eventually(() => rowOf(page, tag).getAttribute('data-state')).toBe('acknowledged')
  }
  const before = await reds()
  await page.waitForTimeout(LISTEN)
  expect(await reds()).toBe(before)
})

test('audio that does not run is a fault of the console: 声音未启用, until a click', async () => {
  await suspendSound(page)
  await page.getByTestId('sound-band').waitFor()
  expect(await textOf(page.getByTestId('sound'))).toBe('声音 未启用')
  await page.reload()
  await page.getByTestId('sound-band').waitFor()
  await say({ 'GT-4': 5 })
  await rowOf(page, 'GT-4').waitFor()
  expect(await heardTones(page)).toEqual([])
  await page.getByTestId('sound-band').getByRole('button').click()
  await eventually(() => soundStates(page)).toEqual(['running'])
  await eventually(reds, 5_000).toBeGreaterThan(0)
  await eventually(() => page.getByTestId('sound-band').count()).toBe(0)
})
