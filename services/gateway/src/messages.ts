/** The gateway's view of `broadcast-log`: every message as it is now, and where in the log each last changed. */

import { createHash } from 'node:crypto'
import type { Books, Message } from '@tocsin/core/broadcasts/book.ts'
import { foldBroadcast } from '@tocsin/core/broadcasts/fold.ts'
import { messageView } from '@tocsin/core/broadcasts/view.ts'
import type { MessageId, MessageView } from '@tocsin/core/domain/broadcast.ts'
import type { AlarmId } from '@tocsin/core/domain/ids.ts'
import type { Clock } from '@tocsin/core/ports/clock.ts'
import { topics, type EventLog, type LogBatch } from '@tocsin/core/ports/event-log.ts'
import { decodeBroadcastRecord } from '@tocsin/wire/broadcast-record-v1.ts'
import type { Logger } from 'pino'
import type { LogReading } from './log-reading.ts'

const DAY = 24 * 3_600_000
const KEPT_FAULTS = 20

export interface Messages {
  get(id: MessageId): Message | undefined
  /** Newest first. */
  all(): Message[]
  /** Those that a snapshot holds: open, of an open alarm, or closed within a day. */
  current(isOpen: (alarm: AlarmId) => boolean): MessageView[]
  /** Those that changed at or past these offsets. */
  changedSince(offsets: readonly number[]): MessageView[]
  /** Next offsets, by partition. */
  places(): number[]
  caughtUp(): boolean
  /** Whether the log holds a command of this id (I3). */
  answered(command: string): boolean
  /** Those of a day. */
  faults(): { readonly code: string; readonly detail: string }[]
  stop(): Promise<void>
}

export interface MessagesDeps {
  readonly log: EventLog
  readonly clock: Clock
  readonly logger: Logger
  readonly reading: LogReading
  readonly onChange: (changed: readonly MessageId[]) => void
}

/** Folds the whole log anew: it is never pruned (B7) and holds a few records a broadcast. */
export async function openMessages({ log, clock, logger, reading, onChange }: MessagesDeps): Promise<Messages> {
  const partitions = Array.from({ length: log.partitions }, (_, i) => i)
  const bounds = await Promise.all(partitions.map((partition) => log.bounds(topics.broadcastLog, partition)))
  const next = bounds.map(({ begin }) => begin)
  const books: Books = new Map()
  const changedAt = new Map<MessageId, { partition: number; offset: number }>()
  const commands = new Set<string>()
  const faults: { at: number; code: string; detail: string }[] = []

  function take(batch: LogBatch): void {
    const { partition } = batch
    const changed = new Set<MessageId>()
    for (const { offset, value } of batch.records) {
      if (offset < (next[partition] ?? 0)) continue
      next[partition] = offset + 1
      const decoded = decodeBroadcastRecord(value)
      if (!decoded.ok) {
        logger.error({ partition, offset, reason: decoded.error }, 'a broadcast record cannot be read')
        faults.push({ at: clock.wall(), code: 'broadcast-damaged', detail: `${partition}/${offset}: ${decoded.error}` })
        continue
      }
      const record = decoded.value
      if ('id' in record) commands.add(record.id)
      if (record.kind === 'fault') faults.push({ at: record.at, code: record.code, detail: record.detail })
      for (const id of foldBroadcast(books, record, sha256).changed) {
        changed.add(id)
        changedAt.set(id, { partition, offset })
      }
    }
    faults.splice(0, faults.length - KEPT_FAULTS)
    next[partition] = Math.max(next[partition] ?? 0, batch.next)
    reading.reads(topics.broadcastLog, partition)
    if (changed.size > 0) onChange([...changed])
  }

  const followers = partitions.map((partition) =>
    log.follow({
      topic: topics.broadcastLog,
      partition,
      from: bounds[partition]?.begin ?? 0,
      onBatch: take,
      onError: (error) => reading.fails(topics.broadcastLog, partition, error),
    }),
  )

  function get(id: MessageId): Message | undefined {
    for (const book of books.values()) {
      const message = book.messages.get(id)
      if (message) return message
    }
    return undefined
  }

  const newestFirst = (): Message[] =>
    [...books.values()].flatMap((book) => [...book.messages.values()]).sort((a, b) => b.requestedAt - a.requestedAt)

  return {
    get,
    all: newestFirst,
    current(isOpen) {
      const since = clock.wall() - DAY
      return newestFirst()
        .filter((m) => m.closed === null || isOpen(m.key.alarm) || (m.log.at(-1)?.at ?? m.requestedAt) >= since)
        .map(messageView)
    },
    changedSince: (offsets) =>
      [...changedAt]
        .filter(([, at]) => at.offset >= (offsets[at.partition] ?? 0))
        .sort(([, a], [, b]) => a.offset - b.offset)
        .flatMap(([id]) => get(id) ?? [])
        .map(messageView),
    places: () => [...next],
    caughtUp: () => bounds.every(({ end }, i) => (next[i] ?? 0) >= end),
    answered: (command) => commands.has(command),
    faults: () => faults.filter((f) => f.at > clock.wall() - DAY).map(({ code, detail }) => ({ code, detail })),
    async stop() {
      await Promise.all(followers.map((follower) => follower.stop()))
    },
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
