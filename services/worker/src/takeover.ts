/** How a worker takes a partition over: claim, read the journal up to it, choose each site's start, state it (R1–R6, R8). */

import { accept, type Acceptance, newAcceptance } from '@tocsin/core/domain/acceptance.ts'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { SiteId } from '@tocsin/core/domain/ids.ts'
import type { JournalRecord, StartPoint } from '@tocsin/core/domain/journal-record.ts'
import { ENGINE_VERSION } from '@tocsin/core/engine/limits.ts'
import { beginRedo, type Redo } from '@tocsin/core/engine/redo.ts'
import { type EngineState, newSite } from '@tocsin/core/engine/state.ts'
import { restoreSite, scheduleAll, storedClock, storedHashes } from '@tocsin/core/engine/state-v1.ts'
import { newEngine } from '@tocsin/core/engine/step.ts'
import { choose, type Evidence, newEvidence, witness } from '@tocsin/core/engine/takeover.ts'
import type { Checkpoint, CheckpointStore } from '@tocsin/core/ports/checkpoint-store.ts'
import { type EventLog, topics } from '@tocsin/core/ports/event-log.ts'
import type { Failpoints } from '@tocsin/core/ports/failpoints.ts'
import type { Base } from '@tocsin/wire/base-record-v1.ts'
import { decodeJournalRecord } from '@tocsin/wire/journal-record-v1.ts'
import type { Logger } from 'pino'
import { type BaseAt, listBases, loadBase } from './bases.ts'
import type { Contents } from './contents.ts'
import { toAppend } from './output.ts'

export interface TakeoverDeps {
  readonly log: EventLog
  readonly checkpoints: CheckpointStore
  readonly contents: Contents
  readonly failpoints: Failpoints
  readonly logger: Logger
  readonly newClaim: () => string
  /** Normally {@link ENGINE_VERSION}. */
  readonly engineVersion?: number
}

/** What the worker goes on with. */
export interface Taken {
  readonly claim: string
  readonly engine: EngineState
  /** Where to read site-log on. */
  readonly offset: number
  readonly redos: Map<SiteId, Redo>
  /** The first record after the claim (R4). */
  readonly start: JournalRecord
  /** Offset in alarm-events after the claim: from there a later claim is watched for (R2). */
  readonly watchFrom: number
}

/** Rejects with `version-too-low` (R3) or what the log or the content store says. */
export async function takeOver(deps: TakeoverDeps, partition: number): Promise<Taken> {
  const { log, failpoints, logger } = deps
  const version = deps.engineVersion ?? ENGINE_VERSION
  const bases = await listBases(log, partition)
  await refuseIfLower(log, partition, bases, version)
  const claim = deps.newClaim()
  await failpoints.hit('worker.before-claim')
  // An answer lost on a claim: the caller claims again, under a new id (R1).
  const [position] = await log.append(topics.alarmEvents, [
    toAppend({ kind: 'claim', claim, engine: version }, partition),
  ])
  await failpoints.hit('worker.after-claim')
  if (!position) throw new TocsinError('internal', 'an append gave no position')
  const stored = await deps.checkpoints.load(partition)
  if (stored.damaged > 0) logger.warn({ partition, damaged: stored.damaged }, 'damaged checkpoints are left out')
  const { evidence, base, highest } = await readJournal(deps, partition, position.offset, bases, stored.checkpoints)
  // R3: an older claim than refuseIfLower looks at; ours is void then, and nobody would take what stands under it.
  if (highest > version) throw tooLow(partition, highest, version)
  const restored = await restore(deps, evidence, base, stored.checkpoints)
  logger.info({ partition, claim, offset: restored.offset, sites: restored.engine.sites.size }, 'partition taken over')
  const start: JournalRecord = {
    kind: 'start',
    claim,
    offset: restored.offset,
    sites: Object.fromEntries(restored.starts),
  }
  const { engine, offset, redos } = restored
  return { claim, engine, offset, redos, start, watchFrom: position.offset + 1 }
}

/** R3: a worker of a lower version does not claim. */
async function refuseIfLower(
  log: EventLog,
  partition: number,
  bases: readonly BaseAt[],
  version: number,
): Promise<void> {
  const newest = bases.reduce((max, base) => Math.max(max, base.engine), 0)
  if (newest > version) throw tooLow(partition, newest, version)
  const { begin, end } = await log.bounds(topics.alarmEvents, partition)
  // Claims stand near the end where anybody worked lately; the whole is read once the claim is made.
  for (let from = Math.max(begin, end - 1_000); from < end;) {
    const batch = await log.read(topics.alarmEvents, partition, from)
    if (batch.records.length === 0) return
    for (const { key, value } of batch.records) {
      if (key !== 'claim') continue
      const record = decodeJournalRecord(value)
      if (record.ok && record.value.kind === 'claim' && record.value.engine > version) {
        throw tooLow(partition, record.value.engine, version)
      }
    }
    from = batch.next
  }
}

function tooLow(partition: number, found: number, own: number): TocsinError {
  return new TocsinError(
    'version-too-low',
    `partition ${partition} was claimed by engine version ${found}, this is ${own}`,
  )
}

/** The accepted journal up to the claim, and the highest engine version that claimed: from the newest accepted base, else from its begin. */
async function readJournal(
  deps: TakeoverDeps,
  partition: number,
  claimAt: number,
  bases: readonly BaseAt[],
  checkpoints: readonly Checkpoint[],
): Promise<{ evidence: Evidence; base: Base | null; highest: number }> {
  for (const at of [...bases].reverse()) {
    const base = await loadBase(deps.log, partition, at)
    const state: Acceptance = { claim: base.claim, engine: base.engine, last: numbersOf(base) }
    const evidence = await readFrom(deps, partition, base.journal, claimAt, state, keeper(checkpoints, base))
    // The same log, read from where the base's writer had seen its claim in force: later bases are met on the way.
    const met = evidence.base
    if (!met || met.claim !== base.claim || met.offset !== base.offset) continue
    evidence.start ??= { claim: base.claim, sites: {} }
    return { evidence, base, highest: state.engine }
  }
  const { begin } = await deps.log.bounds(topics.alarmEvents, partition)
  const state = newAcceptance()
  const evidence = await readFrom(deps, partition, begin, claimAt, state, keeper(checkpoints, null))
  return { evidence, base: null, highest: state.engine }
}

async function readFrom(
  deps: TakeoverDeps,
  partition: number,
  from: number,
  claimAt: number,
  state: Acceptance,
  keep: (site: SiteId, n: number) => boolean,
): Promise<Evidence> {
  const evidence = newEvidence()
  for (let next = from; next < claimAt;) {
    const batch = await deps.log.read(topics.alarmEvents, partition, next)
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

interface Restored {
  readonly engine: EngineState
  readonly offset: number
  readonly redos: Map<SiteId, Redo>
  readonly starts: Map<SiteId, StartPoint>
}

async function restore(
  deps: TakeoverDeps,
  evidence: Evidence,
  base: Base | null,
  checkpoints: readonly Checkpoint[],
): Promise<Restored> {
  const engine = newEngine()
  const floor = base?.offset ?? 0
  const sites = new Set([...(base?.sites.keys() ?? []), ...evidence.journal.keys(), ...checkpoints.map((c) => c.site)])
  for (const events of evidence.events.values()) for (const site of events.keys()) sites.add(site)
  const usable = checkpoints.filter((c) => c.offset >= floor)
  const starts = new Map<SiteId, StartPoint>()
  const redos = new Map<SiteId, Redo>()
  let offset = Infinity
  let clock: EngineState['clock'] | null = null
  for (const id of [...sites].sort()) {
    const chosen = choose(evidence, usable, id)
    const from = chosen === 'base' ? floor : chosen.offset
    const text = chosen === 'base' ? base?.sites.get(id)?.state : new TextDecoder().decode(chosen.state)
    starts.set(id, chosen === 'base' ? 'base' : { claim: chosen.claim, offset: chosen.offset })
    if (text === undefined) {
      if (from < offset) [offset, clock] = [from, null]
      continue
    }
    const site = await restoreOne(deps, engine, text, from)
    if (from < offset) [offset, clock] = [from, site.clock]
  }
  if (offset === Infinity) offset = floor
  clock ??= clockOf(base)
  if (clock) Object.assign(engine.clock, clock)
  scheduleAll(engine)
  for (const id of sites) {
    const site = engine.sites.get(id)
    const theirs = (evidence.journal.get(id) ?? []).filter(({ event }) => event.n > (site?.n ?? 0))
    if (theirs.length > 0) redos.set(id, beginRedo(site ?? emptySite(engine, id, floor), theirs))
  }
  return { engine, offset, redos, starts }
}

/** At the base's offset every site has the same clock, also those that are not in it. */
function clockOf(base: Base | null): EngineState['clock'] | null {
  for (const { state } of base?.sites.values() ?? []) {
    const clock = storedClock(state)
    if (clock.ok) return clock.value
  }
  return null
}

async function restoreOne(deps: TakeoverDeps, engine: EngineState, text: string, from: number) {
  const hashes = storedHashes(text)
  if (!hashes.ok) throw new TocsinError('data-version', hashes.error)
  const { config, rules } = hashes.value
  const contents = rules === null ? null : await deps.contents.configuration(config, rules)
  const restored = restoreSite(engine, { text, from, contents })
  if (!restored.ok) throw new TocsinError('data-version', restored.error)
  return restored.value
}

function emptySite(engine: EngineState, id: SiteId, from: number) {
  const site = newSite(id, from)
  engine.sites.set(id, site)
  return site
}
