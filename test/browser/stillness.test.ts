/** The list stands still under the pointer: a click lands on the alarm that it was aimed at. Keys are dead where one writes. */

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { random, testSeed } from '../support/random.ts'
import { pressIn, rowPlaces } from './support/page-scripts.ts'
import { CHENGXI } from './support/plant.ts'
import { logIn, rowOf, type Station, startStation } from './support/station.ts'
import { eventually } from './support/waits.ts'

let station: Station
let page: Page

beforeAll(async () => {
  station = await startStation({
    plants: ['north', 'south'].map((id) => ({
      id,
      name: `澄溪化工 ${id}`,
      enterprise: 'chem',
      area: CHENGXI,
      sensors: 300,
      villages: [],
    })),
    users: [{ id: 'jia', role: 'officer' }],
  })
  page = await logIn(station.browser, { url: station.system.url, user: 'jia' })
  await say(Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`GT-${i + 1}`, 1.5])))
  await rowOf(page, 'GT-12').waitFor()
})
afterAll(() => station.stop())

async function say(values: Readonly<Record<string, number>>, site = 'north'): Promise<void> {
  await station.gateways.get(site)?.say(site, values)
}

const detail = (): Promise<string | null> => page.getByTestId('detail').getAttribute('data-alarm-id')

async function pointAt(tag: string): Promise<{ x: number; y: number }> {
  const box = await rowOf(page, tag).boundingBox()
  if (!box) throw new Error(`${tag} is not on the screen`)
  return { x: box.x + box.width / 3, y: box.y + box.height / 2 }
}

test('with the pointer in the list nothing moves: what comes is counted, what changes changes in place', async () => {
  const { x, y } = await pointAt('GT-6')
  await page.mouse.move(x, y)
  const places = await rowPlaces(page)
  await say({ 'GT-20': 5, 'GT-21': 1.5, 'GT-3': 2.5 })
  await say({ 'GT-1': 1.5 }, 'south')
  const arrived = page.getByTestId('arrived')
  await eventually(() => arrived.innerText()).toBe('新增 3（红 1 黄 2）')
  await eventually(() => rowOf(page, 'GT-3').first().getAttribute('data-severity')).toBe('orange')
  expect(await rowPlaces(page)).toEqual(places)
  // The strip is outside the list: a new red is always there.
  expect(await page.getByTestId('strip').innerText()).toContain('GT-20')

  const aimed = await rowOf(page, 'GT-6').getAttribute('data-alarm-id')
  await page.mouse.click(x, y)
  expect(await detail()).toBe(aimed)

  // Two seconds after the pointer has left.
  await page.mouse.move(400, 20)
  const left = performance.now()
  await eventually(() => page.getByTestId('alarm-row').first().innerText(), 5_000).toContain('GT-20')
  expect(performance.now() - left).toBeGreaterThan(1_500)
  expect(await arrived.count()).toBe(0)
  expect(await detail(), 'the selection is of an alarm, not of a place').toBe(aimed)
  expect(await page.locator('[data-testid=alarm-row][aria-selected=true]').getAttribute('data-alarm-id')).toBe(aimed)
})

test('in a flood every click lands on the alarm that it was aimed at', async () => {
  const seed = testSeed()
  console.log(`seed ${seed} (set TOCSIN_SEED to repeat)`)
  const chance = random(seed)
  let next = 40
  const flood = setInterval(() => {
    const grave = chance() < 0.3 ? 5 : 1.5
    void say({ [`GT-${next}`]: grave, [`GT-${1 + Math.floor(chance() * 12)}`]: 1 + chance() * 4 })
    next += 1
  }, 50)
  try {
    for (let i = 0; i < 30; i++) {
      const places = await rowPlaces(page)
      const place = places[Math.floor(chance() * places.length)]
      if (!place) throw new Error('no row on the screen')
      // Every other time the pointer comes from outside: the row may move until the pointer is there, as for a person.
      if (i % 6 === 0) await page.mouse.move(400, 20)
      await page.mouse.move(place.x, place.y)
      const aimed = (await rowPlaces(page)).find(({ y }) => Math.abs(y - place.y) < 2)
      if (!aimed) continue
      await page.mouse.down()
      await page.mouse.up()
      await expect.poll(detail, { interval: 10, timeout: 1_000 }).toBe(aimed.id)
    }
  } finally {
    clearInterval(flood)
  }
  await eventually(() => page.getByTestId('arrived').innerText()).toMatch(/^新增 \d+/)
})

test('keys are dead in an input and while characters are composed', async () => {
  const posts: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST') posts.push(request.url())
  })
  await page.mouse.move(400, 20)
  const search = page.getByRole('searchbox')
  await search.click()
  const selected = await detail()
  await page.keyboard.type('ajb')
  expect(await search.inputValue()).toBe('ajb')
  expect(await detail()).toBe(selected)
  await page.keyboard.press('Escape')
  expect(await search.inputValue()).toBe('')

  await page.getByTestId('alarm-row').first().click()
  const aimed = page.locator(`[data-testid=alarm-row][data-alarm-id="${(await detail()) ?? ''}"]`)
  expect(await aimed.getAttribute('data-state')).toBe('unacknowledged')
  await pressIn(page, { key: 'a', isComposing: true })
  await pressIn(page, { key: 'a', keyCode: 229 })
  expect(await page.getByRole('dialog').count()).toBe(0)
  expect(posts).toEqual([])
  await pressIn(page, { key: 'a' })
  await eventually(() => posts).toHaveLength(1)
  await eventually(() => aimed.getAttribute('data-state')).toBe('acknowledged')
})

test('keys can be switched off, and the switch is remembered', async () => {
  await page.keyboard.press('?')
  await page.getByRole('dialog').getByRole('checkbox').click()
  await page.keyboard.press('Escape')
  await eventually(() => page.getByRole('dialog').count()).toBe(0)
  const selected = await detail()
  await page.keyboard.press('j')
  await page.keyboard.press('b')
  expect(await detail()).toBe(selected)
  expect(await page.getByRole('dialog').count()).toBe(0)
  await page.reload()
  await page.getByTestId('alarm-row').first().waitFor()
  await page.keyboard.press('b')
  expect(await page.getByRole('dialog').count()).toBe(0)
})
