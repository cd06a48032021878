/** Where a taker starts: which checkpoints the accepted journal covers (R4, R5), without I/O. */

import type { AlarmEvent } from '../domain/alarm-event.ts'
import type { SiteId } from '../domain/ids.ts'
import type { JournalRecord, StartPoint } from '../domain/journal-record.ts'

/** What a taker needs of the accepted log up to its claim; fed record by record so that a long log is not held. */
export interface Evidence {
  /** Per claim: the highest offset that a mark or start proves, and of events the highest input offset. */
  readonly marks: Map<string, number>
  readonly inputs: Map<string, number>
  /** Per claim and site: [input offset, number] of the last event. */
  readonly events: Map<string, Map<SiteId, { input: number; n: number }>>
  /** The last claim that stated its starts, and what it stated. */
  start: { claim: string; sites: Readonly<Record<SiteId, StartPoint>> } | null
  /** The newest accepted base. */
  base: { claim: string; offset: number } | null
  /** Per site: the journal's events that no checkpoint holds for sure, in order, for the comparison of R6. */
  readonly journal: Map<SiteId, { input: number; event: AlarmEvent }[]>
}

export function newEvidence(): Evidence {
  return { marks: new Map(), inputs: new Map(), events: new Map(), start: null, base: null, journal: new Map() }
}

/** Takes one accepted record. `keep` says whether an event may still be needed for the comparison of R6. */
export function witness(
  evidence: Evidence,
  record: JournalRecord,
  keep: (site: SiteId, n: number) => boolean = () => true,
): void {
  switch (record.kind) {
    case 'claim':
      return
    case 'start':
      evidence.start = { claim: record.claim, sites: record.sites }
      raiseTo(evidence.marks, record.claim, record.offset)
      return
    case 'mark':
      raiseTo(evidence.marks, record.claim, record.offset)
      return
    case 'base':
      evidence.base = { claim: record.claim, offset: record.offset }
      raiseTo(evidence.marks, record.claim, record.offset)
      return
    case 'event': {
      const { input, event, claim } = record
      raiseTo(evidence.inputs, claim, input)
      let sites = evidence.events.get(claim)
      if (!sites) evidence.events.set(claim, (sites = new Map<SiteId, { input: number; n: number }>()))
      sites.set(event.site, { input, n: event.n })
      if (!keep(event.site, event.n)) return
      const journal = evidence.journal.get(event.site)
      if (journal) journal.push({ input, event })
      else evidence.journal.set(event.site, [{ input, event }])
    }
  }
}

/** R5: whether the log proves that the state at this offset was reached by records whose output stands in it. */
export function isCovered(
  evidence: Evidence,
  checkpoint: { site: SiteId; claim: string; offset: number; n: number },
): boolean {
  const { site, claim, offset, n } = checkpoint
  if ((evidence.marks.get(claim) ?? -1) >= offset) return true
  if ((evidence.inputs.get(claim) ?? -1) >= offset) return true
  const own = evidence.events.get(claim)?.get(site)
  return own !== undefined && own.input >= offset - 1 && own.n >= n
}

export interface Candidate {
  readonly site: SiteId
  readonly claim: string
  readonly offset: number
  readonly n: number
}

/**
 * R5: of the site's checkpoints the newest covered one of the last claim that stated its start, or exactly the one
 * which that claim stated; else the base.
 */
export function choose<C extends Candidate>(evidence: Evidence, checkpoints: readonly C[], site: SiteId): C | 'base' {
  const { start } = evidence
  if (!start) return 'base'
  const own = checkpoints.filter((c) => c.site === site)
  const ofLast = own
    .filter((c) => c.claim === start.claim && isCovered(evidence, c))
    .sort((a, b) => b.offset - a.offset)[0]
  if (ofLast) return ofLast
  const stated = start.sites[site]
  if (stated === undefined || stated === 'base') return 'base'
  return own.find((c) => c.claim === stated.claim && c.offset === stated.offset) ?? 'base'
}

function raiseTo(map: Map<string, number>, key: string, value: number): void {
  if (value > (map.get(key) ?? -1)) map.set(key, value)
}
