/** The records of topic `base`, version 1: the state of all sites of a partition, never overwritten (R8). */

import type { SiteId } from '@tocsin/core/domain/ids.ts'
import type { Result } from '@tocsin/core/domain/result.ts'
import { z } from 'zod'
import { decodeJson, encodeJson } from './json-record.ts'

/*
 * One base: `site` records, then one `whole` record which makes it count; all bear (claim, offset). JSON, UTF-8.
 * journal: offset in alarm-events up to which the writer had read with its claim still in force.
 */
const site = z.strictObject({
  kind: z.literal('site'),
  claim: z.string(),
  offset: z.int(),
  site: z.string(),
  n: z.int(),
  state: z.string(),
})
const whole = z.strictObject({
  kind: z.literal('whole'),
  claim: z.string(),
  offset: z.int(),
  engine: z.int(),
  journal: z.int(),
  now: z.number(),
  sites: z.int(),
})
const schema = z.discriminatedUnion('kind', [site, whole])

export type BaseRecord = z.infer<typeof schema>

/** A base read back whole. */
export interface Base {
  readonly claim: string
  readonly offset: number
  readonly engine: number
  readonly journal: number
  /** Engine clock, UTC ms. */
  readonly now: number
  readonly sites: ReadonlyMap<SiteId, { readonly n: number; readonly state: string }>
}

export function encodeBaseRecord(record: BaseRecord): Uint8Array {
  return encodeJson(1, record)
}

/** @returns the record, or why the bytes are none */
export function decodeBaseRecord(bytes: Uint8Array): Result<BaseRecord, string> {
  return decodeJson(1, schema, bytes)
}
