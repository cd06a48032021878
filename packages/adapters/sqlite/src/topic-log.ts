/** One topic as the main thread knows it: its segments, what is in memory, where a read goes, and when it is tidied. */

import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { LogAppend, LogBatch, LogRecord, Position } from '@tocsin/core/ports/event-log.ts'
import type { Failpoints } from '@tocsin/core/ports/failpoints.ts'
import { Lane, type Landed } from './lane.ts'
import type { KeeperCalls, TopicState, WriterCalls } from './log-protocol.ts'
import { unpackRow } from './row.ts'
import type { Segment, SegmentName } from './segment.ts'
import { Tail } from './tail.ts'
import type { Thread } from './thread.ts'

/** WAL bytes after which the log is checkpointed (Q2). */
const checkpointBytes = 4 * 1024 * 1024
const rowOverhead = 8 * 1024
/** Rows with a compaction key after which superseded ones are looked for. */
const compactRows = 5000
const compactStep = 500

export interface TopicLogOptions {
  readonly state: TopicState
  readonly partitions: number
  /** By partition: what was trimmed, if it was. */
  readonly begins: ReadonlyMap<number, number>
  readonly writer: Thread<WriterCalls>
  readonly keeper: Thread<KeeperCalls>
  readonly failpoints: Failpoints
}

export class TopicLog {
  readonly #options: TopicLogOptions
  readonly #topic: string
  readonly #segments: Segment[]
  readonly #begins: number[]
  readonly #tails: readonly Tail[]
  readonly #lane: Lane
  #wal = 0
  #compactable = 0
  #tidying: Promise<void> | null = null

  constructor(options: TopicLogOptions) {
    const { state, partitions, begins, writer, failpoints } = options
    this.#options = options
    this.#topic = state.topic
    this.#segments = [...state.segments]
    const oldest = this.#segments[0]
    const numbers = Array.from({ length: partitions }, (_, p) => p)
    this.#begins = numbers.map((p) => Math.max(begins.get(p) ?? 0, oldest?.starts[p] ?? 0))
    this.#tails = numbers.map((p) => new Tail(state.ends[p] ?? 0))
    this.#lane = new Lane({
      topic: state.topic,
      partitions,
      writer,
      failpoints,
      onLanded: (landed) => this.#landed(landed),
    })
  }

  append(records: readonly LogAppend[], partitions: readonly number[]): Promise<readonly Position[]> {
    return this.#lane.append(records, partitions)
  }

  tail(partition: number): Tail {
    const tail = this.#tails[partition]
    if (tail === undefined) throw new TocsinError('internal', `topic ${this.#topic} has no partition ${partition}`)
    return tail
  }

  begin(partition: number): number {
    return this.#begins[partition] ?? 0
  }

  async read(partition: number, from: number, max: number): Promise<LogBatch> {
    const tail = this.tail(partition)
    const begin = this.begin(partition)
    if (from < begin) {
      throw new TocsinError(
        'log-trimmed',
        `topic ${this.#topic}, partition ${partition} begins at offset ${begin}, asked was ${from}`,
      )
    }
    const records = tail.has(from) ? tail.slice(from, max) : await this.#readDisk(partition, from, max)
    const last = records.at(-1)
    const next = last === undefined ? Math.max(from, tail.end) : last.offset + 1
    return { partition, records, next, end: Math.max(tail.end, last === undefined ? 0 : next) }
  }

  /** Drops whole segments below `before`; a file goes when every partition has let go of it. */
  async trim(partition: number, before: number): Promise<void> {
    const begin = this.#segments.findLast((segment) => (segment.starts[partition] ?? 0) <= before)?.starts[partition]
    if (begin === undefined || begin <= this.begin(partition)) return
    this.#begins[partition] = begin
    const { keeper } = this.#options
    await keeper.call('save', { readers: [], begins: [{ topic: this.#topic, partition, offset: begin }] })
    const kept = this.#segments.findLastIndex((segment) => segment.starts.every((start, p) => start <= this.begin(p)))
    const dropped = this.#segments.splice(0, Math.max(0, kept))
    if (dropped.length > 0) await keeper.call('drop', { segments: dropped.map((segment) => this.#name(segment)) })
  }

  /** Resolves when nothing is being written or tidied. */
  async idle(): Promise<void> {
    await this.#lane.idle()
    await this.#tidying
  }

  async #readDisk(partition: number, from: number, max: number): Promise<LogRecord[]> {
    const records: LogRecord[] = []
    let at = from
    let segment = this.#segments.findLast((candidate) => (candidate.starts[partition] ?? 0) <= at)
    while (segment !== undefined) {
      const rows = await this.#options.keeper.call('read', { segment: this.#name(segment), partition, from: at, max })
      for (const row of rows) {
        for (const record of unpackRow(row.first, row.count, row.data)) {
          if (record.offset >= from && records.length < max) records.push(record)
        }
      }
      if (records.length > 0) break
      // Compaction may have left nothing here; the next segment goes on.
      const { seq } = segment
      segment = this.#segments.find((candidate) => candidate.seq > seq)
      at = Math.max(at, segment?.starts[partition] ?? 0)
    }
    return records
  }

  #name(segment: Segment): SegmentName {
    return { topic: this.#topic, seq: segment.seq }
  }

  #landed({ committed, records, rows }: Landed): void {
    const rolled = committed.segment.seq !== this.#segments.at(-1)?.seq
    if (rolled) this.#segments.push(committed.segment)
    for (const [p, list] of records.entries()) {
      if (list.length > 0) this.#tails[p]?.push(committed.firsts[p] ?? 0, list)
    }
    for (const row of rows) {
      this.#wal += row.end - row.start + rowOverhead
      if (row.compaction !== null) this.#compactable++
    }
    const compact = this.#compactable >= compactRows || (rolled && this.#compactable > 0)
    if (this.#tidying === null && (compact || this.#wal >= checkpointBytes)) this.#tidying = this.#tidy(compact)
  }

  /** Failing costs space or time only, and is tried again when as much has been written once more. */
  async #tidy(compact: boolean): Promise<void> {
    const { writer, keeper } = this.#options
    const topic = this.#topic
    try {
      const newestFirst = this.#segments.map((segment) => this.#name(segment)).reverse()
      const newest = newestFirst[0]
      if (newest === undefined) return
      if (compact) {
        this.#compactable = 0
        await keeper.call('compact', { segments: newestFirst })
        while ((await writer.call('compact', { topic, max: compactStep })) > 0);
      }
      this.#wal = 0
      // Q2: the other thread moves most of it while the writer goes on; the remainder is moved by the writer itself.
      await keeper.call('checkpoint', { segment: newest })
      await writer.call('checkpoint', { topic })
    } catch (cause) {
      process.emitWarning(cause instanceof Error ? cause : String(cause))
    } finally {
      this.#tidying = null
    }
  }
}
