/** The records of `alarm-events`, version 1: canonical JSON, so that the same journal is the same bytes. */

import type { EventContent } from '@tocsin/core/domain/alarm-event.ts'
import type { JournalRecord } from '@tocsin/core/domain/journal-record.ts'
import type { Result } from '@tocsin/core/domain/result.ts'
import { severities } from '@tocsin/core/domain/severity.ts'
import { z } from 'zod'
import { decodeJson, encodeJson } from './json-record.ts'

/*
 * record = canonical JSON, UTF-8, "v":1 and "kind":
 *   claim  claim engine
 *   start  claim offset sites             ; sites: {site: "base" | {claim, offset}}
 *   mark   claim offset now
 *   base   claim offset
 *   event  claim input event              ; input: offset of the site-log record that caused it (R6)
 * event  = {site, n, at, prev, hash, content}
 * content: by its "kind", as core's EventContent says; "corrected" also by its "state"
 */

const severity = z.enum(severities).nullable()
const comparison = z.enum(['>=', '>', '<=', '<'])
const subject = z.strictObject({ kind: z.enum(['sensor', 'gateway', 'intake']), id: z.string() })
const rule = z.strictObject({
  id: z.string(),
  kind: z.enum(['threshold', 'rate', 'silence', 'system']),
  hash: z.string(),
})
const verdict = z.strictObject({
  severity,
  level: z.string(),
  t: z.number(),
  value: z.number().nullable(),
  op: comparison.nullable(),
  limit: z.number().nullable(),
  unit: z.string(),
})
const text = z.string()
const int = z.int()
const opening = { alarm: text, subject, rule, occurrence: int, revision: int, onset: z.number(), verdict }
const change = { alarm: text, revision: int, lag: z.number(), verdict }

const corrected = z.discriminatedUnion('state', [
  z.strictObject({ kind: z.literal('corrected'), alarm: text, state: z.literal('closed'), engine: int }),
  z.strictObject({ kind: z.literal('corrected'), state: z.literal('open'), engine: int, ...opening }),
])

const content = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('raised'),
    ...opening,
    lag: z.number(),
    detail: z.record(text, z.union([text, z.number()])).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('escalated'), ...change }),
  z.strictObject({ kind: z.literal('de-escalated'), ...change }),
  z.strictObject({ kind: z.literal('cleared'), ...change }),
  z.strictObject({
    kind: z.literal('late'),
    subject,
    rule,
    onset: z.number(),
    end: z.number(),
    lag: z.number(),
    verdict,
  }),
  z.strictObject({ kind: z.literal('acknowledged'), alarm: text, severity, revision: int, by: text, command: text }),
  z.strictObject({ kind: z.literal('unacknowledged'), alarm: text, by: text, why: text, command: text }),
  z.strictObject({ kind: z.literal('commented'), alarm: text, by: text, text, command: text }),
  z.strictObject({
    kind: z.literal('refused'),
    alarm: text,
    by: text,
    command: text,
    reason: z.enum(['unknown-alarm', 'worsened', 'already-acknowledged', 'not-acknowledged', 'ended']),
    severity,
  }),
  z.strictObject({
    kind: z.literal('stale'),
    alarm: text,
    cause: z.enum(['silence', 'quality', 'gateway-offline']),
  }),
  z.strictObject({ kind: z.literal('fresh'), alarm: text }),
  z.strictObject({
    kind: z.literal('withdrawn'),
    alarm: text,
    cause: z.enum(['rule-changed', 'rule-removed', 'sensor-removed', 'site-removed']),
  }),
  z.strictObject({ kind: z.literal('superseded'), alarm: text, by: text }),
  z.strictObject({ kind: z.literal('configured'), config: text.nullable(), rules: text }),
  corrected,
]) satisfies z.ZodType<EventContent>

const event = z.strictObject({ site: text, n: int, at: z.number(), prev: text, hash: text, content })
const startPoint = z.union([z.literal('base'), z.strictObject({ claim: text, offset: int })])

const schema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('event'), claim: text, input: int, event }),
  z.strictObject({ kind: z.literal('mark'), claim: text, offset: int, now: z.number() }),
  z.strictObject({ kind: z.literal('claim'), claim: text, engine: int }),
  z.strictObject({ kind: z.literal('start'), claim: text, offset: int, sites: z.record(text, startPoint) }),
  z.strictObject({ kind: z.literal('base'), claim: text, offset: int }),
])

/** Canonical: equal records give equal bytes. */
export function encodeJournalRecord(record: JournalRecord): Uint8Array {
  return encodeJson(1, record)
}

/** @returns the record, or the path of the first wrong field and what is wrong with it */
export function decodeJournalRecord(bytes: Uint8Array): Result<JournalRecord, string> {
  return decodeJson<JournalRecord>(1, schema, bytes)
}

/** Parts that the feed and a gateway's saved view hold as well. */
export { event as alarmEventSchema, rule as ruleRefSchema, subject as subjectSchema, verdict as verdictSchema }
