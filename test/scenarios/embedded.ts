/** A played scenario through the embedded mode: the SQLite log and the real worker, as often restarted as asked (P2, P3). */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteCheckpointStore } from '@tocsin/adapter-sqlite/checkpoint-store.ts'
import { sqliteContentStore } from '@tocsin/adapter-sqlite/content-store.ts'
import { sqliteEventLog } from '@tocsin/adapter-sqlite/event-log.ts'
import { sqliteHistory } from '@tocsin/adapter-sqlite/history.ts'
import type { CheckpointStore } from '@tocsin/core/ports/checkpoint-store.ts'
import { type EventLog, topics } from '@tocsin/core/ports/event-log.ts'
import type { LoggedRecord, Play } from '@tocsin/testkit/scenario.ts'
import { encodeSiteRecord } from '@tocsin/wire/site-record-v1.ts'
import { composeWorker, type Worker } from '@tocsin/worker/compose.ts'
import { type Heads, verifyJournal } from '@tocsin/worker/journal-reader.ts'
import { pino } from 'pino'
import { expect, vi } from 'vitest'

/** What a restarted worker finds of its checkpoints: all, some of some sites, or none, so that a base must do. */
export type Kept = 'all' | 'some' | 'none'

export interface Restart {
  /** Restarted before this record of the play. */
  readonly before: number
  readonly kept: Kept
}

export interface EmbeddedOptions {
  readonly restarts?: readonly Restart[]
  /** A base is written after so much engine time, ms. */
  readonly baseEveryMs?: number
  /** Whether one checkpoint is saved while only some are. */
  readonly chance?: () => boolean
}

/** @returns the head of each site's journal as it stands in the log, verified */
export async function playEmbedded(play: Play, options: EmbeddedOptions = {}): Promise<Heads> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-scenario-'))
  const log = await sqliteEventLog({ folder: join(folder, 'log'), partitions: play.partitions })
  const contents = await sqliteContentStore({ folder: join(folder, 'stores') })
  const history = await sqliteHistory({ folder: join(folder, 'history') })
  let stores = 0
  const newStore = (): Promise<CheckpointStore> =>
    sqliteCheckpointStore({ folder: join(folder, `checkpoints-${stores++}`) })
  let checkpoints = await newStore()
  const start = (kept: Kept): Promise<Worker> => {
    const policy = options.baseEveryMs === undefined ? {} : { baseEveryMs: options.baseEveryMs }
    const store = kept === 'some' ? forgetful(checkpoints, options.chance ?? (() => true)) : checkpoints
    return composeWorker({ log, checkpoints: store, contents, history, logger: pino({ level: 'silent' }), policy })
  }
  try {
    for (const text of play.contents.values()) await contents.put(text)
    const restarts = options.restarts ?? []
    const ends = [...restarts.map(({ before }) => before), play.records.length]
    let from = 0
    let worker = await start('all')
    for (const [index, end] of ends.entries()) {
      await append(log, play.records.slice(from, end))
      const told = new Set(play.records.slice(from, end).map(({ partition }) => partition))
      await Promise.all([...told].map((partition) => handled(log, worker, partition)))
      from = end
      const restart = restarts[index]
      if (!restart) continue
      await worker.stop()
      if (restart.kept === 'none') {
        await checkpoints.close()
        checkpoints = await newStore()
      }
      worker = await start(restart.kept)
    }
    await worker.stop()
    const { heads, faults } = await verifyJournal(log)
    expect(faults).toEqual([])
    return heads
  } finally {
    await history.close()
    await checkpoints.close()
    await contents.close()
    await log.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A store that loses some of what it is given: each site goes on from another offset (R5, R9). */
function forgetful(store: CheckpointStore, chance: () => boolean): CheckpointStore {
  return {
    save: (partition, checkpoints) => store.save(partition, checkpoints.filter(chance)),
    load: (partition) => store.load(partition),
    prune: (partition, claims) => store.prune(partition, claims),
    close: () => store.close(),
  }
}

async function append(log: EventLog, records: readonly LoggedRecord[]): Promise<void> {
  for (let from = 0; from < records.length; from += 500) {
    const rows = records.slice(from, from + 500).map(({ partition, record }) => ({
      key: record.kind === 'tick' ? 'tick' : record.site,
      value: encodeSiteRecord(record),
      partition,
    }))
    await log.append(topics.siteLog, rows)
  }
}

/** Resolves when the worker has handled all that stands in the partition of site-log. */
async function handled(log: EventLog, worker: Worker, partition: number): Promise<void> {
  const { end } = await log.bounds(topics.siteLog, partition)
  const has = (): boolean => worker.progress().some((p) => p.partition === partition && p.offset === end)
  await vi.waitUntil(has, { timeout: 60_000, interval: 5 })
}
