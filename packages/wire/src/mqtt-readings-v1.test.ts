// Sensor gateways' payloads: what is taken, and which code and field each kind of bad input gets.

import { readFileSync } from 'node:fs'
import { qualities } from '@tocsin/core/domain/reading.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeReadingsMessage, encodeReadingsMessage, MAX_READINGS } from './mqtt-readings-v1.ts'

const golden: unknown = JSON.parse(readFileSync(new URL('../testdata/mqtt-readings-v1.json', import.meta.url), 'utf8'))

function decode(payload: unknown) {
  return decodeReadingsMessage(Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)))
}

const t = 1_781_374_512_000
const row = { tag: 'GT-101', t, value: 2.4 }
const head = { v: 1, boot: 'b7f3', seq: 1024 }

const payloads = {
  single: { ...head, ...row, q: 'good' },
  'single without quality': { ...head, ...row },
  batch: { ...head, readings: [row, { ...row, tag: 'XV-1', value: 1, q: 'maintenance' }] },
  'other fields are ignored': { ...head, ...row, firmware: '1.2', position: { x: 1 } },
  'not JSON': '{"v":1,',
  'not an object': [1],
  'no version': { ...head, ...row, v: undefined },
  'another version': { ...head, ...row, v: 2 },
  'no boot and no seq': { v: 1, ...row },
  'wrong boot and seq': { ...row, v: 1, boot: '启动', seq: -1 },
  'wrong types': { ...head, tag: 7, t: '2026', value: '2.4', q: 'fine' },
  'fields missing': { ...head, readings: [{}] },
  'a time with a fraction': { ...head, ...row, t: t + 0.5 },
  'a value of null': { ...head, ...row, value: null },
  NaN: '{"v":1,"boot":"b","seq":0,"readings":[{"tag":"A","t":1,"value":NaN},{"tag":"NaN","t":1,"value":1}]}',
  Infinity: '{"v":1,"boot":"b","seq":0,"tag":"A","t":1,"value":-Infinity}',
  'past the largest number': '{"v":1,"boot":"b","seq":0,"tag":"A","t":1,"value":1e999}',
  'no readings': { ...head, readings: [] },
  'readings that are no array': { ...head, readings: { 0: row } },
  'a reading that is no object': { ...head, readings: [row, 5, row] },
}

test('each payload is read as the golden file says', () => {
  const read = Object.entries(payloads).map(([name, payload]) => [name, decode(payload)])
  expect(JSON.parse(JSON.stringify(Object.fromEntries(read)))).toEqual(golden)
})

test('one bad value in a batch of 50 costs that value only', () => {
  const readings = Array.from({ length: 50 }, (_, i) => ({ tag: `T-${i}`, t, value: i === 17 ? 'x' : i }))
  const intake = decode({ ...head, readings })
  expect(intake.rejections).toEqual([
    { code: 'wrong-type', field: 'readings[17].value', detail: 'a number expected, "x" found' },
  ])
  expect(intake.readings.flatMap((reading, i) => (reading === null ? [i] : []))).toEqual([17])
})

test('deep nesting is refused without recursion, however deep, wherever it stands', () => {
  const deep = '['.repeat(1_000_000)
  for (const payload of [deep, `{"v":1,"boot":"b","seq":0,"x":${deep}`, '{"a":'.repeat(500_000)]) {
    expect(decode(payload).rejections).toEqual([{ code: 'too-deep', field: '', detail: 'at most 8 levels' }])
  }
  expect(decode({ ...head, ...row, tag: '[[[[[[[[[[{{{{"\\' }).rejections).toEqual([])
})

test('a message has its limit of readings', () => {
  const full = decode({ ...head, readings: Array.from({ length: MAX_READINGS }, () => row) })
  expect(full.rejections).toEqual([])
  const over = decode({ ...head, readings: Array.from({ length: MAX_READINGS + 1 }, () => row) })
  expect(over.readings).toEqual([])
  expect(over.rejections.map(({ code }) => code)).toEqual(['too-many'])
})

test('what is encoded is read back', () => {
  const reading = fc.record({
    tag: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }),
    t: fc.maxSafeInteger(),
    value: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    quality: fc.constantFrom(...qualities),
  })
  const message = fc.record({
    boot: fc.stringMatching(/^[ -~]{1,64}$/),
    seq: fc.maxSafeNat(),
    readings: fc.array(reading, { minLength: 1, maxLength: 20 }),
  })
  fc.assert(
    fc.property(message, (sent) => {
      expect(decodeReadingsMessage(encodeReadingsMessage(sent))).toEqual({ ...sent, batch: true, rejections: [] })
    }),
  )
})

test('no bytes and no JSON make it throw, and what is not taken has a reason', () => {
  const fields = fc.record(
    { v: fc.jsonValue(), boot: fc.jsonValue(), seq: fc.jsonValue(), readings: fc.array(fc.jsonValue()) },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((json) => Buffer.from(json)),
        fields.map((v) => Buffer.from(JSON.stringify(v))),
      ),
      (bytes) => {
        const intake = decodeReadingsMessage(bytes)
        expect(intake.rejections.length > 0 || intake.readings.every((reading) => reading !== null)).toBe(true)
      },
    ),
  )
})
