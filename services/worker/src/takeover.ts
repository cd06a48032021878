/** How a worker takes a partition over: claim, read the journal up to it, choose each site's start, state it (R1–R6, R8). */

import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { SiteId } from '@tocsin/core/domain/ids.ts'
import type { JournalRecord } from '@tocsin/core/domain/journal-record.ts'
import { ENGINE_VERSION } from '@tocsin/core/engine/limits.ts'
import type { Redo } from '@tocsin/core/engine/redo.ts'
import type { EngineState } from '@tocsin/core/engine/state.ts'
import type { CheckpointStore } from '@tocsin/core/ports/checkpoint-store.ts'
import { type EventLog, topics } from '@tocsin/core/ports/event-log.ts'
import type { Failpoints } from '@tocsin/core/ports/failpoints.ts'
import { decodeJournalRecord } from '@tocsin/wire/journal-record-v1.ts'
import type { Logger } from 'pino'
import { listBases } from './bases.ts'
import type { Contents } from './contents.ts'
import { readEvidence } from './evidence.ts'
import { toAppend } from './output.ts'
import { restore } from './restore.ts'

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
  const newest = bases.reduce((max, base) => Math.max(max, base.engine), 0)
  if (newest > version) throw tooLow(partition, newest, version)
  await refuseIfLower(log, partition, version)
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
  const { checkpoints } = stored
  const span = { partition, claimAt: position.offset }
  const { evidence, base, highest } = await readEvidence(log, span, { bases, checkpoints })
  // R3: an older claim than refuseIfLower looks at; ours is void then, and nobody would take what stands under it.
  if (highest > version) throw tooLow(partition, highest, version)
  const restored = await restore(deps.contents, { evidence, base, checkpoints })
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
async function refuseIfLower(log: EventLog, partition: number, version: number): Promise<void> {
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
