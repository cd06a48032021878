/**
 * Decides what goes into one commit of a topic: whatever was appended while the last one was under way (group commit),
 * with one commit in flight (Q2).
 */

import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { Failpoints } from '@tocsin/core/ports/failpoints.ts'
import type { LogAppend, Position } from '@tocsin/core/ports/event-log.ts'
import type { Committed, WriterCalls } from './log-protocol.ts'
import { RowPacker, type PlannedRow } from './row.ts'
import type { Thread } from './thread.ts'

/** A commit takes no more than this, so that it stays short. */
const commitBytes = 4 * 1024 * 1024
const minBuffer = 64 * 1024
/** A larger buffer is not kept for the next commit. */
const maxKept = 1024 * 1024

interface Pending {
  readonly records: readonly LogAppend[]
  /** By record. */
  readonly partitions: readonly number[]
  readonly bytes: number
  readonly resolve: (positions: readonly Position[]) => void
  readonly reject: (error: TocsinError) => void
}

/** What one commit wrote. */
export interface Landed {
  readonly committed: Committed
  /** By partition, in log order. */
  readonly records: readonly (readonly LogAppend[])[]
  readonly rows: readonly PlannedRow[]
}

export interface LaneOptions {
  readonly topic: string
  readonly partitions: number
  readonly writer: Thread<WriterCalls>
  readonly failpoints: Failpoints
  /** Called before the appends resolve: records are readable when they do. */
  readonly onLanded: (landed: Landed) => void
}

export class Lane {
  readonly #options: LaneOptions
  readonly #pending: Pending[] = []
  #buffer: ArrayBuffer | null = null
  #draining: Promise<void> | null = null

  constructor(options: LaneOptions) {
    this.#options = options
  }

  append(records: readonly LogAppend[], partitions: readonly number[]): Promise<readonly Position[]> {
    return new Promise((resolve, reject) => {
      let size = 0
      for (const record of records) size += RowPacker.bound(record)
      this.#pending.push({ records, partitions, bytes: size, resolve, reject })
      this.#draining ??= this.#drain()
    })
  }

  /** Resolves when nothing is pending. */
  async idle(): Promise<void> {
    await this.#draining
  }

  async #drain(): Promise<void> {
    // Everything that this turn of the event loop brings goes into one commit.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#pending.length > 0) await this.#commit(this.#take())
    this.#draining = null
  }

  #take(): Pending[] {
    let size = 0
    let n = 0
    for (const entry of this.#pending) {
      if (n > 0 && size + entry.bytes > commitBytes) break
      size += entry.bytes
      n++
    }
    return this.#pending.splice(0, n)
  }

  async #commit(entries: readonly Pending[]): Promise<void> {
    const { topic, writer, failpoints } = this.#options
    try {
      // Stopped here, nothing was written; stopped at after-commit, everything was and nobody was told.
      await failpoints.hit('log.before-commit')
      const records = this.#group(entries)
      const packer = new RowPacker(this.#takeBuffer(entries))
      for (const [partition, list] of records.entries()) packer.add(partition, list)
      const { rows, buffer } = packer
      const committed = await writer.call('commit', { topic, rows, buffer }, [buffer])
      if (committed.buffer.byteLength <= maxKept) this.#buffer = committed.buffer
      await failpoints.hit('log.after-commit')
      this.#options.onLanded({ committed, records, rows })
      this.#resolve(entries, committed.firsts)
    } catch (cause) {
      const error = unavailable(topic, cause)
      for (const entry of entries) entry.reject(error)
    }
  }

  #group(entries: readonly Pending[]): LogAppend[][] {
    const groups: LogAppend[][] = Array.from({ length: this.#options.partitions }, () => [])
    for (const { records, partitions } of entries) {
      for (const [i, record] of records.entries()) groups[partitions[i] ?? 0]?.push(record)
    }
    return groups
  }

  #takeBuffer(entries: readonly Pending[]): ArrayBuffer {
    let size = 0
    for (const entry of entries) size += entry.bytes
    const kept = this.#buffer
    this.#buffer = null
    if (kept !== null && kept.byteLength >= size) return kept
    let capacity = minBuffer
    while (capacity < size) capacity *= 2
    return new ArrayBuffer(capacity)
  }

  #resolve(entries: readonly Pending[], firsts: readonly number[]): void {
    const next = [...firsts]
    for (const { partitions, resolve } of entries) {
      resolve(
        partitions.map((partition) => {
          const offset = next[partition] ?? 0
          next[partition] = offset + 1
          return { partition, offset }
        }),
      )
    }
  }
}

/** Whatever went wrong, the caller does not know whether the records stand: `log-unavailable`, or the damage found. */
function unavailable(topic: string, cause: unknown): TocsinError {
  if (cause instanceof TocsinError && (cause.code === 'log-unavailable' || cause.code === 'data-damaged')) return cause
  const message = cause instanceof Error ? cause.message : String(cause)
  return new TocsinError('log-unavailable', `topic ${topic}: ${message}`, { cause, retry: true })
}
