import { expect, test } from 'vitest'
import { accept, newAcceptance } from './acceptance.ts'
import type { JournalRecord } from './journal-record.ts'

const claim = (id: string, engine = 1): JournalRecord => ({ kind: 'claim', claim: id, engine })
const mark = (id: string): JournalRecord => ({ kind: 'mark', claim: id, offset: 1, now: 1 })
const event = (id: string, site: string, n: number): JournalRecord => ({
  kind: 'event',
  claim: id,
  input: 0,
  event: { site, n, at: 1, prev: '', hash: '', content: { kind: 'fresh', alarm: 'a' } },
})

test('only what carries the latest claim counts, and each (site, number) once (R1)', () => {
  const state = newAcceptance()
  const records: [JournalRecord, boolean][] = [
    [event('a', 's', 1), false],
    [claim('a'), true],
    [event('a', 's', 1), true],
    [event('a', 's', 1), false],
    [claim('b'), true],
    [event('a', 's', 2), false],
    [mark('a'), false],
    [event('b', 's', 2), true],
    [event('b', 't', 1), true],
    [mark('b'), true],
  ]
  expect(records.map(([record]) => accept(state, record))).toEqual(records.map(([, counts]) => counts))
  expect(Object.fromEntries(state.last)).toEqual({ s: 2, t: 1 })
})

test('a claim of a lower engine version after a higher one is void (R3)', () => {
  const state = newAcceptance()
  const records = [claim('new', 2), claim('old', 1), event('old', 's', 1), event('new', 's', 1), claim('next', 2)]
  expect(records.map((record) => accept(state, record))).toEqual([true, false, false, true, true])
  expect(state.claim).toBe('next')
})
