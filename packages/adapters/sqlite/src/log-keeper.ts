/**
 * The event log's second thread: reads what is no longer in memory, verifies, checkpoints, compacts closed segments,
 * drops old ones, and keeps readers' offsets, so that neither the writer nor the main thread waits for any of it.
 */

import { join } from 'node:path'
import { existsSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { workerData } from 'node:worker_threads'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import {
  bytes,
  ensureSchema,
  failureOf,
  integer,
  openDatabase,
  text,
  textOrNull,
  transaction,
  type Row,
} from './database.ts'
import {
  logThreadData,
  type KeeperCalls,
  type LogState,
  type PartitionOffset,
  type ReaderOffset,
  type StoredRow,
  type TopicState,
} from './log-protocol.ts'
import { removeDatabase, syncFolder } from './files.ts'
import { rowChecksum } from './row.ts'
import { listSegments, openSegment, segmentEnd, segmentFile, type Segment, type SegmentName } from './segment.ts'
import { serve } from './thread.ts'

interface Open {
  readonly db: DatabaseSync
  readonly segment: Segment
}

const { folder, partitions, readOnly } = logThreadData(workerData)
/** Least recently used first. */
const open = new Map<string, Open>()
const maxOpen = 16
const readBytes = 4 * 1024 * 1024
const deleteRows = 1000

const offsetsFile = join(folder, 'readers.db')
let offsets: DatabaseSync | null = null

/** Null when the log is only looked at and has none. */
function offsetsDb(): DatabaseSync | null {
  return (offsets ??= openOffsets())
}

function openOffsets(): DatabaseSync | null {
  if (readOnly && !existsSync(offsetsFile)) return null
  // FULL, at one commit a second: an offset that went back over a power loss could lie below what was trimmed for it.
  const db = openDatabase(offsetsFile, { synchronous: 'FULL', readOnly })
  if (readOnly) return db
  const schema = `
    CREATE TABLE readers (reader TEXT, topic TEXT, partition INTEGER, next INTEGER NOT NULL, PRIMARY KEY (reader, topic, partition)) WITHOUT ROWID;
    CREATE TABLE begins (topic TEXT, partition INTEGER, begin INTEGER NOT NULL, PRIMARY KEY (topic, partition)) WITHOUT ROWID`
  ensureSchema(db, { file: offsetsFile, version: 1, schema })
  return db
}

function segmentOf(name: SegmentName): Open {
  const file = segmentFile(folder, name)
  const known = open.get(file)
  if (known !== undefined) open.delete(file)
  const opened = known ?? openSegment(folder, name, { readOnly, partitions })
  open.set(file, opened)
  if (open.size > maxOpen) {
    const oldest = open.keys().next().value
    if (oldest !== undefined) closeSegment(oldest)
  }
  return opened
}

function closeSegment(file: string): void {
  open.get(file)?.db.close()
  open.delete(file)
}

/** Runs the work, naming the segment in whatever goes wrong. */
function within<T>(name: SegmentName, work: (segment: Open) => T): T {
  try {
    return work(segmentOf(name))
  } catch (cause) {
    throw failureOf(cause, { file: segmentFile(folder, name), unavailable: 'log-unavailable' })
  }
}

function checkedRow(name: SegmentName, partition: number, row: Row): StoredRow {
  const head = {
    partition,
    first: integer(row, 'first'),
    count: integer(row, 'count'),
    compaction: textOrNull(row, 'compaction'),
  }
  const data = bytes(row, 'data')
  if (rowChecksum(head, data) !== integer(row, 'crc')) {
    throw new TocsinError(
      'data-damaged',
      `${segmentFile(folder, name)}: topic ${name.topic}, partition ${partition}, offset ${head.first}: the checksum of the stored row does not match`,
    )
  }
  return { first: head.first, count: head.count, data }
}

const columns = 'first, count, compaction, crc, data'

function verify(name: SegmentName, { db }: Open): void {
  for (let p = 0; p < partitions; p++) {
    let next = 0
    for (const row of db.prepare(`SELECT ${columns} FROM p${p} ORDER BY first`).iterate()) {
      const { first, count } = checkedRow(name, p, row)
      if (first < next)
        throw new TocsinError(
          'data-damaged',
          `${segmentFile(folder, name)}: partition ${p}: two rows hold offset ${first}`,
        )
      next = first + count
    }
  }
}

function readRows(ask: { segment: SegmentName; partition: number; from: number; max: number }): StoredRow[] {
  const { segment: name, partition: p, from, max } = ask
  return within(name, ({ db }) => {
    const rows: StoredRow[] = []
    let records = 0
    let size = 0
    const sql = `SELECT ${columns} FROM p${p}
      WHERE first >= coalesce((SELECT max(first) FROM p${p} WHERE first <= ?), 0) ORDER BY first`
    for (const found of db.prepare(sql).iterate(from)) {
      const row = checkedRow(name, p, found)
      if (row.first + row.count <= from) continue
      rows.push(row)
      records += row.first + row.count - Math.max(row.first, from)
      size += row.data.byteLength
      if (records >= max || size >= readBytes) break
    }
    return rows
  })
}

function topicState(topic: string, names: readonly SegmentName[], all: boolean): TopicState {
  const segments = names.map((name, i) => {
    const newest = i === names.length - 1
    if (!newest && names[i + 1]?.seq !== name.seq + 1) {
      throw new TocsinError('data-damaged', `${segmentFile(folder, { topic, seq: name.seq + 1 })} is missing`)
    }
    return within(name, (found) => {
      if (newest || all) verify(name, found)
      return found.segment
    })
  })
  const last = names.at(-1)
  const ends =
    last === undefined
      ? []
      : within(last, ({ db, segment }) => segment.starts.map((_, p) => segmentEnd(db, segment, p)))
  return { topic, segments, ends }
}

function loadState(depth: 'newest' | 'all'): LogState {
  const byTopic = Map.groupBy(listSegments(folder), (name) => name.topic)
  const topics = [...byTopic].map(([topic, names]) => topicState(topic, names, depth === 'all'))
  const where = (row: Row): { topic: string; partition: number } => ({
    topic: text(row, 'topic'),
    partition: integer(row, 'partition'),
  })
  const readers = offsetsDb()?.prepare('SELECT * FROM readers').all() ?? []
  const begins = offsetsDb()?.prepare('SELECT * FROM begins').all() ?? []
  return {
    topics,
    readers: readers.map((row) => ({ ...where(row), reader: text(row, 'reader'), offset: integer(row, 'next') })),
    begins: begins.map((row) => ({ ...where(row), offset: integer(row, 'begin') })),
  }
}

/** Removes from one closed segment what a newer row supersedes; `seen` has the keys of newer segments and gains its own. */
function compactSegment({ db }: Open, seen: Set<string>, inUse: boolean): number {
  let removed = 0
  for (let p = 0; p < partitions; p++) {
    const superseded: number[] = []
    const rows = db.prepare(
      `SELECT first, compaction FROM p${p} WHERE compaction IS NOT NULL ORDER BY compaction, first DESC`,
    )
    for (const row of rows.iterate()) {
      const key = `${p}/${text(row, 'compaction')}`
      if (seen.has(key)) superseded.push(integer(row, 'first'))
      else seen.add(key)
    }
    // The writer sees to the newest segment itself: two writers of one file would wait for each other.
    if (inUse) continue
    const remove = db.prepare(`DELETE FROM p${p} WHERE first = ?`)
    for (let i = 0; i < superseded.length; i += deleteRows) {
      transaction(db, () => superseded.slice(i, i + deleteRows).forEach((first) => remove.run(first)))
    }
    removed += superseded.length
  }
  if (removed > 0) shrink(db)
  return removed
}

/** A closed segment never uses its free pages again. */
function shrink(db: DatabaseSync): void {
  const free = integer(db.prepare('PRAGMA freelist_count').get(), 'freelist_count')
  const pages = integer(db.prepare('PRAGMA page_count').get(), 'page_count')
  if (free * 2 > pages) db.exec('VACUUM')
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
}

function save(readers: readonly ReaderOffset[], begins: readonly PartitionOffset[]): void {
  const db = offsetsDb()
  if (db === null) return
  const reader = db.prepare('INSERT OR REPLACE INTO readers VALUES (?, ?, ?, ?)')
  const begin = db.prepare('INSERT OR REPLACE INTO begins VALUES (?, ?, ?)')
  transaction(db, () => {
    for (const row of readers) reader.run(row.reader, row.topic, row.partition, row.offset)
    for (const row of begins) begin.run(row.topic, row.partition, row.offset)
  })
}

serve<KeeperCalls>(
  {
    open: (ask) => ({ answer: loadState(ask.verify) }),
    read: (ask) => {
      const answer = readRows(ask)
      return { answer, transfer: answer.map((row) => row.data.buffer) }
    },
    checkpoint: ({ segment }) => {
      within(segment, ({ db }) => db.exec('PRAGMA wal_checkpoint(PASSIVE)'))
      return { answer: null }
    },
    compact: ({ segments }) => {
      const seen = new Set<string>()
      let answer = 0
      for (const [i, name] of segments.entries())
        answer += within(name, (found) => compactSegment(found, seen, i === 0))
      return { answer }
    },
    drop: ({ segments }) => {
      for (const name of segments) {
        closeSegment(segmentFile(folder, name))
        removeDatabase(segmentFile(folder, name))
      }
      syncFolder(folder)
      return { answer: null }
    },
    save: ({ readers, begins }) => {
      save(readers, begins)
      return { answer: null }
    },
  },
  {
    unavailable: 'log-unavailable',
    close: () => {
      for (const file of open.keys()) closeSegment(file)
      offsets?.close()
    },
  },
)
