/** The gateway's folded view as the one value that is saved with its offsets (F2), version 1. */

import { newAcceptance, type Acceptance } from '@tocsin/core/domain/acceptance.ts'
import type { AlarmTable } from '@tocsin/core/domain/alarm-view.ts'
import type { Millis } from '@tocsin/core/domain/ids.ts'
import { fail, ok, type Result } from '@tocsin/core/domain/result.ts'
import { alarmViewSchema } from '@tocsin/wire/feed-v1.ts'
import { z } from 'zod'
import { savedIndexSchema, type SavedIndex } from './journal-index.ts'

/** Colours that alarms reached, over the whole journal. */
export interface RaisedCounts {
  red: number
  orange: number
  yellow: number
  blue: number
}

export interface SavedPartition {
  readonly next: number
  readonly acceptance: Acceptance
  /** Every claim that came into force, with its offset. */
  readonly claims: readonly { readonly offset: number; readonly claim: string }[]
  readonly mark: Millis | null
  readonly index: SavedIndex
}

export interface SavedView {
  readonly partitions: readonly SavedPartition[]
  readonly alarms: AlarmTable
  readonly raised: RaisedCounts
  /** Ids of the last commands that the journal answered. */
  readonly commands: readonly string[]
}

const int = z.int().nonnegative()
const partition = z.object({
  next: int,
  claim: z.string().nullable(),
  engine: z.int(),
  last: z.record(z.string(), int),
  claims: z.array(z.object({ offset: int, claim: z.string() })),
  mark: z.number().nullable(),
  index: savedIndexSchema,
})
const schema = z.object({
  v: z.literal(1),
  partitions: z.array(partition),
  alarms: z.array(alarmViewSchema),
  raised: z.object({ red: int, orange: int, yellow: int, blue: int }),
  commands: z.array(z.string()),
})

export function emptyPartition(begin: number): SavedPartition {
  return {
    next: begin,
    acceptance: newAcceptance(),
    claims: [],
    mark: null,
    index: { since: begin, pages: [], tail: [] },
  }
}

/** @param view its index as `JournalIndex.saved` gives it */
export function encodeSavedView(
  view: Omit<SavedView, 'partitions'> & {
    readonly partitions: readonly (Omit<SavedPartition, 'index'> & { readonly index: object })[]
  },
): Uint8Array {
  return Buffer.from(
    JSON.stringify({
      v: 1,
      partitions: view.partitions.map(({ next, acceptance, claims, mark, index }) => ({
        next,
        claim: acceptance.claim,
        engine: acceptance.engine,
        last: Object.fromEntries(acceptance.last),
        claims,
        mark,
        index,
      })),
      alarms: [...view.alarms.values()],
      raised: view.raised,
      commands: view.commands,
    }),
  )
}

/** @returns the view, or why the bytes are none: the fold then starts anew, which costs time only */
export function decodeSavedView(bytes: Uint8Array): Result<SavedView, string> {
  let data: unknown
  try {
    data = JSON.parse(Buffer.from(bytes).toString())
  } catch (error) {
    return fail(String(error))
  }
  const parsed = schema.safeParse(data)
  if (!parsed.success) return fail(z.prettifyError(parsed.error))
  return ok({
    partitions: parsed.data.partitions.map(({ next, claim, engine, last, claims, mark, index }) => ({
      next,
      acceptance: { claim, engine, last: new Map(Object.entries(last)) },
      claims,
      mark,
      index,
    })),
    alarms: new Map(parsed.data.alarms.map((alarm) => [alarm.id, alarm])),
    raised: parsed.data.raised,
    commands: parsed.data.commands,
  })
}
