/** What the stage knows of broadcasts: `broadcast-log` folded from its beginning, and reading back to a record (B1). */

import { createHash } from 'node:crypto'
import { type Book, bookOf, type Books } from '@tocsin/core/broadcasts/book.ts'
import { type Folded, foldBroadcast } from '@tocsin/core/broadcasts/fold.ts'
import type { BroadcastRecord } from '@tocsin/core/domain/broadcast.ts'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import { type EventLog, type LogBatch, type Position, topics } from '@tocsin/core/ports/event-log.ts'
import { decodeBroadcastRecord, encodeBroadcastRecord } from '@tocsin/wire/broadcast-record-v1.ts'
import type { Logger } from 'pino'

export interface BooksFeed {
  readonly caughtUp: Promise<void>
  book(platform: string): Book
  /** Appends and reads back to the record: what it did where it stands in the log. Rejects with log-unavailable. */
  append(record: BroadcastRecord): Promise<Folded>
  /** Reads to what is now the end: after an append of which it is not known whether it stands. */
  readToEnd(platform: string): Promise<void>
  wasBroadcast(alarm: string): boolean
  stop(): Promise<void>
}

export interface BooksFeedOptions {
  readonly log: EventLog
  readonly logger: Logger
  readonly partitionOf: (platform: string) => number
  readonly onChange: (platform: string) => void
}

/** Results of the last records, for whoever appended one and learns its offset only afterwards. */
const REMEMBERED = 4096

interface Waiter {
  readonly offset: number
  readonly resolve: () => void
}

export async function followBooks(options: BooksFeedOptions): Promise<BooksFeed> {
  const { log, logger, onChange } = options
  const books: Books = new Map()
  const partitions = Array.from({ length: log.partitions }, (_, i) => i)
  const bounds = await Promise.all(partitions.map((partition) => log.bounds(topics.broadcastLog, partition)))
  const next = bounds.map(({ begin }) => begin)
  const results = partitions.map(() => new Map<number, Folded>())
  const waiters = partitions.map(() => new Set<Waiter>())
  let stopped = false

  const take = (batch: LogBatch): void => {
    const { partition } = batch
    const changed = new Set<string>()
    for (const { offset, value } of batch.records) {
      const record = decodeBroadcastRecord(value)
      if (record.ok) {
        results[partition]?.set(offset, foldBroadcast(books, record.value, sha256))
        changed.add(record.value.platform)
      } else logger.error({ partition, offset, reason: record.error }, 'broadcast-log: a record cannot be read')
      results[partition]?.delete(offset - REMEMBERED)
    }
    next[partition] = batch.next
    wake(partition)
    for (const platform of changed) onChange(platform)
  }

  const wake = (partition: number): void => {
    for (const waiter of waiters[partition] ?? []) {
      if (!stopped && (next[partition] ?? 0) < waiter.offset) continue
      waiters[partition]?.delete(waiter)
      waiter.resolve()
    }
  }

  /** Resolves when everything below `offset` is folded. */
  const readTo = (partition: number, offset: number): Promise<void> => {
    if (stopped || (next[partition] ?? 0) >= offset) return Promise.resolve()
    return new Promise((resolve) => {
      waiters[partition]?.add({ offset, resolve })
    })
  }

  const followers = partitions.map((partition) =>
    log.follow({
      topic: topics.broadcastLog,
      partition,
      from: 'begin',
      onBatch: take,
      onError: (error) => logger.error({ err: error, partition }, 'broadcast-log: not readable'),
    }),
  )

  return {
    caughtUp: Promise.all(partitions.map((partition) => readTo(partition, bounds[partition]?.end ?? 0))).then(
      () => undefined,
    ),
    book: (platform) => bookOf(books, platform),
    async append(record) {
      const append = { key: record.platform, value: encodeBroadcastRecord(record) }
      const [position]: readonly Position[] = await log.append(topics.broadcastLog, [append])
      if (!position) throw new TocsinError('internal', 'an append without a position')
      await readTo(position.partition, position.offset + 1)
      const folded = results[position.partition]?.get(position.offset)
      if (!folded) throw new TocsinError('log-unavailable', 'stopped before the record was read back', { retry: true })
      return folded
    },
    async readToEnd(platform) {
      const partition = options.partitionOf(platform)
      const { end } = await log.bounds(topics.broadcastLog, partition)
      await readTo(partition, end)
    },
    wasBroadcast: (alarm) => [...books.values()].some(({ byAlarm }) => byAlarm.has(alarm)),
    async stop() {
      stopped = true
      for (const partition of partitions) wake(partition)
      await Promise.all(followers.map((follower) => follower.stop()))
    },
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
