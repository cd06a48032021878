/**
 * Decides how a segment looks: a database file of one topic that is filled to a size, then closed, and later dropped
 * whole. `site-log.00000003.db` holds a table p0, p1 … for each partition and the offsets at which each one starts.
 */

import { existsSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import { ensureSchema, failureOf, integer, openDatabase, requireVersion } from './database.ts'
import { removeDatabase, syncFolder } from './files.ts'

export interface SegmentName {
  readonly topic: string
  readonly seq: number
}

export interface Segment {
  readonly seq: number
  /** By partition: offset of the first record that the segment may hold. */
  readonly starts: readonly number[]
}

/** Version 1: rows of row.ts, checksum CRC-32. */
const version = 1

export function segmentFile(folder: string, name: SegmentName): string {
  return join(folder, `${name.topic}.${String(name.seq).padStart(8, '0')}.db`)
}

/** Segments of a folder, oldest first within a topic; what a crash left half made does not count. */
export function listSegments(folder: string): SegmentName[] {
  const names: SegmentName[] = []
  for (const entry of readdirSync(folder).sort()) {
    const match = /^([a-z][a-z0-9-]*)\.(\d{8})\.db$/.exec(entry)
    if (match?.[1] !== undefined) names.push({ topic: match[1], seq: Number(match[2]) })
  }
  return names
}

/** Makes a segment under another name and renames it, so that a crash never leaves one without its starts. */
export function createSegment(folder: string, name: SegmentName, starts: readonly number[]): void {
  const file = segmentFile(folder, name)
  const half = `${file}.new`
  removeDatabase(half)
  const db = openDatabase(half, { synchronous: 'FULL' })
  try {
    const partitions = starts.map(
      (start, p) => `
        CREATE TABLE p${p} (first INTEGER PRIMARY KEY, count INTEGER NOT NULL, compaction TEXT, crc INTEGER NOT NULL, data BLOB NOT NULL);
        CREATE INDEX c${p} ON p${p} (compaction, first) WHERE compaction IS NOT NULL;
        INSERT INTO starts VALUES (${p}, ${start});`,
    )
    const schema = `CREATE TABLE starts (partition INTEGER PRIMARY KEY, start INTEGER NOT NULL); ${partitions.join('')}`
    ensureSchema(db, { file: half, version, schema })
  } finally {
    db.close()
  }
  renameSync(half, file)
  syncFolder(folder)
}

/** Opens a segment, checks its format, and reads its starts. */
export function openSegment(
  folder: string,
  name: SegmentName,
  options: { readonly readOnly: boolean; readonly partitions: number },
): { db: DatabaseSync; segment: Segment } {
  const file = segmentFile(folder, name)
  if (!existsSync(file)) throw new TocsinError('data-damaged', `${file} is missing`)
  const db = openDatabase(file, { synchronous: 'FULL', readOnly: options.readOnly, autoCheckpoint: 0 })
  try {
    requireVersion(db, { file, version })
    const rows = db.prepare('SELECT start FROM starts ORDER BY partition').all()
    const starts = rows.map((row) => integer(row, 'start'))
    if (starts.length !== options.partitions) {
      throw new TocsinError(
        'config-invalid',
        `${file} has ${starts.length} partitions, the settings say ${options.partitions}: the number is fixed when the log is made`,
      )
    }
    return { db, segment: { seq: name.seq, starts } }
  } catch (cause) {
    db.close()
    throw failureOf(cause, { file, unavailable: 'log-unavailable' })
  }
}

/** Offset after the last record of a partition, by the segment. */
export function segmentEnd(db: DatabaseSync, segment: Segment, partition: number): number {
  const row = db.prepare(`SELECT first, count FROM p${partition} ORDER BY first DESC LIMIT 1`).get()
  const start = segment.starts[partition] ?? 0
  return row === undefined ? start : integer(row, 'first') + integer(row, 'count')
}
