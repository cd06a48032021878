/**
 * Makes records durable in the order in which they came: whatever queued up during the last append goes into the next
 * one, and a failed append is repeated until it succeeds (P1). What bounds it is the intake, which stops reading.
 */

import type { EventLog, LogAppend } from '@tocsin/core/ports/event-log.ts'
import { topics } from '@tocsin/core/ports/event-log.ts'
import type { Failpoints } from '@tocsin/core/ports/failpoints.ts'
import type { Logger } from 'pino'
import type { Timer } from './timer.ts'

/** Of one append at most about so many. */
const MAX_RECORDS = 10_000
const FIRST_PAUSE = 100
const LONGEST_PAUSE = 5_000

export interface Appends {
  readonly siteLog: readonly LogAppend[]
  readonly rejected: readonly LogAppend[]
}

interface Batch {
  readonly siteLog: LogAppend[]
  readonly rejected: LogAppend[]
  readonly waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[]
}

export interface AppendQueueDeps {
  readonly log: EventLog
  readonly failpoints: Failpoints
  readonly logger: Logger
  readonly timer: Timer
}

export class AppendQueue {
  readonly #deps: AppendQueueDeps
  #batches: Batch[] = []
  #running: Promise<void> | null = null
  #stopped = false
  readonly #stop = Promise.withResolvers<void>()
  appends = 0
  failures = 0
  /** The log has not taken the current batch yet, at least once tried. */
  failing = false

  constructor(deps: AppendQueueDeps) {
    this.#deps = deps
  }

  /** Resolves when all is durable; rejects only when the queue is stopped before that. */
  push({ siteLog, rejected }: Appends): Promise<void> {
    if (this.#stopped) return Promise.reject(new Error('the intake has stopped'))
    let batch = this.#batches.at(-1)
    if (batch === undefined || batch.siteLog.length + batch.rejected.length >= MAX_RECORDS) {
      batch = { siteLog: [], rejected: [], waiting: [] }
      this.#batches.push(batch)
    }
    for (const record of siteLog) batch.siteLog.push(record)
    for (const record of rejected) batch.rejected.push(record)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    batch.waiting.push({ resolve, reject })
    this.#running ??= this.#run()
    return promise
  }

  /** Gives what waits `within` ms more to become durable, then gives up on it: it was never acknowledged. */
  async stop(within: number): Promise<void> {
    const late = new AbortController()
    await Promise.race([this.#running, this.#deps.timer.after(within, late.signal)])
    late.abort()
    this.#stopped = true
    this.#stop.resolve()
    await this.#running
  }

  async #run(): Promise<void> {
    // Not in this turn: what one read of a socket brought, and others in the same turn, go together.
    await new Promise((resolve) => setImmediate(resolve))
    for (let batch = this.#batches.shift(); batch !== undefined; batch = this.#batches.shift()) {
      const durable = await this.#append(batch)
      for (const { resolve, reject } of batch.waiting) {
        if (durable) resolve()
        else reject(new Error('the intake has stopped'))
      }
    }
    this.#running = null
  }

  /** @returns false when stopped before it succeeded */
  async #append(batch: Batch): Promise<boolean> {
    const { log, failpoints, logger, timer } = this.#deps
    for (let pause = FIRST_PAUSE; !this.#stopped; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        await failpoints.hit('ingest.before-append')
        await Promise.all([
          batch.siteLog.length > 0 ? log.append(topics.siteLog, batch.siteLog) : null,
          batch.rejected.length > 0 ? log.append(topics.rejected, batch.rejected) : null,
        ])
        await failpoints.hit('ingest.after-append')
        this.appends++
        if (this.failing) logger.info('the log takes records again')
        this.failing = false
        return true
      } catch (error) {
        // The same batch again, before anything later: what it had appended stands twice, and is known as a repeat (I1).
        this.failures++
        if (!this.failing)
          logger.error({ err: error }, 'the log does not take records: nothing is acknowledged until it does')
        this.failing = true
        const stop = new AbortController()
        await Promise.race([timer.after(pause, stop.signal), this.#stop.promise])
        stop.abort()
      }
    }
    return false
  }
}
