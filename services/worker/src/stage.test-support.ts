/** A worker on the real SQLite log of one partition, with a story in site-log, and a hand that writes what others might. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteCheckpointStore } from '@tocsin/adapter-sqlite/checkpoint-store.ts'
import { sqliteContentStore } from '@tocsin/adapter-sqlite/content-store.ts'
import { sqliteEventLog } from '@tocsin/adapter-sqlite/event-log.ts'
import { sqliteHistory } from '@tocsin/adapter-sqlite/history.ts'
import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import type { JournalRecord } from '@tocsin/core/domain/journal-record.ts'
import type { CheckpointStore } from '@tocsin/core/ports/checkpoint-store.ts'
import { type EventLog, type LogAppend, type Position, topics } from '@tocsin/core/ports/event-log.ts'
import { readScenario } from '@tocsin/testkit/scenario-file.ts'
import { playScenario } from '@tocsin/testkit/scenario.ts'
import { decodeJournalRecord } from '@tocsin/wire/journal-record-v1.ts'
import { encodeSiteRecord } from '@tocsin/wire/site-record-v1.ts'
import { pino } from 'pino'
import { vi } from 'vitest'
import { composeWorker, type Worker, type WorkerDeps } from './compose.ts'
import { readJournal } from './journal-reader.ts'
import { toAppend } from './output.ts'

/** Two sites: alarms of readings, one by a tick at both, an acknowledgement. 90 seconds, 185 records. */
export const story = playScenario(
  readScenario(
    'story',
    `
name: story
why: what a takeover must not lose
sites:
  plant: { sensors: { GT-101: { quantity: chlorine }, GT-102: { quantity: chlorine } } }
  mine: { gateways: [gw2], sensors: { T1: { quantity: chlorine, gateway: gw2 } } }
rules:
  - id: toxic
    kind: threshold
    select: { quantity: chlorine }
    levels:
      - { name: 一级, severity: yellow, raise: ≥ 1 }
      - { name: 二级, severity: orange, raise: ≥ 2, onDelay: 5s }
steps:
  - steady: [GT-101 0.1, T1 0.1]
  - { at: 00:00:20, steady: GT-101 1.5 }
  - { at: 00:00:30, steady: [GT-101 2.5, T1 1.5] }
  - { at: 00:00:40, acknowledge: { alarm: GT-101/toxic#1, severity: orange, revision: 2 } }
  - { at: 00:00:45, steady: [GT-101 0.1, T1 off] }
  - { at: 00:01:00, steady: GT-101 1.5 }
  - { at: 00:01:30, steady: GT-101 0.1 }
`,
  ),
  { partitions: 1 },
)

export interface Stage {
  readonly log: EventLog
  readonly checkpoints: CheckpointStore
  /** Appends that much more of the story. */
  feed(upTo: number): Promise<void>
  start(over?: Partial<WorkerDeps>): Promise<Worker>
  /** Resolves when the worker has handled all that was fed. */
  handled(worker: Worker): Promise<void>
  /** A worker handles all that was fed, and stops. */
  run(over?: Partial<WorkerDeps>): Promise<void>
  /** Appends to alarm-events what another worker might. */
  write(...records: JournalRecord[]): Promise<readonly Position[]>
  /** The events that count. */
  journal(): Promise<AlarmEvent[]>
  /** Everything that stands in alarm-events, whether it counts or not. */
  records(): Promise<JournalRecord[]>
  close(): Promise<void>
}

export async function openStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-takeover-'))
  const log = await sqliteEventLog({ folder: join(folder, 'log'), partitions: 1 })
  const checkpoints = await sqliteCheckpointStore({ folder: join(folder, 'stores') })
  const contents = await sqliteContentStore({ folder: join(folder, 'stores') })
  const history = await sqliteHistory({ folder: join(folder, 'history') })
  for (const text of story.contents.values()) await contents.put(text)
  let fed = 0
  const stage: Stage = {
    log,
    checkpoints,
    async feed(upTo) {
      const rows = story.records.slice(fed, upTo).map(({ record }) => ({
        key: record.kind === 'tick' ? 'tick' : record.site,
        value: encodeSiteRecord(record),
        partition: 0,
      }))
      fed = Math.max(fed, upTo)
      await log.append(topics.siteLog, rows)
    },
    start: (over = {}) =>
      composeWorker({ log, checkpoints, contents, history, logger: pino({ level: 'silent' }), ...over }),
    async handled(worker) {
      const { end } = await log.bounds(topics.siteLog, 0)
      await vi.waitUntil(() => worker.progress().some(({ offset }) => offset === end), { timeout: 10_000, interval: 5 })
    },
    async run(over) {
      const worker = await stage.start(over)
      await stage.handled(worker)
      await worker.stop()
    },
    write: (...records) =>
      log.append(
        topics.alarmEvents,
        records.map((record) => toAppend(record, 0)),
      ),
    async journal() {
      const events: AlarmEvent[] = []
      for await (const { event } of readJournal(log)) events.push(event)
      return events
    },
    async records() {
      const { begin, end } = await log.bounds(topics.alarmEvents, 0)
      const { records } = await log.read(topics.alarmEvents, 0, begin, end - begin)
      return records.map(({ value }) => {
        const record = decodeJournalRecord(value)
        if (!record.ok) throw new Error(record.error)
        return record.value
      })
    },
    async close() {
      await history.close()
      await checkpoints.close()
      await contents.close()
      await log.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return stage
}

/** The log with another way to append. */
export function withAppend(
  log: EventLog,
  append: (topic: string, records: readonly LogAppend[]) => Promise<readonly Position[]>,
): EventLog {
  return {
    partitions: log.partitions,
    append,
    bounds: (topic, partition) => log.bounds(topic, partition),
    read: (...request) => log.read(...request),
    follow: (options) => log.follow(options),
    saved: (...which) => log.saved(...which),
    trim: (...which) => log.trim(...which),
    close: () => log.close(),
  }
}
