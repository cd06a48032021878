/** What the event log's main thread asks its two threads: the writer that commits and the keeper that does the rest. */

import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { PlannedRow } from './row.ts'
import type { Segment, SegmentName } from './segment.ts'

export interface LogThreadData {
  readonly folder: string
  readonly partitions: number
  readonly segmentBytes: number
  readonly readOnly: boolean
}

/** What a thread was started with, checked: Node gives it as `any`. */
export function logThreadData(data: unknown): LogThreadData {
  if (
    typeof data === 'object' &&
    data !== null &&
    'folder' in data &&
    typeof data.folder === 'string' &&
    'partitions' in data &&
    typeof data.partitions === 'number' &&
    'segmentBytes' in data &&
    typeof data.segmentBytes === 'number' &&
    'readOnly' in data &&
    typeof data.readOnly === 'boolean'
  ) {
    return {
      folder: data.folder,
      partitions: data.partitions,
      segmentBytes: data.segmentBytes,
      readOnly: data.readOnly,
    }
  }
  throw new TocsinError('internal', 'a log thread was started without its settings')
}

export interface PartitionOffset {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

export interface ReaderOffset extends PartitionOffset {
  readonly reader: string
}

export interface Committed {
  /** The caller's buffer, to be used again. */
  readonly buffer: ArrayBuffer
  /** By partition: offset of its first record of this commit (its next offset where it has none). */
  readonly firsts: readonly number[]
  /** The segment that took the rows. */
  readonly segment: Segment
}

export type WriterCalls = {
  /** One transaction, durable when answered. */
  commit: { ask: { topic: string; rows: readonly PlannedRow[]; buffer: ArrayBuffer }; answer: Committed }
  /** Moves what the keeper's checkpoint left, so that the WAL starts anew (Q2). */
  checkpoint: { ask: { topic: string }; answer: null }
  /** Removes superseded rows from the newest segment, at most so many; answers how many. */
  compact: { ask: { topic: string; max: number }; answer: number }
}

export interface TopicState {
  readonly topic: string
  readonly segments: readonly Segment[]
  /** By partition: offset after the last record. */
  readonly ends: readonly number[]
}

export interface LogState {
  readonly topics: readonly TopicState[]
  readonly readers: readonly ReaderOffset[]
  readonly begins: readonly PartitionOffset[]
}

export interface StoredRow {
  readonly first: number
  readonly count: number
  readonly data: Uint8Array<ArrayBuffer>
}

export type KeeperCalls = {
  /** Reads the folder and verifies the newest segment of each topic, or all. */
  open: { ask: { verify: 'newest' | 'all' }; answer: LogState }
  /** Rows of one segment from the one that holds `from` on, until they hold `max` records or 4 MiB. */
  read: {
    ask: { segment: SegmentName; partition: number; from: number; max: number }
    answer: readonly StoredRow[]
  }
  checkpoint: { ask: { segment: SegmentName }; answer: null }
  /** Removes superseded rows from closed segments; newest first, the first of them being the one in use. */
  compact: { ask: { segments: readonly SegmentName[] }; answer: number }
  drop: { ask: { segments: readonly SegmentName[] }; answer: null }
  save: { ask: { readers: readonly ReaderOffset[]; begins: readonly PartitionOffset[] }; answer: null }
}
