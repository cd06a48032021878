/** Which checkpoint a taker may start from: the rows of R5, each with what would follow if it were left out. */

import { expect, test } from 'vitest'
import type { AlarmEvent } from '../domain/alarm-event.ts'
import type { JournalRecord, StartPoint } from '../domain/journal-record.ts'
import { choose, isCovered, newEvidence, witness } from './takeover.ts'

const mark = (claim: string, offset: number): JournalRecord => ({ kind: 'mark', claim, offset, now: 0 })
const start = (claim: string, sites: Record<string, StartPoint> = {}, offset = 0): JournalRecord => ({
  kind: 'start',
  claim,
  offset,
  sites,
})
const event = (claim: string, site: string, [input, n]: readonly [number, number]): JournalRecord => ({
  kind: 'event',
  claim,
  input,
  event: { site, n, at: 0, prev: '', hash: '', content: { kind: 'fresh', alarm: '' } } satisfies AlarmEvent,
})
const evidenceOf = (records: readonly JournalRecord[]) => {
  const evidence = newEvidence()
  for (const record of records) witness(evidence, record)
  return evidence
}
const checkpoint = (claim: string, offset: number, over: { n?: number; site?: string } = {}) => ({
  site: 'A',
  claim,
  offset,
  n: 1,
  ...over,
})

test('R5: a checkpoint that nothing in the log proves does not count', () => {
  const evidence = evidenceOf([start('1'), mark('1', 10)])
  expect(isCovered(evidence, checkpoint('1', 10))).toBe(true)
  expect(isCovered(evidence, checkpoint('1', 11))).toBe(false)
  expect(choose(evidence, [checkpoint('1', 11)], 'A')).toBe('base')
})

test('R5: nor does one that only another claim’s records reach', () => {
  const evidence = evidenceOf([start('1'), mark('1', 5), start('2', { A: 'base' }), mark('2', 20)])
  expect(isCovered(evidence, checkpoint('1', 10))).toBe(false)
})

test('R5: an event proves the records before its own for all sites, and of its own only what its site has numbered', () => {
  const evidence = evidenceOf([start('1'), event('1', 'A', [9, 3])])
  expect(isCovered(evidence, checkpoint('1', 9, { n: 7, site: 'B' }))).toBe(true)
  expect(isCovered(evidence, checkpoint('1', 10, { n: 3, site: 'A' }))).toBe(true)
  // Record 9 may have had a second event of A, or one of B, which is not in the log.
  expect(isCovered(evidence, checkpoint('1', 10, { n: 4, site: 'A' }))).toBe(false)
  expect(isCovered(evidence, checkpoint('1', 10, { n: 7, site: 'B' }))).toBe(false)
})

test('R5: only checkpoints of the last claim that stated its start, or the very one that it stated', () => {
  const first = [start('1', { A: 'base' }), mark('1', 30)]
  const covered = [checkpoint('1', 20), checkpoint('1', 30)]
  expect(choose(evidenceOf(first), covered, 'A')).toEqual(checkpoint('1', 30))
  // The second claim began A from the base: it may have corrected what the first claim's state says.
  const second = [...first, start('2', { A: 'base' })]
  expect(choose(evidenceOf(second), covered, 'A')).toBe('base')
  const stated = [...first, start('2', { A: { claim: '1', offset: 20 } })]
  expect(choose(evidenceOf(stated), covered, 'A')).toEqual(checkpoint('1', 20))
  // It was stated but the store has lost it: another of the same claim is not the one that was stated.
  expect(choose(evidenceOf(stated), [checkpoint('1', 30)], 'A')).toBe('base')
  const own = [...stated, mark('2', 40)]
  expect(choose(evidenceOf(own), [...covered, checkpoint('2', 40), checkpoint('2', 50)], 'A')).toEqual(
    checkpoint('2', 40),
  )
})

test('R4: a claim that never stated its start proves nothing', () => {
  expect(choose(evidenceOf([event('1', 'A', [50, 1])]), [checkpoint('1', 10)], 'A')).toBe('base')
})
