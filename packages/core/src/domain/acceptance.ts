/** Which records of a partition of `alarm-events` count: those under the latest claim in log order, each event once (R1, R3). */

import type { SiteId } from './ids.ts'
import type { JournalRecord } from './journal-record.ts'

/** What a reader must remember of the partition; plain data, saved with the reader's offset. */
export interface Acceptance {
  /** The claim in force; null before the first. */
  claim: string | null
  /** Its engine version. */
  engine: number
  /** Number of each site's last event that counted. */
  readonly last: Map<SiteId, number>
}

export function newAcceptance(): Acceptance {
  return { claim: null, engine: 0, last: new Map() }
}

/**
 * Takes the partition's next record in log order and remembers it.
 * @returns whether the record counts; a zombie's, a repeat and a claim of a lower engine version do not
 */
export function accept(state: Acceptance, record: JournalRecord): boolean {
  if (record.kind === 'claim') {
    // R3: void for readers and workers alike, and so is all that stands under it
    if (record.engine < state.engine) return false
    state.claim = record.claim
    state.engine = record.engine
    return true
  }
  if (record.claim !== state.claim) return false
  if (record.kind !== 'event') return true
  const { site, n } = record.event
  if (n <= (state.last.get(site) ?? 0)) return false
  state.last.set(site, n)
  return true
}
