/** The fold of one partition of `alarm-events`: which of its records count, and what they say of claims and marks. */

import { accept } from '@tocsin/core/domain/acceptance.ts'
import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import type { JournalRecord } from '@tocsin/core/domain/journal-record.ts'
import type { Millis } from '@tocsin/core/domain/ids.ts'
import type { LogBatch } from '@tocsin/core/ports/event-log.ts'
import { decodeJournalRecord } from '@tocsin/wire/journal-record-v1.ts'
import type { SavedPartition } from './saved-view.ts'

export interface PartitionFold {
  next: number
  readonly acceptance: SavedPartition['acceptance']
  readonly claims: { readonly offset: number; readonly claim: string }[]
  mark: Millis | null
}

/** What the partition's next records bring; offsets beside them. */
export interface Taken {
  event(offset: number, event: AlarmEvent): void
  mark(offset: number, now: Millis): void
  /** A record that cannot be read, or a number that was skipped: shown to officers. */
  fault(code: string, detail: string): void
}

export function newPartitionFold(saved: SavedPartition): PartitionFold {
  const { next, mark, claims, acceptance } = saved
  return { next, mark, claims: [...claims], acceptance: { ...acceptance, last: new Map(acceptance.last) } }
}

/** Takes the records under the latest claim in log order, each (site, number) once (R1, R3, F2). */
export function foldBatch(fold: PartitionFold, batch: LogBatch, taken: Taken): void {
  for (const { offset, value } of batch.records) {
    if (offset < fold.next) continue
    const decoded = decodeJournalRecord(value)
    if (decoded.ok) foldRecord(fold, { offset, record: decoded.value }, taken)
    else taken.fault('journal-damaged', `alarm-events ${batch.partition}/${offset}: ${decoded.error}`)
    fold.next = offset + 1
  }
  fold.next = Math.max(fold.next, batch.next)
}

function foldRecord(fold: PartitionFold, at: { offset: number; record: JournalRecord }, taken: Taken): void {
  const { offset, record } = at
  const before = record.kind === 'event' ? (fold.acceptance.last.get(record.event.site) ?? 0) : 0
  if (!accept(fold.acceptance, record)) return
  switch (record.kind) {
    case 'claim':
      fold.claims.push({ offset, claim: record.claim })
      return
    case 'mark':
      fold.mark = record.now
      taken.mark(offset, record.now)
      return
    case 'event':
      if (record.event.n !== before + 1) {
        taken.fault('journal-gap', `${record.event.site}: ${before + 1} expected, ${record.event.n} found`)
      }
      taken.event(offset, record.event)
      return
    case 'start':
    case 'base':
  }
}

/** The claim in force before the offset; null before the first. */
export function claimAt(fold: PartitionFold, offset: number): string | null {
  return fold.claims.findLast((claim) => claim.offset < offset)?.claim ?? null
}
