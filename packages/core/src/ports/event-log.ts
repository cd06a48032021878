/**
 * The event log: partitioned topics of byte records in one order a partition, read by named readers that save how far
 * they came. Kafka in a city, SQLite in one process; its contract suite is testkit's contracts/event-log.ts.
 *
 * Contract
 * - `append` resolves when every record is durable (power loss included) and readable; it rejects with
 *   `log-unavailable` when it is not known whether they are. Records of one call and partition stand in the log in the
 *   order given; calls made one after another without awaiting keep their order too. A rejected call may have appended
 *   some or all.
 * - Offsets grow by one a record within a partition, from 0; after compaction or a drop there may be gaps, never reuse.
 * - `follow` hands over batches in order, one at a time; the next one comes after the handler resolved, which commits
 *   the reader's offset (saved at least every second and on stop). When the handler rejects, the same records come
 *   again after a pause. After a crash records since the last saved offset come again.
 */

import type { TocsinError } from '../domain/errors.ts'

export interface LogAppend {
  /** Which partition: {@link partitionOf} of it. */
  readonly key: string
  readonly value: Uint8Array
  /** Compaction key within the partition; an older record of the same key may vanish once a newer one stands. */
  readonly compaction?: string
  /** Instead of the key's own partition: ticks and marks go to a stated one. */
  readonly partition?: number
}

export interface LogRecord {
  readonly offset: number
  readonly key: string
  readonly value: Uint8Array
}

export interface Position {
  readonly partition: number
  readonly offset: number
}

export interface LogBatch {
  readonly partition: number
  readonly records: readonly LogRecord[]
  /** Offset after the last record. */
  readonly next: number
  /** The log's end when the batch was taken: `end - next` is the reader's lag in records. */
  readonly end: number
}

export interface FollowOptions {
  readonly topic: string
  readonly partition: number
  /** A name under which the offset is saved; absent: nothing is saved and `from` counts. */
  readonly reader?: string
  /** Where to start when nothing is saved (or without a reader): an offset, or the log's begin or end. Default begin. */
  readonly from?: number | 'begin' | 'end'
  /** At most so many records a batch; default 1,000. */
  readonly maxRecords?: number
  readonly onBatch: (batch: LogBatch) => Promise<void> | void
  /**
   * Told when records cannot be read. After `log-trimmed` (what the reader had not had was dropped) the follower goes on
   * at the log's begin, else it tries again after a pause. Without it the process emits a warning.
   */
  readonly onError?: (error: TocsinError) => void
}

export interface Follower {
  /** Resolves when the handler in progress is done and the offset is saved; no batch comes afterwards. */
  stop(): Promise<void>
}

export interface EventLog {
  readonly partitions: number
  append(topic: string, records: readonly LogAppend[]): Promise<readonly Position[]>
  /** First offset kept and the offset after the last record. */
  bounds(topic: string, partition: number): Promise<{ readonly begin: number; readonly end: number }>
  /** Records from `from` on (the first kept one after a gap), at most `max` (default 1,000); empty at the end. Rejects with `log-trimmed` below `begin`. */
  read(topic: string, partition: number, from: number, max?: number): Promise<LogBatch>
  follow(options: FollowOptions): Follower
  /** The reader's saved offset; null when it never saved one. */
  saved(reader: string, topic: string, partition: number): Promise<number | null>
  /** Drops what lies below `before`, in whole segments: what is dropped is at most that (Q2, R8). */
  trim(topic: string, partition: number, before: number): Promise<void>
  close(): Promise<void>
}

/** Topics whose records must survive power loss (Q1), by what they hold (design.md §1). */
export const topics = {
  siteLog: 'site-log',
  alarmEvents: 'alarm-events',
  broadcastLog: 'broadcast-log',
  rejected: 'rejected',
  content: 'content',
  base: 'base',
} as const

/** FNV-1a of the key's UTF-8 (ids are ASCII), modulo the number of partitions: the same in every mode. */
export function partitionOf(key: string, partitions: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) {
    hash ^= key.charCodeAt(i)
    hash = Math.imul(hash, 0x01000193)
  }
  return (hash >>> 0) % partitions
}
