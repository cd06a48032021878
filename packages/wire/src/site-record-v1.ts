/** The records of `site-log`, version 1: readings as compact binary columns, everything else as JSON. */

import { severities } from '@tocsin/core/domain/severity.ts'
import type { ReadingsRecord, SiteRecord } from '@tocsin/core/domain/site-record.ts'
import { fail, ok, type Result } from '@tocsin/core/domain/result.ts'
import { z } from 'zod'
import { decodeJson, encodeJson } from './json-record.ts'
import { decodeReadings, encodeReadings, READINGS_V1 } from './site-readings-v1.ts'

/*
 * record   = readings | json
 * readings = %x01 …                       ; site-readings-v1.ts: the first byte is the version
 * json     = "{" … "}"                    ; canonical JSON, UTF-8, "v":1 and "kind":
 *   tick     ingest boot mono wall
 *   link     site gateway connection state cause received
 *   blind    site ingest hold
 *   command  site id by at alarm command  ; acknowledge: severity revision · unacknowledge: why · comment: text
 *   config   site config rules at         ; config null: the site is removed
 */

const millis = z.number()
const tick = z.strictObject({
  kind: z.literal('tick'),
  ingest: z.string(),
  boot: z.string(),
  mono: millis,
  wall: millis,
})
const link = z.strictObject({
  kind: z.literal('link'),
  site: z.string(),
  gateway: z.string(),
  connection: z.string(),
  state: z.enum(['online', 'offline']),
  cause: z.enum(['connect', 'close', 'will', 'stall', 'taken-over', 'revoked', 'intake-restart']),
  received: millis,
})
const blind = z.strictObject({ kind: z.literal('blind'), site: z.string(), ingest: z.string(), hold: millis })
const command = {
  kind: z.literal('command'),
  site: z.string(),
  id: z.string(),
  by: z.string(),
  at: millis,
  alarm: z.string(),
}
const commands = z.discriminatedUnion('command', [
  z.strictObject({
    ...command,
    command: z.literal('acknowledge'),
    severity: z.enum(severities).nullable(),
    revision: z.int(),
  }),
  z.strictObject({ ...command, command: z.literal('unacknowledge'), why: z.string() }),
  z.strictObject({ ...command, command: z.literal('comment'), text: z.string() }),
])
const config = z.strictObject({
  kind: z.literal('config'),
  site: z.string(),
  config: z.string().nullable(),
  rules: z.string(),
  at: millis,
})
const schema = z.discriminatedUnion('kind', [tick, link, blind, commands, config])

/** @throws TypeError when a readings record has columns of unequal length, ids that are not ASCII, or times outside ±2⁵¹ ms */
export function encodeSiteRecord(record: SiteRecord): Uint8Array {
  return record.kind === 'readings' ? encodeReadings(record) : encodeJson(1, record)
}

/** @returns the record, or why the bytes are none */
export function decodeSiteRecord(bytes: Uint8Array): Result<SiteRecord, string> {
  const first = bytes[0]
  if (first === READINGS_V1) return decodeReadings(bytes)
  if (first === 0x7b) return decodeJson(1, schema, bytes)
  return fail(first === undefined ? 'empty' : `version byte ${first} is not known`)
}

/** For readers that want readings only (the recorder): null for every other kind, without parsing it. */
export function decodeReadingsOnly(bytes: Uint8Array): Result<ReadingsRecord | null, string> {
  return bytes[0] === READINGS_V1 ? decodeReadings(bytes) : ok(null)
}
