/** What the stage knows of alarms: `alarm-events` folded from its beginning, under the claims in force (R1). */

import { type AlarmFacts, foldJournal, forgetEnded, newAlarmFacts } from '@tocsin/core/broadcasts/alarm-facts.ts'
import type { AlarmId } from '@tocsin/core/domain/ids.ts'
import { type EventLog, type LogBatch, topics } from '@tocsin/core/ports/event-log.ts'
import { decodeJournalRecord } from '@tocsin/wire/journal-record-v1.ts'
import type { Logger } from 'pino'

export interface JournalFeed {
  readonly facts: AlarmFacts
  /** Resolves when everything that stood in the log at the start is folded. */
  readonly caughtUp: Promise<void>
  stop(): Promise<void>
}

export interface JournalFeedOptions {
  readonly log: EventLog
  readonly logger: Logger
  readonly onChange: () => void
  readonly wasBroadcast: (alarm: AlarmId) => boolean
}

/** Ended alarms of which nothing was broadcast are remembered for a day of the engine's time. */
const REMEMBERED = 86_400_000
const SWEEP_EVERY = 20_000

export async function followJournal({ log, logger, onChange, wasBroadcast }: JournalFeedOptions): Promise<JournalFeed> {
  const facts = newAlarmFacts()
  const partitions = Array.from({ length: log.partitions }, (_, i) => i)
  const ends = await Promise.all(partitions.map((partition) => log.bounds(topics.alarmEvents, partition)))
  const reached = Promise.withResolvers<void>()
  const waiting = new Set(partitions.filter((partition) => (ends[partition]?.end ?? 0) > (ends[partition]?.begin ?? 0)))
  if (waiting.size === 0) reached.resolve()
  let sinceSweep = 0

  const take = (batch: LogBatch): void => {
    for (const { offset, value } of batch.records) {
      const record = decodeJournalRecord(value)
      if (record.ok) foldJournal(facts, batch.partition, record.value)
      else logger.error({ partition: batch.partition, offset, reason: record.error }, 'alarm-events: cannot be read')
    }
    sinceSweep += batch.records.length
    if (sinceSweep > SWEEP_EVERY && facts.marks.size > 0) {
      sinceSweep = 0
      forgetEnded(facts, Math.min(...facts.marks.values()) - REMEMBERED, wasBroadcast)
    }
    if (batch.next >= (ends[batch.partition]?.end ?? 0) && waiting.delete(batch.partition) && waiting.size === 0) {
      reached.resolve()
    }
    onChange()
  }

  const followers = partitions.map((partition) =>
    log.follow({
      topic: topics.alarmEvents,
      partition,
      from: 'begin',
      onBatch: take,
      onError: (error) => logger.error({ err: error, partition }, 'alarm-events: not readable'),
    }),
  )
  return {
    facts,
    caughtUp: reached.promise,
    async stop() {
      await Promise.all(followers.map((follower) => follower.stop()))
      reached.resolve()
    },
  }
}
