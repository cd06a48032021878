/** A feed's place in the logs, as the opaque text that a client keeps (F3). */

import { z } from 'zod'

/** Next offset in a partition of `alarm-events`, and the claim in force before it: what tells another log apart. */
export interface JournalPlace {
  readonly next: number
  readonly claim: string | null
}

export interface Cursor {
  /** By partition. */
  readonly journal: readonly JournalPlace[]
  /** Next offset in each partition of `broadcast-log`. */
  readonly broadcasts: readonly number[]
}

const schema = z.strictObject({
  v: z.literal(1),
  a: z.array(z.tuple([z.int().nonnegative(), z.string().nullable()])),
  b: z.array(z.int().nonnegative()),
})

export function encodeCursor(cursor: Cursor): string {
  const data = { v: 1, a: cursor.journal.map(({ next, claim }) => [next, claim]), b: cursor.broadcasts }
  return Buffer.from(JSON.stringify(data)).toString('base64url')
}

/** @returns null for what is no cursor: the client then gets a snapshot */
export function decodeCursor(text: string): Cursor | null {
  try {
    const { a, b } = schema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    return { journal: a.map(([next, claim]) => ({ next, claim })), broadcasts: b }
  } catch {
    return null
  }
}
