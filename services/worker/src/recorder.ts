/** From `site-log` to history: readings only; the history's own offset says where to go on after a crash. */

import { TocsinError } from '@tocsin/core/domain/errors.ts'
import { type EventLog, type Follower, type LogBatch, topics } from '@tocsin/core/ports/event-log.ts'
import type { History, SampleBatch } from '@tocsin/core/ports/history.ts'
import { decodeReadingsOnly } from '@tocsin/wire/site-record-v1.ts'
import type { Logger } from 'pino'

export interface RecorderDeps {
  readonly log: EventLog
  readonly history: History
  readonly logger: Logger
}

/** Follows one partition. An outage of the history holds the recorder back and nobody else. */
export async function startRecorder(deps: RecorderDeps, partition: number): Promise<Follower> {
  const from = (await deps.history.saved(partition)) ?? 'begin'
  const onBatch = async (batch: LogBatch): Promise<void> => {
    const samples: SampleBatch[] = []
    for (const { offset, value } of batch.records) {
      const record = decodeReadingsOnly(value)
      if (!record.ok) throw new TocsinError('data-damaged', `site-log ${partition}@${offset}: ${record.error}`)
      if (record.value) samples.push(record.value)
    }
    await deps.history.write(partition, samples, batch.next)
  }
  const onError = (error: TocsinError): void =>
    deps.logger.warn({ err: error, partition }, 'the recorder cannot read on')
  return deps.log.follow({ topic: topics.siteLog, partition, from, onBatch, onError })
}
