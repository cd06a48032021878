/**
 * The event log's writing thread: decides offsets and makes rows durable. It alone writes the newest segment of each
 * topic, and keeps no memory that the file does not hold: after a failure it opens the file anew.
 */

import { workerData } from 'node:worker_threads'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import { failureOf, integer, transaction } from './database.ts'
import { logThreadData, type Committed, type WriterCalls } from './log-protocol.ts'
import { rowChecksum, type PlannedRow } from './row.ts'
import { createSegment, listSegments, openSegment, segmentEnd, segmentFile, type Segment } from './segment.ts'
import { serve } from './thread.ts'

interface Open {
  readonly db: DatabaseSync
  readonly segment: Segment
  readonly inserts: readonly StatementSync[]
  /** By partition. */
  ends: readonly number[]
  bytes: number
}

const { folder, partitions, segmentBytes } = logThreadData(workerData)
const open = new Map<string, Open>()
const zeros = Array.from({ length: partitions }, () => 0)

function openTopic(topic: string): Open {
  const known = open.get(topic)
  if (known !== undefined) return known
  const newest = listSegments(folder).findLast((name) => name.topic === topic)
  if (newest === undefined) createSegment(folder, { topic, seq: 1 }, zeros)
  return openNewest(topic, newest?.seq ?? 1)
}

function openNewest(topic: string, seq: number): Open {
  const { db, segment } = openSegment(folder, { topic, seq }, { readOnly: false, partitions })
  const pages = integer(db.prepare('PRAGMA page_count').get(), 'page_count')
  const opened: Open = {
    db,
    segment,
    inserts: zeros.map((_, p) => db.prepare(`INSERT INTO p${p} VALUES (?, ?, ?, ?, ?)`)),
    ends: zeros.map((_, p) => segmentEnd(db, segment, p)),
    bytes: pages * integer(db.prepare('PRAGMA page_size').get(), 'page_size'),
  }
  open.set(topic, opened)
  return opened
}

function roll(topic: string, full: Open): Open {
  const seq = full.segment.seq + 1
  createSegment(folder, { topic, seq }, full.ends)
  open.delete(topic)
  full.db.close()
  return openNewest(topic, seq)
}

function forget(topic: string): void {
  const failed = open.get(topic)
  open.delete(topic)
  failed?.db.close()
}

function commit(ask: { topic: string; rows: readonly PlannedRow[]; buffer: ArrayBuffer }): Committed {
  const { topic, rows, buffer } = ask
  let target = openTopic(topic)
  if (target.bytes >= segmentBytes) target = roll(topic, target)
  const ends = [...target.ends]
  transaction(target.db, () => {
    for (const row of rows) {
      const first = ends[row.partition]
      const insert = target.inserts[row.partition]
      if (first === undefined || insert === undefined) {
        throw new TocsinError('internal', `topic ${topic} has no partition ${row.partition}`)
      }
      const data = new Uint8Array(buffer, row.start, row.end - row.start)
      insert.run(first, row.count, row.compaction, rowChecksum({ ...row, first }, data), data)
      ends[row.partition] = first + row.count
    }
  })
  const firsts = target.ends
  target.ends = ends
  for (const row of rows) target.bytes += row.end - row.start + 64
  return { buffer, firsts, segment: target.segment }
}

/** Runs the work; when it fails, the file is opened anew next time, because its state is then not known. */
function guarded<T>(topic: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    const file = segmentFile(folder, { topic, seq: open.get(topic)?.segment.seq ?? 1 })
    forget(topic)
    throw failureOf(cause, { file, unavailable: 'log-unavailable' })
  }
}

function supersededRows(partition: number): string {
  const p = `p${partition}`
  return `DELETE FROM ${p} WHERE first IN (
    SELECT old.first FROM ${p} old WHERE old.compaction IS NOT NULL
      AND old.first < (SELECT max(first) FROM ${p} WHERE compaction = old.compaction) LIMIT ?)`
}

serve<WriterCalls>(
  {
    commit: (ask) => {
      const answer = guarded(ask.topic, () => commit(ask))
      return { answer, transfer: [answer.buffer] }
    },
    checkpoint: ({ topic }) => {
      guarded(topic, () => open.get(topic)?.db.exec('PRAGMA wal_checkpoint(PASSIVE)'))
      return { answer: null }
    },
    compact: ({ topic, max }) => {
      const answer = guarded(topic, () => {
        const { db } = openTopic(topic)
        return transaction(db, () => {
          let removed = 0
          for (let p = 0; p < partitions; p++) removed += Number(db.prepare(supersededRows(p)).run(max).changes)
          return removed
        })
      })
      return { answer }
    },
  },
  {
    unavailable: 'log-unavailable',
    close: () => {
      for (const topic of open.keys()) forget(topic)
    },
  },
)
