import { expect, test } from 'vitest'
import { siteAlarms } from '../feed/site-alarms.ts'
import { sampleAlarm } from '../testing/samples.ts'
import { listRows, noFilter } from './list-rows.ts'
import { linesOf } from './held-strip.ts'
import { held, settled } from './still.ts'
import { scrollTo, sliceInSight } from './window.ts'

const red = sampleAlarm({ site: 'cx', sensor: 'a' })
const blue = sampleAlarm({ site: 'cx', sensor: 'b', severity: 'blue' })
const other = sampleAlarm({ site: 'dp', sensor: 'c', severity: 'yellow' })
const sites = [siteAlarms('cx', [red, blue], () => ''), siteAlarms('dp', [other], () => '')]
const context = { filter: noFilter, siteInfo: () => undefined, words: ({ id }: { id: string }) => id }

test('each site is a header with its alarms', () => {
  const { rows, alarms, filtered } = listRows(sites, context)
  expect(rows.map(({ key }) => key)).toEqual(['site cx', red.id, blue.id, 'site dp', other.id])
  expect({ alarms, filtered }).toEqual({ alarms: 3, filtered: 0 })
})

test('a red passes every filter, and what is filtered is counted', () => {
  const { rows, filtered } = listRows(sites, { ...context, filter: { ...noFilter, search: 'sensor:c' } })
  expect(rows.map(({ key }) => key)).toEqual(['site cx', red.id, 'site dp', other.id])
  expect(filtered).toBe(1)
})

test('a list that is held keeps its rows and counts what came', () => {
  const shown = settled(listRows(sites.slice(0, 1), context).rows)
  const later = listRows(sites.toReversed(), context).rows
  const still = held(shown, later)
  expect(still.rows).toBe(shown.rows)
  expect(still.arrived).toEqual([other.id])
  expect(settled(later).rows[0]?.key).toBe('site dp')
})

test('a row that is over stays where it is while the list is held', () => {
  const shown = settled(listRows(sites, context).rows)
  expect(held(shown, [])).toBe(shown)
})

test('the window holds what is in sight and a little more', () => {
  const sight = { scrollTop: 2400, height: 240, rowHeight: 24, rows: 10_000 }
  expect(sliceInSight(sight)).toEqual({ from: 92, to: 118 })
  expect(sliceInSight({ ...sight, rows: 100 })).toEqual({ from: 92, to: 100 })
  expect(sliceInSight({ ...sight, scrollTop: 0, rows: 0 })).toEqual({ from: 0, to: 0 })
})

test('scrolling goes only as far as it must', () => {
  const sight = { scrollTop: 240, height: 240, rowHeight: 24, rows: 100 }
  expect(scrollTo(12, sight)).toBe(240)
  expect(scrollTo(3, sight)).toBe(72)
  expect(scrollTo(30, sight)).toBe(30 * 24 + 48 - 240)
})

test('the strip shows the worst; under the pointer what stood there stays, what came stands below', () => {
  const alarms = ['a', 'b', 'c', 'd', 'e'].map((sensor) => sampleAlarm({ site: 'cx', sensor }))
  const ids = alarms.map(({ id }) => id)
  const find = (id: string) => alarms.find((alarm) => alarm.id === id)
  const names = (lines: readonly { subject: { id: string } }[]) => lines.map(({ subject }) => subject.id)
  expect(names(linesOf(alarms.slice(0, 4), null, find))).toEqual(['a', 'b', 'c', 'd'])
  expect(names(linesOf(alarms, null, find))).toEqual(['a', 'b', 'c'])
  const stood = ids.slice(1, 5)
  expect(names(linesOf(alarms, stood, find))).toEqual(['b', 'c', 'd', 'e', 'a'])
  // One that is over keeps its place while it is known.
  expect(names(linesOf(alarms.slice(3), stood, find))).toEqual(['b', 'c', 'd', 'e'])
})
