/** The records of `broadcast-log`, version 1: canonical JSON, so that the same log has the same chain (B7). */

import type { BroadcastRecord } from '@tocsin/core/domain/broadcast.ts'
import type { Result } from '@tocsin/core/domain/result.ts'
import { severities } from '@tocsin/core/domain/severity.ts'
import { z } from 'zod'
import { decodeJson, encodeJson } from './json-record.ts'

/*
 * record = canonical JSON, UTF-8, "v":1, "platform", "at" (the writer's wall clock, UTC ms) and "kind":
 *   claim    claim head                         ; head: {n, hash}, the chain as the writer's fold had it (B7)
 *   request  id by alarm
 *   intent   claim message day source request? approval by body
 *   approve  id by message
 *   reject   id by message why
 *   stop     id by message why
 *   lapse    claim message
 *   sending  claim message platformBoot lift?   ; lift: {areas, window: {start, end}}, of an all-clear
 *   outcome  claim message result platformBoot detail
 *   receipt  claim message platformBoot platformAt known areas
 *   expiry   claim message mark
 *   close    claim message reason areas head
 *   fault    claim code detail request?
 * message = {alarm, type, revision, round?}
 * body    = {site, severity, title, text, eventType, areas, start, end, related, drill?}
 */

const text = z.string()
const int = z.int()
const millis = z.number()
const name = text.min(1).max(200)
const key = z.strictObject({
  alarm: name,
  type: z.enum(['warning', 'update', 'cancel', 'all-clear']),
  revision: int,
  round: int.min(1).exactOptional(),
})
const head = z.strictObject({ n: int.min(0), hash: text })
const receipt = z.strictObject({
  area: text,
  state: z.enum(['pending', 'accepted', 'playing', 'played', 'failed', 'unreached', 'cancelled', 'maybe']),
  terminals: z.strictObject({ reached: int, total: int }).nullable(),
  detail: text,
})
const body = z.strictObject({
  site: name,
  severity: z.enum(severities),
  title: text,
  text,
  eventType: text,
  areas: z.array(z.strictObject({ area: text, name: text, people: z.number(), terminals: z.number() })),
  start: millis,
  end: millis,
  related: z.array(text),
  drill: z.literal(true).exactOptional(),
})
const base = { platform: name, at: millis }
const ours = { ...base, claim: name }
const act = { ...base, id: name, by: name, message: key }

const schema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('claim'), ...ours, head }),
  z.strictObject({ kind: z.literal('request'), ...base, id: name, by: name, alarm: name }),
  z.strictObject({
    kind: z.literal('intent'),
    ...ours,
    message: key,
    day: text.regex(/^\d{8}$/),
    source: text.regex(/^\d{23}$/),
    request: name.exactOptional(),
    approval: z.enum(['automatic', 'needed']),
    by: text.nullable(),
    body,
  }),
  z.strictObject({ kind: z.literal('approve'), ...act }),
  z.strictObject({ kind: z.literal('reject'), ...act, why: text }),
  z.strictObject({ kind: z.literal('stop'), ...act, why: text }),
  z.strictObject({ kind: z.literal('lapse'), ...ours, message: key }),
  z.strictObject({
    kind: z.literal('sending'),
    ...ours,
    message: key,
    platformBoot: text,
    lift: z
      .strictObject({ areas: z.array(text), window: z.strictObject({ start: millis, end: millis }) })
      .exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('outcome'),
    ...ours,
    message: key,
    result: z.enum(['accepted', 'refused']),
    platformBoot: text,
    detail: text,
  }),
  z.strictObject({
    kind: z.literal('receipt'),
    ...ours,
    message: key,
    platformBoot: text,
    platformAt: millis.nullable(),
    known: z.boolean(),
    areas: z.array(receipt),
  }),
  z.strictObject({ kind: z.literal('expiry'), ...ours, message: key, mark: millis }),
  z.strictObject({
    kind: z.literal('close'),
    ...ours,
    message: key,
    reason: z.enum(['played', 'expired', 'rejected', 'refused', 'cancelled', 'superseded', 'alarm-over']),
    areas: z.array(receipt),
    head,
  }),
  z.strictObject({
    kind: z.literal('fault'),
    ...ours,
    code: z.enum(['day-full', 'request-refused']),
    detail: text,
    request: name.exactOptional(),
  }),
]) satisfies z.ZodType<BroadcastRecord>

/** Canonical: equal records give equal bytes. */
export function encodeBroadcastRecord(record: BroadcastRecord): Uint8Array {
  return encodeJson(1, record)
}

/** @returns the record, or the path of the first wrong field and what is wrong with it */
export function decodeBroadcastRecord(bytes: Uint8Array): Result<BroadcastRecord, string> {
  return decodeJson<BroadcastRecord>(1, schema, bytes)
}
