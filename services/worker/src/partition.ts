/** One partition's engine: takes over, follows `site-log`, sends events and marks, saves its state, yields to a later claim. */

import { TocsinError } from '@tocsin/core/domain/errors.ts'
import { TOCSIN_SITE } from '@tocsin/core/domain/ids.ts'
import type { SiteRecord } from '@tocsin/core/domain/site-record.ts'
import { ENGINE_VERSION } from '@tocsin/core/engine/limits.ts'
import { finishRedo, redoUntil } from '@tocsin/core/engine/redo.ts'
import { step, type StepContext } from '@tocsin/core/engine/step.ts'
import { type Follower, type LogBatch, partitionOf, topics } from '@tocsin/core/ports/event-log.ts'
import { decodeJournalRecord } from '@tocsin/wire/journal-record-v1.ts'
import { decodeSiteRecord } from '@tocsin/wire/site-record-v1.ts'
import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import type { JournalRecord } from '@tocsin/core/domain/journal-record.ts'
import { Checkpointer, type CheckpointPolicy } from './checkpointer.ts'
import { JournalOutput } from './output.ts'
import { sha256 } from './sha256.ts'
import { type Taken, takeOver, type TakeoverDeps } from './takeover.ts'

export interface PartitionDeps extends TakeoverDeps {
  readonly policy: CheckpointPolicy
  /** Between tries to take over, ms; doubled each time up to thirty times it. */
  readonly retryMs: number
  /** What a stop waits for the log to take what is queued, ms. */
  readonly drainMs: number
  /** Told after each batch: for metrics and the console's light of this process. */
  readonly onProgress?: (progress: Progress) => void
  /** Told when the partition cannot be taken over: `version-too-low` (it leaves), damaged or missing data (it tries on). */
  readonly onFault?: (partition: number, error: unknown) => void
}

export interface Progress {
  readonly partition: number
  readonly offset: number
  readonly end: number
  /** Engine clock, UTC ms. */
  readonly now: number | null
  readonly readings: number
  readonly events: number
}

/** Runs one partition until it is stopped. */
export class PartitionWorker {
  readonly #deps: PartitionDeps
  readonly #partition: number
  #stopping = false
  #life: Life | null = null
  #running: Promise<void> | null = null
  #wake: (() => void) | null = null

  constructor(deps: PartitionDeps, partition: number) {
    this.#deps = deps
    this.#partition = partition
  }

  /** Resolves when the partition was taken over for the first time. */
  async start(): Promise<void> {
    this.#life = await this.#begin()
    this.#running = this.#run()
  }

  /** Handles what is in hand, sends what is queued, saves every site; a log that fails does not hold it up for ever. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#wake?.()
    await this.#life?.finish()
    await this.#running
  }

  async #begin(): Promise<Life> {
    const taken = await takeOver(this.#deps, this.#partition)
    return new Life(this.#deps, this.#partition, taken)
  }

  /** R2: a worker that sees a later claim discards its state and claims again, with a pause that grows. */
  async #run(): Promise<void> {
    let pause = this.#deps.retryMs
    for (;;) {
      if (this.#life) {
        const end = await this.#life.ended
        if (end === 'stopped' || this.#stopping) return
        this.#deps.logger.warn({ err: end, partition: this.#partition }, 'partition is taken over anew')
        this.#life = null
      }
      await this.#sleep(pause)
      if (this.#stopping) return
      try {
        this.#life = await this.#begin()
        pause = this.#deps.retryMs
        // stop() came meanwhile, and found no life to finish
        if (this.#stopping) await this.#life.finish()
      } catch (error) {
        this.#deps.logger.error({ err: error, partition: this.#partition }, 'partition cannot be taken over')
        this.#deps.onFault?.(this.#partition, error)
        if (error instanceof TocsinError && error.code === 'version-too-low') return // R3: it leaves the partition
        pause = Math.min(pause * 2, this.#deps.retryMs * 30)
      }
    }
  }

  async #sleep(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      setTimeout(resolve, ms)
    })
  }
}

/** From one claim to its end. */
class Life {
  /** Resolves with 'stopped', or with why the claim's state is worth nothing any more. */
  readonly ended: Promise<unknown>
  #end: (why: unknown) => void = () => undefined
  readonly #deps: PartitionDeps
  readonly #partition: number
  readonly #taken: Taken
  readonly #output: JournalOutput
  readonly #checkpointer: Checkpointer
  readonly #context: Omit<StepContext, 'offset'>
  readonly #followers: Follower[] = []
  #done = false
  #readings = 0
  #events = 0

  constructor(deps: PartitionDeps, partition: number, taken: Taken) {
    this.#deps = deps
    this.#partition = partition
    this.#taken = taken
    this.ended = new Promise((resolve) => (this.#end = resolve))
    const { log, failpoints, logger, retryMs } = deps
    this.#output = new JournalOutput({ log, partition, failpoints, logger, retryMs })
    this.#checkpointer = new Checkpointer({ ...deps, partition, taken, output: this.#output })
    this.#context = { sha256, ownsTocsin: partitionOf(TOCSIN_SITE, log.partitions) === partition }
    void this.#output.push([taken.start])
    this.#followers.push(
      log.follow({
        topic: topics.alarmEvents,
        partition,
        from: taken.watchFrom,
        onBatch: (batch) => this.#watch(batch),
      }),
      log.follow({
        topic: topics.siteLog,
        partition,
        from: taken.offset,
        onBatch: (batch) => this.#handle(batch),
        // The log goes on at its begin then, and this state would miss what was dropped: start anew, from the base (R8).
        onError: (error) =>
          error.code === 'log-trimmed' ? this.#discard(error) : logger.warn({ err: error, partition }),
      }),
    )
  }

  /** Ends well: what is queued is sent, every site saved. Where the log does not take it in time, a taker computes it again. */
  async finish(): Promise<void> {
    if (this.#done) return
    this.#done = true
    const [watch, input] = this.#followers
    const drained = Promise.resolve(input?.stop()).then(() => this.#output.drained())
    if (await isWithin(drained, this.#deps.drainMs)) await this.#checkpointer.saveAll()
    else this.#deps.logger.warn({ partition: this.#partition }, 'stopped before the log took what is queued')
    // also lets go of a handler that waits for room in the queue
    this.#output.stop()
    await watch?.stop()
    this.#end('stopped')
  }

  #discard(why: unknown): void {
    if (this.#done) return
    this.#done = true
    this.#output.stop()
    void Promise.all(this.#followers.map((follower) => follower.stop())).then(() => this.#end(why))
  }

  /** R2: any later claim, at any time; but not one of a lower version, which is void (R3). */
  #watch(batch: LogBatch): void {
    const version = this.#deps.engineVersion ?? ENGINE_VERSION
    for (const { key, value } of batch.records) {
      if (key !== 'claim') continue
      const record = decodeJournalRecord(value)
      if (!record.ok || record.value.kind !== 'claim' || record.value.engine < version) continue
      if (record.value.claim !== this.#taken.claim) {
        this.#discard(new TocsinError('claim-lost', `claim ${record.value.claim} came after ${this.#taken.claim}`))
        return
      }
    }
    this.#checkpointer.journalRead(batch.next)
  }

  async #handle(batch: LogBatch): Promise<void> {
    if (this.#done) return
    try {
      for (const { offset, value } of batch.records) {
        const decoded = decodeSiteRecord(value)
        if (!decoded.ok) {
          throw new TocsinError('data-damaged', `site-log ${this.#partition}@${offset}: ${decoded.error}`)
        }
        await this.#apply(decoded.value, offset)
        if (this.#done) return
      }
    } catch (error) {
      this.#discard(error)
      return
    }
    const { offset, end } = { offset: batch.next, end: batch.end }
    const { now } = this.#taken.engine.clock
    this.#deps.onProgress?.({
      partition: this.#partition,
      offset,
      end,
      now,
      readings: this.#readings,
      events: this.#events,
    })
  }

  async #apply(record: SiteRecord, offset: number): Promise<void> {
    const { engine, claim } = this.#taken
    const configuration =
      record.kind === 'config' ? await this.#deps.contents.configuration(record.config, record.rules) : undefined
    const events = step(engine, record, { offset, ...this.#context, ...(configuration ? { configuration } : {}) })
    if (record.kind === 'readings') this.#readings += record.sensors.length
    if (events.length > 0) await this.#send(events.map((event) => ({ input: offset, event })))
    if (this.#taken.redos.size > 0) await this.#finishRedos(offset)
    this.#checkpointer.handled(record, events, offset + 1)
    if (record.kind === 'tick' && engine.clock.now !== null) {
      await this.#output.push([{ kind: 'mark', claim, offset: offset + 1, now: Math.round(engine.clock.now) }])
      await this.#checkpointer.afterMark(offset + 1)
    }
  }

  /** R6: what a replay gives up to the journal's end is compared, not sent. */
  async #send(events: readonly { input: number; event: AlarmEvent }[]): Promise<void> {
    const records: JournalRecord[] = []
    for (const { input, event } of events) {
      const redo = this.#taken.redos.get(event.site)
      if (redo) redo.mine.push({ input, event })
      else records.push({ kind: 'event', claim: this.#taken.claim, input, event })
    }
    this.#events += records.length
    await this.#output.push(records)
  }

  async #finishRedos(offset: number): Promise<void> {
    const { redos, engine } = this.#taken
    for (const [id, redo] of redos) {
      if (offset < redoUntil(redo)) continue
      redos.delete(id)
      const now = Math.round(engine.clock.now ?? 0)
      await this.#send(finishRedo(redo, { sha256, engineNow: engine.clock.now, now, events: [] }))
    }
  }
}

async function isWithin(work: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  try {
    return await Promise.race([work.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}
