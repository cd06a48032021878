// site-log's records: golden bytes, round trips, and damaged bytes that must be told from records.

import { readFileSync } from 'node:fs'
import { qualities } from '@tocsin/core/domain/reading.ts'
import { severities } from '@tocsin/core/domain/severity.ts'
import type { ReadingsRecord, SiteRecord } from '@tocsin/core/domain/site-record.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeReadingsOnly, decodeSiteRecord, encodeSiteRecord } from './site-record-v1.ts'

const readings: ReadingsRecord = {
  kind: 'readings',
  site: 'cx-north',
  gateway: 'cx-gw-1',
  boot: 'b7f3',
  seq: 1024,
  received: 1_781_374_512_345,
  sensors: ['cx-GT-101', 'cx-GT-102', 'cx-XV-1'],
  times: [1_781_374_512_000, 1_781_374_511_000, 1_781_374_511_500],
  values: [2.4, -0.05, 1],
  qualities: ['good', 'over-range', 'good'],
}

const records: Record<string, SiteRecord> = {
  readings,
  'readings-all-good': { ...readings, qualities: ['good', 'good', 'good'] },
  tick: { kind: 'tick', ingest: 'ingest-1', boot: '3f9a2c', mono: 12_345, wall: 1_781_374_512_345 },
  link: {
    kind: 'link',
    site: 'cx-north',
    gateway: 'cx-gw-1',
    connection: '3f9a2c.7',
    state: 'offline',
    cause: 'will',
    received: 1_781_374_512_345,
  },
  blind: { kind: 'blind', site: 'cx-north', ingest: 'ingest-1', hold: 120_000 },
  acknowledge: {
    kind: 'command',
    site: 'cx-north',
    id: 'c-1',
    by: 'u-7',
    at: 1_781_374_512_345,
    alarm: 'cx-north/sensor:cx-GT-101/chlorine/3',
    command: 'acknowledge',
    severity: 'red',
    revision: 2,
  },
  unacknowledge: {
    kind: 'command',
    site: 'cx-north',
    id: 'c-2',
    by: 'u-7',
    at: 1_781_374_512_345,
    alarm: 'cx-north/sensor:cx-GT-101/chlorine/3',
    command: 'unacknowledge',
    why: '误操作',
  },
  comment: {
    kind: 'command',
    site: 'cx-north',
    id: 'c-3',
    by: 'u-7',
    at: 1_781_374_512_345,
    alarm: 'cx-north/sensor:cx-GT-101/chlorine/3',
    command: 'comment',
    text: '已电话核实',
  },
  config: { kind: 'config', site: 'cx-north', config: 'c0ffee', rules: 'f00d', at: 1_781_374_512_345 },
  'config-removed': { kind: 'config', site: 'cx-north', config: null, rules: 'f00d', at: 1_781_374_512_345 },
}

const golden: unknown = JSON.parse(readFileSync(new URL('../testdata/site-record-v1.json', import.meta.url), 'utf8'))

function printable(record: SiteRecord): string {
  return Buffer.from(encodeSiteRecord(record)).toString(record.kind === 'readings' ? 'hex' : 'utf8')
}

test('each kind of record has the golden bytes', () => {
  expect(Object.fromEntries(Object.entries(records).map(([name, record]) => [name, printable(record)]))).toEqual(golden)
  for (const record of Object.values(records)) {
    expect(decodeSiteRecord(encodeSiteRecord(record))).toEqual({ ok: true, value: record })
  }
})

const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
const time = fc.integer({ min: 0, max: 8_640_000_000_000_000 / 4 })
const reading = fc.record({
  sensor: id,
  t: time,
  value: fc.double({ noNaN: true }),
  quality: fc.constantFrom(...qualities),
})
const arbitraryReadings = fc
  .record({
    site: id,
    gateway: id,
    boot: fc.stringMatching(/^[ -~]{0,64}$/),
    seq: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    received: time,
    rows: fc.array(reading, { maxLength: 60 }),
  })
  .map(({ rows, ...head }): ReadingsRecord => ({
    kind: 'readings',
    ...head,
    sensors: rows.map((row) => row.sensor),
    times: rows.map((row) => row.t),
    values: rows.map((row) => row.value),
    qualities: rows.map((row) => row.quality),
  }))

test('readings come back as they went in', () => {
  fc.assert(
    fc.property(arbitraryReadings, (record) => {
      const bytes = encodeSiteRecord(record)
      expect(decodeSiteRecord(bytes)).toEqual({ ok: true, value: record })
      expect(encodeSiteRecord(record)).toEqual(bytes)
    }),
  )
})

test('commands come back as they went in', () => {
  const base = { kind: fc.constant('command' as const), site: id, id, by: id, at: time, alarm: fc.string() }
  const command = fc.oneof(
    fc.record({
      ...base,
      command: fc.constant('acknowledge' as const),
      severity: fc.option(fc.constantFrom(...severities)),
      revision: fc.nat(),
    }),
    fc.record({ ...base, command: fc.constant('comment' as const), text: fc.string({ unit: 'grapheme' }) }),
  )
  fc.assert(
    fc.property(command, (record) => {
      expect(decodeSiteRecord(encodeSiteRecord(record))).toEqual({ ok: true, value: record })
    }),
  )
})

test('a readings record cut short or with a byte too many is refused', () => {
  fc.assert(
    fc.property(arbitraryReadings, fc.nat(), (record, cut) => {
      const bytes = encodeSiteRecord(record)
      expect(decodeSiteRecord(bytes.subarray(0, cut % bytes.length)).ok).toBe(false)
      expect(decodeSiteRecord(Buffer.concat([bytes, Buffer.from([0])])).ok).toBe(false)
    }),
  )
})

test('random bytes never throw, nor take memory by the count they claim', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      decodeSiteRecord(Buffer.concat([Buffer.from([1]), bytes]))
    }),
    { numRuns: 2_000 },
  )
  const claim = Buffer.from([1, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])
  expect(decodeSiteRecord(claim)).toEqual({ ok: false, error: 'count: more than the record holds' })
})

test('what is no record says why', () => {
  const error = (text: string) => decodeSiteRecord(Buffer.from(text))
  expect(error('')).toEqual({ ok: false, error: 'empty' })
  expect(error('\u0002')).toEqual({ ok: false, error: 'version byte 2 is not known' })
  expect(error('{"kind":"tick","v":2}')).toEqual({ ok: false, error: 'v: 2 is not 1' })
  expect(error('{"v":1,"kind":"tick","ingest":"a","boot":"b","mono":"1","wall":2}')).toMatchObject({
    ok: false,
    error: expect.stringMatching(/^mono: /) as string,
  })
  expect(error('{"v":1,"kind":"blind","site":"a","ingest":"b","hold":1,"extra":1}').ok).toBe(false)
})

test('the recorder skips other kinds without parsing them', () => {
  expect(decodeReadingsOnly(encodeSiteRecord(readings))).toEqual({ ok: true, value: readings })
  expect(decodeReadingsOnly(Buffer.from('{ not JSON'))).toEqual({ ok: true, value: null })
})

test('what the layout cannot carry is refused at encoding', () => {
  expect(() => encodeSiteRecord({ ...readings, site: '澄溪' })).toThrow('not ASCII')
  expect(() => encodeSiteRecord({ ...readings, values: [1] })).toThrow('unequal')
  expect(() => encodeSiteRecord({ ...readings, times: [1, 2, 2.5] })).toThrow('does not fit')
  expect(() => encodeSiteRecord({ ...readings, seq: -1 })).toThrow('seq')
})
