/** The records of `rejected`, version 1: what could not be taken, with the first 64 KiB of its bytes. */

import { rejectionCodes, type RejectedRecord, type RejectionCode } from '@tocsin/core/domain/rejected.ts'
import { ok, type Result } from '@tocsin/core/domain/result.ts'
import { z } from 'zod'
import { decodeJson, encodeJson } from './json-record.ts'

/*
 * record    = canonical JSON, UTF-8, "v":1:
 *             enterprise gateway site client topic received rejections length sha256 payload [messages]
 * rejection = {code, field, detail}
 * length    = bytes of the whole payload; sha256 = of the whole payload, lower-case hex
 * payload   = its first 65,536 bytes at most, base64 (RFC 4648 §4)
 * messages  = only of a record that counts what was not kept: how many; length is then their sum, payload empty
 */

/** M2: so much of a payload is kept. */
export const MAX_KEPT = 64 * 1024

const codes = new Set<string>(Object.keys(rejectionCodes))
const rejection = z.strictObject({
  code: z.custom<RejectionCode>((code) => typeof code === 'string' && codes.has(code), 'not a rejection code'),
  field: z.string(),
  detail: z.string(),
})
const schema = z.strictObject({
  enterprise: z.string(),
  gateway: z.string(),
  site: z.string().nullable(),
  client: z.string(),
  topic: z.string(),
  received: z.number(),
  rejections: z.array(rejection),
  length: z.int(),
  sha256: z.string(),
  payload: z.base64().max(Math.ceil(MAX_KEPT / 3) * 4),
  messages: z.int().positive().exactOptional(),
})

/** @throws TypeError when more than {@link MAX_KEPT} bytes of payload are given */
export function encodeRejectedRecord(record: RejectedRecord): Uint8Array {
  if (record.payload.length > MAX_KEPT) throw new TypeError(`a rejected record keeps ${MAX_KEPT} bytes at most`)
  return encodeJson(1, { ...record, payload: Buffer.from(record.payload).toString('base64') })
}

/** @returns the record, or the path of the first wrong field and what is wrong with it */
export function decodeRejectedRecord(bytes: Uint8Array): Result<RejectedRecord, string> {
  const read = decodeJson(1, schema, bytes)
  if (!read.ok) return read
  return ok({ ...read.value, payload: new Uint8Array(Buffer.from(read.value.payload, 'base64')) })
}
