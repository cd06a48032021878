/** The frames of the officers' feed, version 1: what stands on the WebSocket in both directions. */

import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import type { MessageView } from '@tocsin/core/domain/broadcast.ts'
import type { ClientFrame, FeedFrame, LatestValue, Session, SystemState } from '@tocsin/core/domain/feed.ts'
import { qualities } from '@tocsin/core/domain/reading.ts'
import { fail, ok, type Result } from '@tocsin/core/domain/result.ts'
import { severities } from '@tocsin/core/domain/severity.ts'
import { z } from 'zod'
import { alarmEventSchema, ruleRefSchema, subjectSchema, verdictSchema } from './journal-record-v1.ts'

/*
 * frame  = JSON, one WebSocket text frame, "type":
 * server → client
 *   snapshot  v:1 cursor serverNow session alarms messages system registryVersion
 *   resumed   v:1 cursor serverNow session system registryVersion
 *   events    cursor events               ; in each site's order
 *   messages  cursor messages             ; each as it is now
 *   progress  cursor serverNow system registryVersion
 *   values    values
 * client → server
 *   hello     v:1 cursor                  ; first; cursor null or what the newest frame carried
 *   watch     sites                       ; at most 500
 * cursor = base64url, opaque to the client
 */

/** A client frame is never larger; a connection that sends more is closed with 1009. */
export const MAX_CLIENT_FRAME = 64 * 1024
/** So many sites may be watched at once. */
export const MAX_WATCHED = 500

/** Close codes of our own (4000–4999 is ours by RFC 6455 §7.4.2). */
export const closeCodes = {
  /** Not a client frame, or no `hello` in time. */
  badFrame: 4400,
  /** The session ended. */
  sessionEnded: 4401,
  /** The client reads too slowly. */
  slow: 4408,
} as const

const text = z.string()
const int = z.int()
const millis = z.number()
const severity = z.enum(severities).nullable()

export const alarmViewSchema = z.object({
  id: text,
  site: text,
  subject: subjectSchema,
  rule: ruleRefSchema,
  occurrence: int,
  revision: int,
  active: z.boolean(),
  raisedAt: millis,
  onset: millis,
  lag: millis,
  severity,
  worst: severity,
  verdict: verdictSchema,
  returnedAt: millis.nullable(),
  revisionAt: z.array(int),
  acknowledged: z.object({ severity, by: text, at: millis }).nullable(),
  stale: z.object({ cause: z.enum(['silence', 'quality', 'gateway-offline']), since: millis }).nullable(),
  comments: int,
  n: int,
  detail: z.record(text, z.union([text, z.number()])).exactOptional(),
}) satisfies z.ZodType<AlarmView>

const messageType = z.enum(['warning', 'update', 'cancel', 'all-clear'])
const areaReceipt = z.object({
  area: text,
  state: z.enum(['pending', 'accepted', 'playing', 'played', 'failed', 'unreached', 'cancelled', 'maybe']),
  terminals: z.object({ reached: int, total: int }).nullable(),
  detail: text,
})
const messageView = z.object({
  id: text,
  key: z.object({ alarm: text, type: messageType, revision: int, round: int.exactOptional() }),
  platform: text,
  ebmId: text,
  body: z.object({
    site: text,
    severity: z.enum(severities),
    title: text,
    text,
    eventType: text,
    areas: z.array(z.object({ area: text, name: text, people: int, terminals: int })),
    start: millis,
    end: millis,
    related: z.array(text),
    drill: z.literal(true).exactOptional(),
  }),
  state: z.enum([
    'awaiting-approval',
    'rejected',
    'approved',
    'sending',
    'accepted',
    'playing',
    'played',
    'refused',
    'expired',
    'cancelled',
    'superseded',
  ]),
  approval: z.enum(['automatic', 'needed']),
  requestedBy: text.nullable(),
  requestedAt: millis,
  decidedBy: text.nullable(),
  decidedAt: millis.nullable(),
  why: text,
  attempts: int,
  sentAt: millis.nullable(),
  closed: z.boolean(),
  expired: z.boolean(),
  cancel: text.nullable(),
  allClear: text.nullable(),
  areas: z.array(areaReceipt),
  log: z.array(z.object({ at: millis, what: text, who: text.nullable(), detail: text })),
}) satisfies z.ZodType<MessageView>

const session = z.object({
  user: text,
  name: text,
  role: z.enum(['viewer', 'officer', 'approver', 'administrator']),
  scope: z.object({ areas: z.array(text), enterprises: z.array(text) }),
}) satisfies z.ZodType<Session>

const system = z.object({
  engineNow: millis.nullable(),
  blindSensors: int,
  blindSites: int,
  sensors: int,
  insecure: z.array(text),
  faults: z.array(z.object({ code: text, detail: text })),
  rejectedLastHour: int,
}) satisfies z.ZodType<SystemState>

export const latestValueSchema = z.object({
  site: text,
  sensor: text,
  t: millis,
  value: z.number(),
  quality: z.enum(qualities),
  received: millis,
}) satisfies z.ZodType<LatestValue>

const current = { cursor: text, serverNow: millis, system, registryVersion: text }

const feedFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('events'), cursor: text, events: z.array(alarmEventSchema) }),
  z.object({ type: z.literal('progress'), ...current }),
  z.object({ type: z.literal('values'), values: z.array(latestValueSchema) }),
  z.object({ type: z.literal('messages'), cursor: text, messages: z.array(messageView) }),
  z.object({ type: z.literal('resumed'), v: z.literal(1), session, ...current }),
  z.object({
    type: z.literal('snapshot'),
    v: z.literal(1),
    session,
    ...current,
    alarms: z.array(alarmViewSchema),
    messages: z.array(messageView),
  }),
]) satisfies z.ZodType<FeedFrame>

const clientFrame = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello'), v: z.literal(1), cursor: text.max(32 * 1024).nullable() }),
  z.strictObject({ type: z.literal('watch'), sites: z.array(text.max(64)).max(MAX_WATCHED) }),
]) satisfies z.ZodType<ClientFrame>

export function encodeFeedFrame(frame: FeedFrame): string {
  return JSON.stringify(frame)
}

export function encodeClientFrame(frame: ClientFrame): string {
  return JSON.stringify(frame)
}

/** @returns the frame, or the path of the first wrong field and what is wrong with it */
export function decodeFeedFrame(data: string): Result<FeedFrame, string> {
  return decode(feedFrame, data)
}

/** @returns the frame, or the path of the first wrong field and what is wrong with it */
export function decodeClientFrame(data: string): Result<ClientFrame, string> {
  return decode(clientFrame, data)
}

function decode<T>(schema: z.ZodType<T>, data: string): Result<T, string> {
  let parsed: unknown
  try {
    parsed = JSON.parse(data)
  } catch (error) {
    return fail(`not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  const result = schema.safeParse(parsed)
  if (result.success) return ok(result.data)
  const issue = result.error.issues[0]
  return fail(issue === undefined ? 'not a frame' : `${issue.path.map(String).join('.')}: ${issue.message}`)
}
