// A sensor gateway's status: golden bytes and refusals.

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeStatus, encodeStatus } from './mqtt-status-v1.ts'

const golden: unknown = JSON.parse(readFileSync(new URL('../testdata/mqtt-status-v1.json', import.meta.url), 'utf8'))

test('both states have the golden bytes and come back', () => {
  const states = { online: { state: 'online' }, offline: { state: 'offline' } } as const
  const printed = Object.entries(states).map(([name, status]) => [name, Buffer.from(encodeStatus(status)).toString()])
  expect(Object.fromEntries(printed)).toEqual(golden)
  for (const status of Object.values(states)) {
    expect(decodeStatus(encodeStatus(status))).toEqual({ ok: true, value: status })
  }
})

test.each([
  ['gone', 'not-json', ''],
  ['"offline"', 'wrong-type', ''],
  ['{"state":"offline"}', 'missing-field', 'v'],
  ['{"v":2,"state":"offline"}', 'wrong-version', 'v'],
  ['{"v":1}', 'missing-field', 'state'],
  ['{"v":1,"state":"away"}', 'wrong-type', 'state'],
])('%s is refused', (payload, code, field) => {
  expect(decodeStatus(Buffer.from(payload))).toMatchObject({ ok: false, error: { code, field } })
})

test('whatever the bytes are, the answer is a status or a reason', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((json) => Buffer.from(json)),
      ),
      (bytes) => {
        expect(decodeStatus(bytes).ok).toBe(false)
      },
    ),
  )
})
