/** The story through the engine: the journal that it must give, and the state of the sites at two moments. */

import { readRulesContent, readSiteContent } from '@tocsin/config/content.ts'
import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import { TOCSIN_SITE } from '@tocsin/core/domain/ids.ts'
import type { JournalRecord } from '@tocsin/core/domain/journal-record.ts'
import type { Result } from '@tocsin/core/domain/result.ts'
import type { SiteRecord } from '@tocsin/core/domain/site-record.ts'
import type { Configuration } from '@tocsin/core/engine/configure.ts'
import { ENGINE_VERSION } from '@tocsin/core/engine/limits.ts'
import type { EngineState } from '@tocsin/core/engine/state.ts'
import { encodeSiteState } from '@tocsin/core/engine/state-v1.ts'
import { newEngine, step } from '@tocsin/core/engine/step.ts'
import type { Checkpoint } from '@tocsin/core/ports/checkpoint-store.ts'
import { partitionOf } from '@tocsin/core/ports/event-log.ts'
import type { BaseRecord } from '@tocsin/wire/base-record-v1.ts'
import { baseRecords } from '@tocsin/worker/bases.ts'
import { sha256 } from '@tocsin/worker/sha256.ts'
import { contents, PARTITIONS } from './story.ts'

export const CLAIM = 'claim-1'

export interface PartitionRun {
  /** What stands in alarm-events, in its order. */
  readonly journal: readonly JournalRecord[]
  readonly events: readonly AlarmEvent[]
  /** What stands in base: all sites at a moment half-way. */
  readonly base: readonly BaseRecord[]
  /** All sites at a moment later than the base. */
  readonly checkpoints: readonly Checkpoint[]
}

/** Runs one partition's records. */
export function runPartition(partition: number, records: readonly SiteRecord[]): PartitionRun {
  const engine = newEngine()
  const ownsTocsin = partitionOf(TOCSIN_SITE, PARTITIONS) === partition
  const journal: JournalRecord[] = [
    { kind: 'claim', claim: CLAIM, engine: ENGINE_VERSION },
    { kind: 'start', claim: CLAIM, offset: 0, sites: {} },
  ]
  const events: AlarmEvent[] = []
  const base: BaseRecord[] = []
  const checkpoints: Checkpoint[] = []
  const ticks = records.flatMap(({ kind }, offset) => (kind === 'tick' ? [offset] : []))
  const baseAt = ticks[Math.floor(ticks.length / 2)]
  const checkpointAt = ticks[Math.floor((ticks.length * 3) / 4)]
  records.forEach((record, offset) => {
    const configuration = configurationOf(record)
    const context = { offset, sha256, ownsTocsin, ...(configuration ? { configuration } : {}) }
    for (const event of step(engine, record, context)) {
      events.push(event)
      journal.push({ kind: 'event', claim: CLAIM, input: offset, event })
    }
    if (record.kind !== 'tick') return
    const now = Math.round(engine.clock.now ?? 0)
    journal.push({ kind: 'mark', claim: CLAIM, offset: offset + 1, now })
    if (offset === baseAt) {
      const place = { claim: CLAIM, offset: offset + 1 }
      base.push(...baseRecords(engine, { ...place, engine: ENGINE_VERSION, journal: journal.length }))
      journal.push({ kind: 'base', ...place })
    }
    if (offset === checkpointAt) checkpoints.push(...checkpointsOf(engine, offset + 1))
  })
  return { journal, events, base, checkpoints }
}

function checkpointsOf(engine: EngineState, offset: number): Checkpoint[] {
  return [...engine.sites.values()].map((site) => ({
    site: site.id,
    claim: CLAIM,
    offset,
    n: site.n,
    state: Buffer.from(encodeSiteState(site, engine.clock)),
  }))
}

const byHash = new Map(Object.values(contents).map((text) => [sha256(text), text]))

function configurationOf(record: SiteRecord): Configuration | undefined {
  if (record.kind !== 'config') return undefined
  const rules = must(readRulesContent(byHash.get(record.rules) ?? ''))
  const site = record.config === null ? null : must(readSiteContent(byHash.get(record.config) ?? ''))
  return { site, rules }
}

/** @throws Error where there is a fault: what is recorded has none */
export function must<T>(result: Result<T, unknown>): T {
  if (result.ok) return result.value
  throw new Error(`the story has a fault: ${JSON.stringify(result.error)}`)
}
