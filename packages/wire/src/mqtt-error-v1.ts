/** What the sender of a rejected message hears on its error topic, version 1 (P8). */

import { canonical } from '@tocsin/core/domain/canonical.ts'
import type { Millis } from '@tocsin/core/domain/ids.ts'
import { rejectionCodes, type Rejection, type RejectionCode } from '@tocsin/core/domain/rejected.ts'
import type { Result } from '@tocsin/core/domain/result.ts'
import { z } from 'zod'
import { decodeJson } from './json-record.ts'

/*
 * payload   = { "v": 1, "received": t, "topic": string, "boot": string / null, "seq": integer / null,
 *               "rejections": [ rejection ] }                  ; JSON, UTF-8
 * rejection = { "code": code, "field": string, "detail": string }
 * t         = intake's clock, UTC ms
 * boot, seq = of the message rejected, null where they could not be read
 * code      = a key of core's rejectionCodes
 * field     = e.g. "readings[17].value"; "" for the whole message
 */

export interface ErrorMessage {
  readonly received: Millis
  readonly topic: string
  readonly boot: string | null
  readonly seq: number | null
  readonly rejections: readonly Rejection[]
}

const codes = new Set<string>(Object.keys(rejectionCodes))
const schema = z.object({
  received: z.number(),
  topic: z.string(),
  boot: z.string().nullable(),
  seq: z.number().nullable(),
  rejections: z.array(
    z.object({
      code: z.custom<RejectionCode>((code) => typeof code === 'string' && codes.has(code), 'not a rejection code'),
      field: z.string(),
      detail: z.string(),
    }),
  ),
})

export function encodeErrorMessage(message: ErrorMessage): Uint8Array {
  return Buffer.from(canonical({ ...message, v: 1 }))
}

/** @returns the message, or the path of the first wrong field and what is wrong with it */
export function decodeErrorMessage(payload: Uint8Array): Result<ErrorMessage, string> {
  return decodeJson(1, schema, payload)
}
