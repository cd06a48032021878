// What a sender hears: golden bytes, round trips, and a field added later that must not disturb.

import { readFileSync } from 'node:fs'
import { rejectionCodes, type RejectionCode } from '@tocsin/core/domain/rejected.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeErrorMessage, encodeErrorMessage, type ErrorMessage } from './mqtt-error-v1.ts'

const golden: unknown = JSON.parse(readFileSync(new URL('../testdata/mqtt-error-v1.json', import.meta.url), 'utf8'))

const message: ErrorMessage = {
  received: 1_781_374_512_345,
  topic: 'tocsin/v1/cx-chem/cx-north/readings',
  boot: 'b7f3',
  seq: 1024,
  rejections: [{ code: 'not-finite', field: 'readings[17].value', detail: 'a finite number expected' }],
}
const unread: ErrorMessage = { ...message, boot: null, seq: null, rejections: [] }

test('the message has the golden bytes', () => {
  const print = (value: ErrorMessage) => Buffer.from(encodeErrorMessage(value)).toString()
  expect({ message: print(message), unread: print(unread) }).toEqual(golden)
})

const isCode = (code: string): code is RejectionCode => Object.hasOwn(rejectionCodes, code)

test('messages come back as they went in', () => {
  const text = fc.string({ unit: 'grapheme' })
  const code = fc.constantFrom(...Object.keys(rejectionCodes).filter(isCode))
  const arbitrary = fc.record({
    received: fc.nat(),
    topic: text,
    boot: fc.option(text),
    seq: fc.option(fc.maxSafeNat()),
    rejections: fc.array(fc.record({ code, field: text, detail: text })),
  })
  fc.assert(
    fc.property(arbitrary, (value) => {
      expect(decodeErrorMessage(encodeErrorMessage(value))).toEqual({ ok: true, value })
    }),
  )
})

test('a field that a later version adds is ignored, a missing one is not', () => {
  const more = Buffer.from(JSON.stringify({ ...message, v: 1, ingest: 'x' }))
  expect(decodeErrorMessage(more)).toEqual({ ok: true, value: message })
  expect(decodeErrorMessage(Buffer.from('{"v":1}')).ok).toBe(false)
})
