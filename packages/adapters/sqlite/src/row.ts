/**
 * Decides the bytes of a log row: the records of one partition that one commit wrote, with a checksum that also covers
 * where the row stands.
 *
 * Grammar (little-endian): row = record*; record = u16 key length, u32 value length, key (UTF-8), value.
 */

import { crc32 } from 'node:zlib'
import type { LogAppend, LogRecord } from '@tocsin/core/ports/event-log.ts'

const HEADER = 6
/** A row that has reached this is closed, so that a reader never loads much more than it asked for. */
const rowBytes = 128 * 1024

/** One row of a commit, as bytes of a shared buffer. */
export interface PlannedRow {
  readonly partition: number
  readonly count: number
  /** The compaction key that all its records share, or null. */
  readonly compaction: string | null
  readonly start: number
  readonly end: number
}

export interface RowHead {
  readonly partition: number
  readonly first: number
  readonly count: number
  readonly compaction: string | null
}

/** Packs records of one commit; the caller has grouped them by partition. */
export class RowPacker {
  #buffer: Buffer<ArrayBuffer>
  #at = 0
  readonly rows: PlannedRow[] = []

  constructor(buffer: ArrayBuffer) {
    this.#buffer = Buffer.from(buffer)
  }

  /** What was packed, to be handed to the writer. */
  get buffer(): ArrayBuffer {
    return this.#buffer.buffer
  }

  /** Bytes that a record may take at most. */
  static bound(record: LogAppend): number {
    return HEADER + 3 * record.key.length + record.value.byteLength
  }

  add(partition: number, records: readonly LogAppend[]): void {
    let start = this.#at
    let count = 0
    let compaction: string | null = null
    for (const record of records) {
      const key = record.compaction ?? null
      // A row is compactable only if all its records share one key, so marks get rows of their own.
      if (count > 0 && (key !== compaction || this.#at - start >= rowBytes)) {
        this.rows.push({ partition, count, compaction, start, end: this.#at })
        start = this.#at
        count = 0
      }
      compaction = key
      this.#write(record)
      count++
    }
    if (count > 0) this.rows.push({ partition, count, compaction, start, end: this.#at })
  }

  #write(record: LogAppend): void {
    const buffer = this.#buffer
    const key = buffer.write(record.key, this.#at + HEADER, 'utf8')
    buffer.writeUInt16LE(key, this.#at)
    buffer.writeUInt32LE(record.value.byteLength, this.#at + 2)
    buffer.set(record.value, this.#at + HEADER + key)
    this.#at += HEADER + key + record.value.byteLength
  }
}

/** The records of a row whose checksum was found right; values are views of `data`. */
export function unpackRow(first: number, count: number, data: Uint8Array<ArrayBuffer>): LogRecord[] {
  const buffer = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  const records: LogRecord[] = []
  let at = 0
  for (let i = 0; i < count; i++) {
    const key = at + HEADER
    const value = key + buffer.readUInt16LE(at)
    const end = value + buffer.readUInt32LE(at + 2)
    records.push({ offset: first + i, key: buffer.toString('utf8', key, value), value: data.subarray(value, end) })
    at = end
  }
  return records
}

/** CRC-32 over the head, which a moved row would not match, and the records. */
export function rowChecksum(head: RowHead, data: Uint8Array): number {
  return crc32(data, crc32(`${head.partition}/${head.first}/${head.count}/${head.compaction ?? ''}`))
}
