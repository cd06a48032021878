/** Decides how history lies on disk: blocks with their summaries, and chunks of what is not in a block yet. */

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { HistoryQuery } from '@tocsin/core/ports/history.ts'
import { bytes, ensureSchema, integer, openDatabase, text, transaction, type Row } from './database.ts'
import { decodeBlock, encodeBlock } from './history-block.ts'
import { summaryOf, type Stretch } from './history-query.ts'
import type { Samples } from './history-samples.ts'

/** Version 1: blocks of history-block.ts version 1, chunks as history-protocol.ts lays out samples. */
const version = 1
/** Summaries stand apart from the blocks, by sensor and time: a chart of a year reads few pages. */
const schema = `
  CREATE TABLE series (id INTEGER PRIMARY KEY, site TEXT NOT NULL, sensor TEXT NOT NULL, sealed_to REAL NOT NULL, sealed_chunk INTEGER NOT NULL);
  CREATE TABLE summaries (series INTEGER, start REAL, block INTEGER, stop REAL NOT NULL, count INTEGER NOT NULL,
    first REAL, last REAL, min REAL, max REAL, PRIMARY KEY (series, start, block)) WITHOUT ROWID;
  CREATE INDEX summaries_stop ON summaries (stop);
  CREATE TABLE blocks (id INTEGER PRIMARY KEY, crc INTEGER NOT NULL, data BLOB NOT NULL);
  CREATE TABLE chunks (id INTEGER PRIMARY KEY, crc INTEGER NOT NULL, data BLOB NOT NULL);
  CREATE TABLE offsets (partition INTEGER PRIMARY KEY, next INTEGER NOT NULL)`

export interface StoredSeries {
  readonly id: number
  readonly site: string
  readonly sensor: string
  readonly sealedTo: number
  readonly sealedChunk: number
}

export class HistoryFile {
  readonly #db: DatabaseSync
  readonly #file: string
  readonly #statements = new Map<string, StatementSync>()

  constructor(file: string) {
    this.#file = file
    this.#db = openDatabase(file, { synchronous: 'NORMAL' })
    try {
      ensureSchema(this.#db, { file, version, schema })
    } catch (cause) {
      this.#db.close()
      throw cause
    }
  }

  transaction<T>(work: () => T): T {
    return transaction(this.#db, work)
  }

  close(): void {
    this.#db.close()
  }

  series(): StoredSeries[] {
    return this.#sql('SELECT * FROM series ORDER BY id')
      .all()
      .map((row) => ({
        id: integer(row, 'id'),
        site: text(row, 'site'),
        sensor: text(row, 'sensor'),
        sealedTo: real(row, 'sealed_to'),
        sealedChunk: integer(row, 'sealed_chunk'),
      }))
  }

  addSeries({ id, site, sensor, sealedTo, sealedChunk }: StoredSeries): void {
    this.#sql('INSERT INTO series VALUES (?, ?, ?, ?, ?)').run(id, site, sensor, sealedTo, sealedChunk)
  }

  markSealed(series: number, to: number, chunk: number): void {
    this.#sql('UPDATE series SET sealed_to = ?, sealed_chunk = ? WHERE id = ?').run(to, chunk, series)
  }

  addBlock(series: number, samples: Samples): void {
    const data = encodeBlock(samples)
    const { lastInsertRowid } = this.#sql('INSERT INTO blocks VALUES (NULL, ?, ?)').run(crc32(data), data)
    const { from, to, count, first, last, min, max } = summaryOf(samples)
    this.#sql('INSERT INTO summaries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
      series,
      from,
      lastInsertRowid,
      to,
      count,
      first,
      last,
      min,
      max,
    )
  }

  /** Blocks that may hold samples of the span, by their first time. */
  stretches(series: number, { from, to }: Pick<HistoryQuery, 'from' | 'to'>): Stretch[] {
    const sql = 'SELECT * FROM summaries WHERE series = ? AND start < ? AND stop >= ? ORDER BY start, block'
    return this.#sql(sql)
      .all(series, to, from)
      .map((row) => ({
        from: real(row, 'start'),
        to: real(row, 'stop'),
        count: integer(row, 'count'),
        first: real(row, 'first'),
        last: real(row, 'last'),
        min: real(row, 'min'),
        max: real(row, 'max'),
        load: () => this.#block(integer(row, 'block')),
      }))
  }

  addChunk(id: number, data: Uint8Array): void {
    this.#sql('INSERT INTO chunks VALUES (?, ?, ?)').run(id, crc32(data), data)
  }

  /** Every chunk kept, oldest first. */
  *chunks(): Generator<{ id: number; data: ArrayBuffer }> {
    for (const row of this.#sql('SELECT * FROM chunks ORDER BY id').iterate()) {
      const id = integer(row, 'id')
      yield { id, data: this.#checked(row, `chunk ${id}`).buffer }
    }
  }

  dropChunks(before: number): void {
    this.#sql('DELETE FROM chunks WHERE id < ?').run(before)
  }

  saved(partition: number): number | null {
    const row = this.#sql('SELECT next FROM offsets WHERE partition = ?').get(partition)
    return row === undefined ? null : integer(row, 'next')
  }

  save(partition: number, next: number): void {
    this.#sql('INSERT OR REPLACE INTO offsets VALUES (?, ?)').run(partition, next)
  }

  /** Removes at most `max` blocks that ended before the time; gives how many. */
  prune(before: number, max: number): number {
    const found = this.#sql('SELECT series, start, block FROM summaries WHERE stop < ? LIMIT ?').all(before, max)
    for (const row of found) {
      const block = integer(row, 'block')
      this.#sql('DELETE FROM summaries WHERE series = ? AND start = ? AND block = ?').run(
        integer(row, 'series'),
        real(row, 'start'),
        block,
      )
      this.#sql('DELETE FROM blocks WHERE id = ?').run(block)
    }
    return found.length
  }

  #block(id: number): Samples {
    return decodeBlock(this.#checked(this.#sql('SELECT crc, data FROM blocks WHERE id = ?').get(id), `block ${id}`))
  }

  #checked(row: Row | undefined, what: string): Uint8Array<ArrayBuffer> {
    const data = row === undefined ? null : bytes(row, 'data')
    if (data === null || crc32(data) !== integer(row, 'crc')) {
      throw new TocsinError('data-damaged', `${this.#file}: ${what} is missing or does not match its checksum`)
    }
    return data
  }

  #sql(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) this.#statements.set(sql, (statement = this.#db.prepare(sql)))
    return statement
  }
}

/** SQLite keeps NaN as NULL. */
function real(row: Row, column: string): number {
  return row[column] === null ? Number.NaN : integer(row, column)
}
