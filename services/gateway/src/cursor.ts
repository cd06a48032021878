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
  /** The registry's version when the cursor was given: what a narrowed scope held then. */
  readonly registry?: string
}

const schema = z.strictObject({
  v: z.literal(1),
  a: z.array(z.tuple([z.int().nonnegative(), z.string().nullable()])),
  b: z.array(z.int().nonnegative()),
  r: z.string().exactOptional(),
})

export function encodeCursor(cursor: Cursor): string {
  const { journal, broadcasts: b, registry: r } = cursor
  const data = { v: 1, a: journal.map(({ next, claim }) => [next, claim]), b, ...(r === undefined ? {} : { r }) }
  return Buffer.from(JSON.stringify(data)).toString('base64url')
}

/** @returns null for what is no cursor: the client then gets a snapshot */
export function decodeCursor(text: string): Cursor | null {
  try {
    const { a, b, r } = schema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    const journal = a.map(([next, claim]) => ({ next, claim }))
    return { journal, broadcasts: b, ...(r === undefined ? {} : { registry: r }) }
  } catch {
    return null
  }
}
