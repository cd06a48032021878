/** History on SQLite, as the main thread sees it: samples go to the worker as columns, flushed by a timer. */

import { join } from 'node:path'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { Millis } from '@tocsin/core/domain/ids.ts'
import { qualities, type Quality } from '@tocsin/core/domain/reading.ts'
import { noFailpoints, type Failpoints } from '@tocsin/core/ports/failpoints.ts'
import type { Bucket, History, HistoryQuery, Sample, SampleBatch } from '@tocsin/core/ports/history.ts'
import { lockFolder, type FolderLock } from './folder-lock.ts'
import { newColumns, type HistoryCalls } from './history-protocol.ts'
import { Thread } from './thread.ts'

export interface SqliteHistoryOptions {
  /** Holds nothing but the history; created if need be. */
  readonly folder: string
  readonly failpoints?: Failpoints
  /** What a crash makes the recorder read again at most; default 5,000 ms. */
  readonly flushMs?: number
  /** Told when the file was damaged: it was put aside under this name, and the history begins empty. */
  readonly onDamaged?: (file: string) => void
}

/** Samples after which a flush does not wait for the timer. */
const flushSamples = 2_000_000
/** When flushes fail (a full disk), writes are refused from here on: the log keeps what is not taken. */
const maxUnflushed = 4 * flushSamples

const markOf: ReadonlyMap<Quality, number> = new Map(qualities.map((quality, i) => [quality, i]))

/**
 * A damaged file is put aside as `history.db.damaged-<n>` and an empty one begun, whose `saved` is null: what the log still
 * has is recorded anew. Throws `data-locked`, `data-version` or `store-unavailable`.
 */
export async function sqliteHistory(options: SqliteHistoryOptions): Promise<History> {
  const { folder, failpoints = noFailpoints, flushMs = 5000 } = options
  const lock = lockFolder(folder)
  const thread = new Thread<HistoryCalls>({
    url: new URL('./history-thread.ts', import.meta.url),
    name: 'history',
    data: () => join(folder, 'history.db'),
    unavailable: 'store-unavailable',
    once: true,
  })
  try {
    const aside = await thread.call('open', null)
    if (aside !== null) options.onDamaged?.(aside)
    return new SqliteHistory({ thread, lock, failpoints, flushMs })
  } catch (cause) {
    await thread.close()
    lock.release()
    throw cause
  }
}

interface Parts {
  readonly thread: Thread<HistoryCalls>
  readonly lock: FolderLock
  readonly failpoints: Failpoints
  readonly flushMs: number
}

class SqliteHistory implements History {
  readonly #parts: Parts
  readonly #numbers = new Map<string, Map<string, number>>()
  #count = 0
  #unflushed = 0
  #timer: NodeJS.Timeout | null = null
  #flushing: Promise<void> | null = null
  #closing: Promise<void> | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async write(partition: number, batches: readonly SampleBatch[], next: number): Promise<void> {
    if (this.#closing !== null) throw new TocsinError('store-unavailable', 'history is closed')
    if (this.#unflushed >= maxUnflushed) await this.flush()
    let count = 0
    for (const batch of batches) count += batch.times.length
    const names: [string, string][] = []
    const samples = this.#columns(batches, { count, names })
    this.#unflushed += count
    await this.#parts.thread.call('write', { partition, next, names, samples }, [samples])
    if (this.#unflushed >= flushSamples) void this.flush().catch(() => this.#schedule())
    else this.#schedule()
  }

  saved(partition: number): Promise<number | null> {
    return this.#parts.thread.call('saved', partition)
  }

  flush(): Promise<void> {
    return (this.#flushing ??= this.#flush().finally(() => (this.#flushing = null)))
  }

  query(query: HistoryQuery, buckets: number): Promise<readonly Bucket[]> {
    return query.from < query.to ? this.#parts.thread.call('query', { query, buckets }) : Promise.resolve([])
  }

  raw(query: HistoryQuery, max: number): Promise<readonly Sample[]> {
    return this.#parts.thread.call('raw', { query, max })
  }

  async prune(before: Millis): Promise<void> {
    // In steps, so that writes and queries get their turn between.
    while ((await this.#parts.thread.call('prune', before)) > 0);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    try {
      await this.flush()
    } finally {
      if (this.#timer !== null) clearTimeout(this.#timer)
      await this.#parts.thread.close()
      this.#parts.lock.release()
    }
  }

  async #flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    await this.#parts.failpoints.hit('history.before-flush')
    const flushed = this.#unflushed
    await this.#parts.thread.call('flush', null)
    this.#unflushed -= flushed
  }

  /** A flush that fails is tried again at the next turn; `flush` and `close` tell whoever calls them. */
  #schedule(): void {
    if (this.#closing !== null) return
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.flush().catch(() => this.#schedule())
    }, this.#parts.flushMs)
  }

  #columns(batches: readonly SampleBatch[], target: { count: number; names: [string, string][] }): ArrayBuffer {
    const { buffer, columns } = newColumns(target.count)
    const { times, values, sensors, marks } = columns
    let at = 0
    for (const batch of batches) {
      const numbers = this.#numbersOf(batch.site)
      for (let i = 0; i < batch.times.length; i++, at++) {
        const sensor = batch.sensors[i] ?? ''
        let number = numbers.get(sensor)
        if (number === undefined) {
          number = this.#count++
          numbers.set(sensor, number)
          target.names.push([batch.site, sensor])
        }
        times[at] = batch.times[i] ?? 0
        values[at] = batch.values[i] ?? 0
        sensors[at] = number
        marks[at] = markOf.get(batch.qualities[i] ?? 'good') ?? 0
      }
    }
    return buffer
  }

  #numbersOf(site: string): Map<string, number> {
    const known = this.#numbers.get(site)
    if (known !== undefined) return known
    const numbers = new Map<string, number>()
    this.#numbers.set(site, numbers)
    return numbers
  }
}
