/**
 * Decides what of a partition stays in memory: the records just committed that a follower at the log's end has not had
 * yet, so that nobody at the end reads from disk.
 */

import type { LogAppend, LogRecord } from '@tocsin/core/ports/event-log.ts'

/** A follower slower than this goes on from disk. */
const maxBytes = 8 * 1024 * 1024
/** What a record costs beside its bytes. */
const overhead = 100

interface Chunk {
  readonly first: number
  readonly records: readonly LogRecord[]
  readonly bytes: number
}

/** Who is told that there is something new. */
export interface TailReader {
  /** Offset of the next record it wants. */
  readonly position: number
  wake(): void
}

export class Tail {
  readonly readers = new Set<TailReader>()
  readonly #chunks: Chunk[] = []
  #bytes = 0
  /** Offset of the first record in memory. */
  #start: number
  #end: number

  constructor(end: number) {
    this.#start = end
    this.#end = end
  }

  get end(): number {
    return this.#end
  }

  has(offset: number): boolean {
    return offset >= this.#start
  }

  /** Takes what was committed at `first`; values belong to the log from now on. */
  push(first: number, appended: readonly LogAppend[]): void {
    // A gap means that an earlier commit without an answer did stand after all: it is on disk only.
    if (first !== this.#end || this.readers.size === 0) this.#forget(first)
    this.#end = first + appended.length
    if (this.readers.size === 0) {
      this.#start = this.#end
      return
    }
    let size = 0
    const records = appended.map((append, i) => {
      size += append.value.byteLength + overhead
      return { offset: first + i, key: append.key, value: compact(append.value) }
    })
    this.#chunks.push({ first, records, bytes: size })
    this.#bytes += size
    while (this.#bytes > maxBytes && this.#chunks.length > 1) this.#shift()
    for (const reader of this.readers) reader.wake()
  }

  /** At most `max` records from an offset that {@link has} says is in memory. */
  slice(from: number, max: number): LogRecord[] {
    const found: LogRecord[] = []
    for (const chunk of this.#chunks) {
      const skip = Math.max(0, from - chunk.first)
      if (skip >= chunk.records.length) continue
      for (const record of chunk.records.slice(skip, skip + max - found.length)) found.push(record)
      if (found.length >= max) break
    }
    return found
  }

  /** Lets go of what every reader has had. */
  release(): void {
    let needed = this.#end
    for (const reader of this.readers) needed = Math.min(needed, reader.position)
    for (
      let first = this.#chunks[0];
      first !== undefined && first.first + first.records.length <= needed;
      first = this.#chunks[0]
    ) {
      this.#shift()
    }
  }

  #shift(): void {
    const chunk = this.#chunks.shift()
    if (chunk === undefined) return
    this.#bytes -= chunk.bytes
    this.#start = chunk.first + chunk.records.length
  }

  #forget(start: number): void {
    this.#chunks.length = 0
    this.#bytes = 0
    this.#start = start
  }
}

/** A small view would keep the whole socket buffer that it was cut from. */
function compact(value: Uint8Array): Uint8Array {
  return value.buffer.byteLength > 2 * value.byteLength + 256 ? value.slice() : value
}
