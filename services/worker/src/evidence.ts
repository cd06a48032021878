/** What a taker learns from the journal before its claim (R1, R3, R5, R8). */

import { accept, type Acceptance, newAcceptance } from '@tocsin/core/domain/acceptance.ts'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { SiteId } from '@tocsin/core/domain/ids.ts'
import { type Evidence, newEvidence, witness } from '@tocsin/core/engine/takeover.ts'
import type { Checkpoint } from '@tocsin/core/ports/checkpoint-store.ts'
import { type EventLog, topics } from '@tocsin/core/ports/event-log.ts'
import type { Base } from '@tocsin/wire/base-record-v1.ts'
import { decodeJournalRecord } from '@tocsin/wire/journal-record-v1.ts'
import { type BaseAt, loadBase } from './bases.ts'

/** A partition's journal up to the offset of the taker's claim. */
export interface Span {
  readonly partition: number
  readonly claimAt: number
}

/** The accepted journal up to the claim, and the highest engine version that claimed: from the newest accepted base, else from its begin. */
export async function readEvidence(
  log: EventLog,
  { partition, claimAt }: Span,
  { bases, checkpoints }: { readonly bases: readonly BaseAt[]; readonly checkpoints: readonly Checkpoint[] },
): Promise<{ evidence: Evidence; base: Base | null; highest: number }> {
  for (const at of [...bases].reverse()) {
    const base = await loadBase(log, partition, at)
    const state: Acceptance = { claim: base.claim, engine: base.engine, last: numbersOf(base) }
    const evidence = await readFrom(
      log,
      { partition, claimAt, from: base.journal },
      { state, keep: keeper(checkpoints, base) },
    )
    // The same log, read from where the base's writer had seen its claim in force: later bases are met on the way.
    const met = evidence.base
    if (!met || met.claim !== base.claim || met.offset !== base.offset) continue
    evidence.start ??= { claim: base.claim, sites: {} }
    return { evidence, base, highest: state.engine }
  }
  const { begin } = await log.bounds(topics.alarmEvents, partition)
  const state = newAcceptance()
  const evidence = await readFrom(log, { partition, claimAt, from: begin }, { state, keep: keeper(checkpoints, null) })
  return { evidence, base: null, highest: state.engine }
}

async function readFrom(
  log: EventLog,
  { partition, claimAt, from }: Span & { readonly from: number },
  { state, keep }: { readonly state: Acceptance; readonly keep: (site: SiteId, n: number) => boolean },
): Promise<Evidence> {
  const evidence = newEvidence()
  for (let next = from; next < claimAt;) {
    const batch = await log.read(topics.alarmEvents, partition, next)
    if (batch.records.length === 0) break
    for (const { offset, value } of batch.records) {
      if (offset >= claimAt) return evidence
      const record = decodeJournalRecord(value)
      if (!record.ok) throw new TocsinError('data-damaged', `alarm-events ${partition}@${offset}: ${record.error}`)
      if (accept(state, record.value)) witness(evidence, record.value, keep)
    }
    next = batch.next
  }
  return evidence
}

function numbersOf(base: Base): Map<SiteId, number> {
  return new Map([...base.sites].map(([site, { n }]) => [site, n]))
}

/** Events that every state which may be chosen holds already need not be compared. */
function keeper(checkpoints: readonly Checkpoint[], base: Base | null): (site: SiteId, n: number) => boolean {
  const least = new Map<SiteId, number>()
  for (const { site, n } of checkpoints) {
    const atBase = base?.sites.get(site)?.n ?? 0
    least.set(site, Math.min(least.get(site) ?? n, n, atBase))
  }
  return (site, n) => n > (least.get(site) ?? 0)
}
