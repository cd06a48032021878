/** Decides how a follower moves through its partition: from memory at the end, from disk behind it, one batch at a time. */

import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { FollowOptions, Follower, LogBatch } from '@tocsin/core/ports/event-log.ts'
import type { Tail, TailReader } from './tail.ts'

/** What a follower needs of the log. */
export interface FollowedPartition {
  readonly tail: Tail
  begin(): number
  read(from: number, max: number): Promise<LogBatch>
  /** Notes the reader's offset, to be saved soon. */
  note(offset: number): void
  /** Saves what was noted. */
  save(): Promise<void>
}

export interface FollowerSetup {
  readonly options: FollowOptions
  readonly partition: FollowedPartition
  readonly start: number
  readonly redeliveryMs: number
}

export class PartitionFollower implements Follower, TailReader {
  readonly #setup: FollowerSetup
  readonly #done: Promise<void>
  readonly #max: number
  #position: number
  #stopped = false
  #wake: () => void = () => undefined

  constructor(setup: FollowerSetup) {
    this.#setup = setup
    this.#position = setup.start
    this.#max = setup.options.maxRecords ?? 1000
    setup.partition.tail.readers.add(this)
    this.#done = this.#run()
  }

  get position(): number {
    return this.#position
  }

  wake(): void {
    this.#wake()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.wake()
    await this.#done
    await this.#setup.partition.save()
  }

  async #run(): Promise<void> {
    const { partition } = this.#setup
    // The caller has the follower in hand before its first batch comes.
    await Promise.resolve()
    while (!this.#stopped) {
      if (this.#position >= partition.tail.end) {
        await this.#sleep()
        continue
      }
      const batch = await this.#take()
      if (batch === null || !(await this.#deliver(batch))) continue
      this.#position = batch.next
      partition.note(batch.next)
      partition.tail.release()
    }
    partition.tail.readers.delete(this)
    partition.tail.release()
  }

  /** The next batch, or null when there is none (yet). */
  async #take(): Promise<LogBatch | null> {
    const { partition, options, redeliveryMs } = this.#setup
    const { tail } = partition
    if (tail.has(this.#position)) {
      const records = tail.slice(this.#position, this.#max)
      const last = records.at(-1)
      if (last === undefined) return null
      return { partition: options.partition, records, next: last.offset + 1, end: tail.end }
    }
    try {
      const batch = await partition.read(this.#position, this.#max)
      return batch.records.length === 0 ? null : batch
    } catch (error) {
      this.#report(error)
      if (error instanceof TocsinError && error.code === 'log-trimmed') this.#position = partition.begin()
      else await this.#sleep(redeliveryMs)
      return null
    }
  }

  /** Hands the batch over until it is taken; false when stopped before. */
  async #deliver(batch: LogBatch): Promise<boolean> {
    while (!this.#stopped) {
      try {
        await this.#setup.options.onBatch(batch)
        return true
      } catch {
        // The handler has said what went wrong wherever it says such things; here it only means: again.
        if (!this.#stopped) await this.#sleep(this.#setup.redeliveryMs)
      }
    }
    return false
  }

  #report(error: unknown): void {
    const failure =
      error instanceof TocsinError ? error : new TocsinError('internal', 'follower failed', { cause: error })
    const { onError } = this.#setup.options
    if (onError === undefined) process.emitWarning(failure)
    else onError(failure)
  }

  /** Until there is something new, the follower is stopped, or the time is over. */
  async #sleep(ms?: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = ms === undefined ? undefined : setTimeout(resolve, ms)
    this.#wake = () => {
      // A new record does not shorten a pause, only a stop does.
      if (ms === undefined || this.#stopped) resolve()
    }
    if (this.#stopped) resolve()
    await promise
    clearTimeout(timer)
    this.#wake = () => undefined
  }
}
