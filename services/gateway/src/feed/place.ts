/** Where the live feed stands, and what a client that comes back with a cursor has missed (P9). */

import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import type { Cursor, JournalPlace } from '../cursor.ts'
import type { Messages } from '../messages.ts'
import type { IndexLine } from '../view/journal-index.ts'
import type { JournalView } from '../view/journal-view.ts'

/** Events that a client missed, with the cursor after them. */
export interface Missed {
  readonly cursor: Cursor
  readonly events: readonly AlarmEvent[]
}

/** Events of one frame at most. */
const FRAME_EVENTS = 500

/** Whether all that the cursor covers is folded here: a client may come from a gateway that was ahead. */
export function isReached(cursor: Cursor, here: Cursor): boolean {
  return (
    cursor.journal.every(({ next }, i) => next <= (here.journal[i]?.next ?? 0)) &&
    cursor.broadcasts.every((next, i) => next <= (here.broadcasts[i] ?? 0))
  )
}

/** Whether the cursor is of this log: the same partitions, and in each the claim that was in force there. */
export function isOfLog(cursor: Cursor, journal: JournalView, messages: Messages): boolean {
  if (cursor.journal.length !== journal.indexes.length) return false
  if (cursor.broadcasts.length !== messages.places().length) return false
  return cursor.journal.every(
    ({ next, claim }, i) => next >= (journal.indexes[i]?.since ?? 0) && journal.claimAt(i, next) === claim,
  )
}

/**
 * Every event after the cursor up to `to`, in frames, each with the cursor after it; partition by partition, so that
 * the order of each site is kept.
 * @returns null when there are more than `limit`, or some are no longer in the log: the client needs a snapshot
 */
export async function missedEvents(
  journal: JournalView,
  span: { readonly from: Cursor; readonly to: Cursor },
  limit: number,
): Promise<Missed[] | null> {
  const found: Missed[] = []
  const places: JournalPlace[] = [...span.from.journal]
  let rest = limit
  for (const [partition, end] of span.to.journal.entries()) {
    const start = span.from.journal[partition]
    const index = journal.indexes[partition]
    if (!start || !index) return null
    const lines = (await index.from(start.next, rest + 1))?.filter(({ offset }) => offset < end.next)
    if (!lines || lines.length > rest) return null
    rest -= lines.length
    for (const chunk of chunksOf(lines)) {
      const offsets = chunk.map(({ offset }) => offset)
      const read = await journal.events.read(partition, offsets)
      const events = offsets.flatMap((offset) => read.get(offset) ?? [])
      if (events.length < chunk.length) return null
      const next = (chunk.at(-1)?.offset ?? 0) + 1
      places[partition] = { next, claim: journal.claimAt(partition, next) }
      found.push({ cursor: { journal: [...places], broadcasts: span.from.broadcasts }, events })
    }
    places[partition] = end
  }
  return found
}

function chunksOf(lines: readonly IndexLine[]): IndexLine[][] {
  const chunks: IndexLine[][] = []
  for (let i = 0; i < lines.length; i += FRAME_EVENTS) chunks.push(lines.slice(i, i + FRAME_EVENTS))
  return chunks
}
