// alarm-events' records: golden bytes for every kind of event, canonical order of keys, and refusals.

import { readFileSync } from 'node:fs'
import type { AlarmEvent, EventContent, Verdict } from '@tocsin/core/domain/alarm-event.ts'
import type { JournalRecord } from '@tocsin/core/domain/journal-record.ts'
import { severities } from '@tocsin/core/domain/severity.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeJournalRecord, encodeJournalRecord } from './journal-record-v1.ts'

const verdict: Verdict = {
  severity: 'red',
  level: '高高',
  t: 1_781_374_512_000,
  value: 2.4,
  op: '>=',
  limit: 1.5,
  unit: 'mg/m³',
}
const alarm = 'cx-north/sensor:cx-GT-101/chlorine/3'
const subject = { kind: 'sensor', id: 'cx-GT-101' } as const
const rule = { id: 'chlorine', kind: 'threshold', hash: 'ab12' } as const
const opening = { alarm, subject, rule, occurrence: 3, revision: 1, onset: 1_781_374_512_000, verdict }

const contents: Record<string, EventContent> = {
  raised: { kind: 'raised', ...opening, lag: 0 },
  'raised-with-detail': { kind: 'raised', ...opening, lag: 5, detail: { from: 1, to: 2, ingest: 'ingest-1' } },
  escalated: { kind: 'escalated', alarm, revision: 2, lag: 0, verdict },
  'de-escalated': { kind: 'de-escalated', alarm, revision: 3, lag: 0, verdict },
  cleared: {
    kind: 'cleared',
    alarm,
    revision: 4,
    lag: 0,
    verdict: { ...verdict, severity: null, level: '', op: null, limit: null, value: null },
  },
  late: { kind: 'late', subject, rule, onset: 1, end: 2, lag: 3, verdict },
  acknowledged: { kind: 'acknowledged', alarm, severity: 'red', revision: 2, by: 'u-7', command: 'c-1' },
  unacknowledged: { kind: 'unacknowledged', alarm, by: 'u-7', why: '误操作', command: 'c-2' },
  commented: { kind: 'commented', alarm, by: 'u-7', text: '已电话核实', command: 'c-3' },
  refused: { kind: 'refused', alarm, by: 'u-7', command: 'c-4', reason: 'worsened', severity: 'red' },
  stale: { kind: 'stale', alarm, cause: 'gateway-offline' },
  fresh: { kind: 'fresh', alarm },
  withdrawn: { kind: 'withdrawn', alarm, cause: 'rule-removed' },
  superseded: { kind: 'superseded', alarm, by: 'cx-north/sensor:cx-GT-101/chlorine/9' },
  configured: { kind: 'configured', config: null, rules: 'f00d' },
  'corrected-closed': { kind: 'corrected', alarm, state: 'closed', engine: 2 },
  'corrected-open': { kind: 'corrected', state: 'open', engine: 2, ...opening },
}

function entry(content: EventContent): AlarmEvent {
  return { site: 'cx-north', n: 17, at: 1_781_374_512_400, prev: '00', hash: 'ff', content }
}

const records: Record<string, JournalRecord> = {
  claim: { kind: 'claim', claim: 'k1', engine: 1 },
  start: { kind: 'start', claim: 'k1', offset: 40, sites: { 'cx-north': { claim: 'k0', offset: 40 }, dp: 'base' } },
  mark: { kind: 'mark', claim: 'k1', offset: 41, now: 1_781_374_512_400 },
  base: { kind: 'base', claim: 'k1', offset: 12 },
  ...Object.fromEntries(
    Object.entries(contents).map(([name, content]): [string, JournalRecord] => [
      name,
      { kind: 'event', claim: 'k1', input: 41, event: entry(content) },
    ]),
  ),
}

const golden: unknown = JSON.parse(readFileSync(new URL('../testdata/journal-record-v1.json', import.meta.url), 'utf8'))

test('each kind of record has the golden bytes and comes back', () => {
  const bytes = Object.entries(records).map(([name, record]) => [
    name,
    Buffer.from(encodeJournalRecord(record)).toString(),
  ])
  expect(Object.fromEntries(bytes)).toEqual(golden)
  for (const record of Object.values(records)) {
    expect(decodeJournalRecord(encodeJournalRecord(record))).toEqual({ ok: true, value: record })
  }
})

test('the order in which keys were written does not matter', () => {
  expect(encodeJournalRecord({ now: 3, offset: 2, claim: 'k', kind: 'mark' })).toEqual(
    encodeJournalRecord({ kind: 'mark', claim: 'k', offset: 2, now: 3 }),
  )
})

test('raised events come back as they went in', () => {
  const raised = fc.record({
    kind: fc.constant('raised' as const),
    alarm: fc.string({ unit: 'grapheme' }),
    subject: fc.record({
      kind: fc.constantFrom('sensor' as const, 'gateway' as const, 'intake' as const),
      id: fc.string(),
    }),
    rule: fc.record({ id: fc.string(), kind: fc.constantFrom('rate' as const, 'system' as const), hash: fc.string() }),
    occurrence: fc.nat(),
    revision: fc.nat(),
    onset: fc.nat(),
    lag: fc.nat(),
    verdict: fc.record({
      severity: fc.option(fc.constantFrom(...severities)),
      level: fc.string(),
      t: fc.nat(),
      value: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)),
      op: fc.option(fc.constantFrom('>=' as const, '<' as const)),
      limit: fc.option(fc.nat()),
      unit: fc.string(),
    }),
  })
  fc.assert(
    fc.property(raised, (content) => {
      const record: JournalRecord = { kind: 'event', claim: 'k', input: 0, event: entry(content) }
      expect(decodeJournalRecord(encodeJournalRecord(record))).toEqual({ ok: true, value: record })
    }),
  )
})

test('what is no record says where', () => {
  const error = (text: string) => decodeJournalRecord(Buffer.from(text))
  expect(error('nothing')).toMatchObject({ ok: false, error: expect.stringMatching(/^not JSON: /) as string })
  expect(error('{"v":3,"kind":"mark"}')).toEqual({ ok: false, error: 'v: 3 is not 1' })
  expect(error('{"v":1,"kind":"mark","claim":"k","offset":1}')).toMatchObject({
    ok: false,
    error: expect.stringMatching(/^now: /) as string,
  })
  const odd = Buffer.from(encodeJournalRecord(records['fresh'] ?? { kind: 'base', claim: '', offset: 0 }))
    .toString()
    .replace('fresh', 'frsh')
  expect(error(odd)).toMatchObject({ ok: false, error: expect.stringMatching(/^event\.content/) as string })
})
