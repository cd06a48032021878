// The records of `rejected`: golden bytes, round trips, and the 64 KiB that are kept.

import { readFileSync } from 'node:fs'
import { rejectionCodes, type RejectedRecord, type RejectionCode } from '@tocsin/core/domain/rejected.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeRejectedRecord, encodeRejectedRecord, MAX_KEPT } from './rejected-record-v1.ts'

const record: RejectedRecord = {
  enterprise: 'cx-chem',
  gateway: 'cx-gw-1',
  site: 'cx-north',
  client: 'cx-gw-1',
  topic: 'tocsin/v1/cx-chem/cx-north/readings',
  received: 1_781_374_512_345,
  rejections: [{ code: 'not-finite', field: 'readings[17].value', detail: 'a finite number expected, null found' }],
  length: 5,
  sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
  payload: new Uint8Array(Buffer.from('hello')),
}

const golden: unknown = JSON.parse(
  readFileSync(new URL('../testdata/rejected-record-v1.json', import.meta.url), 'utf8'),
)

test('the record has the golden bytes', () => {
  expect({ rejected: Buffer.from(encodeRejectedRecord(record)).toString() }).toEqual(golden)
})

const isCode = (code: string): code is RejectionCode => Object.hasOwn(rejectionCodes, code)

test('records come back as they went in', () => {
  const text = fc.string({ unit: 'grapheme' })
  const fields = {
    enterprise: text,
    gateway: text,
    site: fc.option(text),
    client: text,
    topic: text,
    received: fc.nat(),
    rejections: fc.array(
      fc.record({ code: fc.constantFrom(...Object.keys(rejectionCodes).filter(isCode)), field: text, detail: text }),
    ),
    length: fc.nat(),
    sha256: text,
    payload: fc.uint8Array({ maxLength: 300 }),
  }
  const counting = fc.record({ ...fields, messages: fc.integer({ min: 1 }) })
  const arbitrary = fc.oneof(fc.record(fields), counting)
  fc.assert(
    fc.property(arbitrary, (value) => {
      expect(decodeRejectedRecord(encodeRejectedRecord(value))).toEqual({ ok: true, value })
    }),
  )
})

test('64 KiB of payload are kept and no more', () => {
  const full = { ...record, payload: new Uint8Array(MAX_KEPT) }
  expect(decodeRejectedRecord(encodeRejectedRecord(full))).toEqual({ ok: true, value: full })
  expect(() => encodeRejectedRecord({ ...record, payload: new Uint8Array(MAX_KEPT + 1) })).toThrow(TypeError)
})

test('what is no record says where', () => {
  const text = Buffer.from(encodeRejectedRecord(record)).toString()
  const error = (bad: string) => decodeRejectedRecord(Buffer.from(bad))
  expect(error(text.replace('not-finite', 'odd'))).toEqual({
    ok: false,
    error: 'rejections.0.code: not a rejection code',
  })
  expect(error(text.replace('aGVsbG8=', 'a*'))).toMatchObject({ ok: false })
})
