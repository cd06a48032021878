/** A log through the engine once more: what the journal must be (P3). */

import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import { TOCSIN_SITE } from '@tocsin/core/domain/ids.ts'
import type { EngineState } from '@tocsin/core/engine/state.ts'
import { newEngine, step } from '@tocsin/core/engine/step.ts'
import { scheduleAll } from '@tocsin/core/engine/state-v1.ts'
import type { ContentStore } from '@tocsin/core/ports/content-store.ts'
import { type EventLog, partitionOf, topics } from '@tocsin/core/ports/event-log.ts'
import { decodeSiteRecord } from '@tocsin/wire/site-record-v1.ts'
import { listBases, loadBase } from './bases.ts'
import { Contents } from './contents.ts'
import { restoreStored } from './restore.ts'
import { sha256 } from './sha256.ts'

export interface ReplayOptions {
  readonly log: EventLog
  readonly contents: ContentStore
  readonly onEvent: (event: AlarmEvent, input: number) => void
  /** Told now and then how many records were handled, of how many. */
  readonly onProgress?: (done: number, total: number) => void
}

export interface Replayed {
  readonly records: number
  readonly readings: number
  /** Per partition the input offset at which it began: above 0 where older input was dropped, from its base (R8). */
  readonly begins: readonly number[]
}

/** Runs every partition from its begin, or from the oldest base where the begin was dropped. */
export async function replay(options: ReplayOptions): Promise<Replayed> {
  const { log } = options
  const contents = new Contents(options.contents)
  const bounds = await Promise.all(partitions(log).map((p) => log.bounds(topics.siteLog, p)))
  const total = bounds.reduce((sum, { begin, end }) => sum + end - begin, 0)
  let records = 0
  let readings = 0
  const begins: number[] = []
  for (const partition of partitions(log)) {
    const { engine, from } = await beginning(options.log, contents, { partition, begin: bounds[partition]?.begin ?? 0 })
    begins.push(from)
    const ownsTocsin = partitionOf(TOCSIN_SITE, log.partitions) === partition
    const end = bounds[partition]?.end ?? 0
    for (let next = from; next < end;) {
      const batch = await log.read(topics.siteLog, partition, next)
      if (batch.records.length === 0) break
      for (const { offset, value } of batch.records) {
        if (offset >= end) break
        const record = decodeSiteRecord(value)
        if (!record.ok) throw new TocsinError('data-damaged', `site-log ${partition}@${offset}: ${record.error}`)
        const { kind } = record.value
        const configuration =
          kind === 'config' ? await contents.configuration(record.value.config, record.value.rules) : undefined
        const context = { offset, sha256, ownsTocsin, ...(configuration ? { configuration } : {}) }
        for (const event of step(engine, record.value, context)) options.onEvent(event, offset)
        if (kind === 'readings') readings += record.value.sensors.length
        records++
      }
      options.onProgress?.(records, total)
      next = batch.next
    }
  }
  return { records, readings, begins }
}

function partitions(log: EventLog): number[] {
  return Array.from({ length: log.partitions }, (_, partition) => partition)
}

async function beginning(
  log: EventLog,
  contents: Contents,
  { partition, begin }: { readonly partition: number; readonly begin: number },
): Promise<{ engine: EngineState; from: number }> {
  const engine = newEngine()
  if (begin === 0) return { engine, from: 0 }
  const at = (await listBases(log, partition)).find(({ offset }) => offset >= begin)
  if (!at)
    throw new TocsinError('log-trimmed', `site-log ${partition} begins at ${begin} and no base stands behind that`)
  const base = await loadBase(log, partition, at)
  for (const { state: text } of base.sites.values()) {
    const { clock } = await restoreStored(contents, engine, { text, from: base.offset })
    Object.assign(engine.clock, clock)
  }
  scheduleAll(engine)
  return { engine, from: base.offset }
}
