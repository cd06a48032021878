import { expect, test } from 'vitest'
import type { FeedFrame } from '@tocsin/core/domain/feed.ts'
import { sampleAlarm, sampleEvent, sampleRaise } from '../testing/samples.ts'
import { emptyFold, foldFrame } from './fold.ts'

const system = {
  engineNow: 1,
  blindSensors: 0,
  blindSites: 0,
  sensors: 9,
  insecure: [],
  faults: [],
  rejectedLastHour: 0,
}
const session = { user: 'u1', name: '甲', role: 'officer', scope: { areas: [], enterprises: [] } } as const

function snapshot(alarms: Extract<FeedFrame, { type: 'snapshot' }>['alarms'], cursor = 'c0'): FeedFrame {
  return { type: 'snapshot', v: 1, cursor, serverNow: 1, session, alarms, messages: [], system, registryVersion: 'r1' }
}

test('events are taken once, in order, and move the cursor', () => {
  const known = emptyFold()
  expect(foldFrame(known, snapshot([])).sites).toBe('all')
  const raise = sampleRaise('cx', 1, 'GT-101')
  expect(foldFrame(known, { type: 'events', cursor: 'c1', events: [raise] }).events).toHaveLength(1)
  expect(foldFrame(known, { type: 'events', cursor: 'c2', events: [raise] }).events).toHaveLength(0)
  expect(known.alarms.size).toBe(1)
  expect(known.cursor).toBe('c2')
})

test('F3: a missing number asks for a snapshot and leaves the cursor before the gap', () => {
  const known = emptyFold()
  foldFrame(known, snapshot([]))
  foldFrame(known, { type: 'events', cursor: 'c1', events: [sampleRaise('cx', 4, 'GT-101')] })
  const change = foldFrame(known, { type: 'events', cursor: 'c2', events: [sampleRaise('cx', 6, 'GT-102')] })
  expect(change.gap).toBe(true)
  expect(known.alarms.size).toBe(1)
  expect(known.cursor).toBe('c1')
})

test('after a snapshot the first number of a site may lie anywhere past its open alarms', () => {
  const known = emptyFold()
  foldFrame(known, snapshot([sampleAlarm({ site: 'cx', sensor: 'GT-101', n: 7 })]))
  expect(foldFrame(known, { type: 'events', cursor: 'c1', events: [sampleRaise('cx', 7, 'GT-102')] }).events).toEqual(
    [],
  )
  const change = foldFrame(known, { type: 'events', cursor: 'c2', events: [sampleRaise('cx', 12, 'GT-103')] })
  expect(change).toMatchObject({ gap: false, events: [{ n: 12 }] })
})

test('an alarm that leaves the table stays in mind as it was', () => {
  const known = emptyFold()
  foldFrame(known, snapshot([]))
  const raise = sampleRaise('cx', 1, 'GT-101')
  const id = sampleAlarm({ site: 'cx', sensor: 'GT-101' }).id
  const withdrawn = sampleEvent('cx', 2, { kind: 'withdrawn', alarm: id, cause: 'rule-removed' })
  foldFrame(known, { type: 'events', cursor: 'c1', events: [raise, withdrawn] })
  expect(known.alarms.size).toBe(0)
  expect(known.ended.get(id)?.severity).toBe('red')
})

test('a snapshot remembers what it closes', () => {
  const known = emptyFold()
  const gone = sampleAlarm({ site: 'cx', sensor: 'GT-101' })
  foldFrame(known, snapshot([gone]))
  foldFrame(known, snapshot([], 'c9'))
  expect(known.ended.has(gone.id)).toBe(true)
  expect(known.cursor).toBe('c9')
})

test('a late value does not replace a newer one', () => {
  const known = emptyFold()
  const value = { site: 'cx', sensor: 's', t: 10, value: 1, quality: 'good', received: 11 } as const
  foldFrame(known, { type: 'values', values: [value, { ...value, t: 5, value: 9 }] })
  expect(known.values.get('cx/s')?.value).toBe(1)
})
