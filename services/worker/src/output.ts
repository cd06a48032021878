/** The engine's way out: records go to `alarm-events` in order, and what had no answer goes again before anything later (R4, R7). */

import type { JournalRecord } from '@tocsin/core/domain/journal-record.ts'
import type { EventLog, LogAppend } from '@tocsin/core/ports/event-log.ts'
import { topics } from '@tocsin/core/ports/event-log.ts'
import type { Failpoints } from '@tocsin/core/ports/failpoints.ts'
import { encodeJournalRecord } from '@tocsin/wire/journal-record-v1.ts'
import type { Logger } from 'pino'

export interface OutputOptions {
  readonly log: EventLog
  readonly partition: number
  readonly failpoints: Failpoints
  readonly logger: Logger
  /** Between tries, ms. */
  readonly retryMs: number
}

/** Above this many queued records the engine waits. */
const QUEUE = 20_000
/** Records of one append. */
const BATCH = 2_000

/** How each kind of record stands in the topic: key, and compaction key where older ones may go (R8). */
export function toAppend(record: JournalRecord, partition: number): LogAppend {
  const value = encodeJournalRecord(record)
  switch (record.kind) {
    case 'event':
      return { key: record.event.site, value, partition }
    case 'mark':
      return { key: 'mark', value, partition, compaction: `mark/${record.claim}` }
    case 'claim':
    case 'start':
    case 'base':
      return { key: record.kind, value, partition }
  }
}

export class JournalOutput {
  readonly #options: OutputOptions
  #queue: JournalRecord[] = []
  #pumping: Promise<void> | null = null
  #stopped = false
  #waiters: (() => void)[] = []

  constructor(options: OutputOptions) {
    this.#options = options
  }

  /** Takes records in order; resolves at once, or when the queue is short enough again. */
  async push(records: readonly JournalRecord[]): Promise<void> {
    if (this.#stopped || records.length === 0) return
    for (const record of records) this.#queue.push(record)
    this.#pumping ??= this.#pump()
    if (this.#queue.length > QUEUE) await new Promise<void>((resolve) => this.#waiters.push(resolve))
  }

  /** Resolves when everything pushed so far is acknowledged, or the output was stopped. */
  async drained(): Promise<void> {
    while (this.#pumping !== null) await this.#pumping
  }

  /** What is queued is given up: another worker will compute it again (R2). */
  stop(): void {
    this.#stopped = true
    this.#queue = []
    this.#release()
  }

  async #pump(): Promise<void> {
    while (this.#queue.length > 0 && !this.#stopped) {
      const batch = nextBatch(this.#queue)
      if (!(await this.#send(batch))) break
      this.#queue.splice(0, batch.length)
      if (this.#queue.length <= QUEUE) this.#release()
    }
    this.#pumping = null
  }

  /** R7: the same records again until they are acknowledged. */
  async #send(batch: readonly JournalRecord[]): Promise<boolean> {
    const { log, partition, failpoints, logger, retryMs } = this.#options
    const isMark = batch[0]?.kind === 'mark'
    const appends = batch.map((record) => toAppend(record, partition))
    for (;;) {
      if (this.#stopped) return false
      try {
        await failpoints.hit(isMark ? 'worker.before-mark' : 'worker.before-events')
        await log.append(topics.alarmEvents, appends)
        await failpoints.hit('worker.after-events')
        return true
      } catch (error) {
        if (this.#stopped) return false
        logger.warn({ err: error, partition, records: batch.length }, 'journal append failed, sending again')
        await new Promise((resolve) => setTimeout(resolve, retryMs))
      }
    }
  }

  #release(): void {
    const waiters = this.#waiters
    this.#waiters = []
    for (const resolve of waiters) resolve()
  }
}

/** R4: a mark goes alone, after everything before it is acknowledged; it keeps rows compactable, too. */
function nextBatch(queue: readonly JournalRecord[]): JournalRecord[] {
  const first = queue[0]
  if (first?.kind === 'mark') return [first]
  const mark = queue.findIndex((record) => record.kind === 'mark')
  return queue.slice(0, Math.min(BATCH, mark === -1 ? queue.length : mark))
}
