/** When a partition's state is saved: site by site in turn within a byte budget, and now and then a base of all (R5, R8). */

import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import type { SiteRecord } from '@tocsin/core/domain/site-record.ts'
import { ENGINE_VERSION } from '@tocsin/core/engine/limits.ts'
import type { SiteState } from '@tocsin/core/engine/state.ts'
import { encodeSiteState } from '@tocsin/core/engine/state-v1.ts'
import type { Checkpoint, CheckpointStore } from '@tocsin/core/ports/checkpoint-store.ts'
import { type EventLog, topics } from '@tocsin/core/ports/event-log.ts'
import type { Failpoints } from '@tocsin/core/ports/failpoints.ts'
import type { Logger } from 'pino'
import { baseRecords, isAccepted, listBases, writeBase } from './bases.ts'
import type { JournalOutput } from './output.ts'
import type { Taken } from './takeover.ts'

export interface CheckpointPolicy {
  /** Bytes of state saved after each mark at most; at least one site is. */
  readonly bytesPerMark: number
  /** A base is written after so much engine time, ms, or so many journal records. */
  readonly baseEveryMs: number
  readonly baseEveryRecords: number
  /** site-log is kept for so long behind a base, engine time in ms; Infinity: for ever. */
  readonly keepLogMs: number
}

/** Records between a quiet site's checkpoint and the log's end at which it is saved again. */
const FAR_BACK = 10_000

export const defaultPolicy: CheckpointPolicy = {
  bytesPerMark: 512 * 1024,
  baseEveryMs: 6 * 3_600_000,
  baseEveryRecords: 100_000,
  keepLogMs: 30 * 86_400_000,
}

export interface CheckpointerDeps {
  readonly log: EventLog
  readonly checkpoints: CheckpointStore
  readonly failpoints: Failpoints
  readonly logger: Logger
  readonly policy: CheckpointPolicy
  readonly partition: number
  readonly taken: Taken
  readonly output: JournalOutput
}

export class Checkpointer {
  readonly #deps: CheckpointerDeps
  /** Sites whose state has changed since it was saved, in the order in which they did. */
  readonly #changed = new Set<string>()
  /** Where each site's last checkpoint of this claim, or its start, stands; the oldest first. */
  readonly #saved = new Map<string, number>()
  /** Up to here some site's state is ahead of the replay (R6): a record of it would bear an offset that is not its own. */
  readonly #level: number
  #saving: Promise<void> = Promise.resolve()
  #busy = false
  #next: number
  /** Up to where alarm-events was read with our claim in force. */
  #journal: number
  #baseAt: { now: number; journal: number } | null = null
  #pruned = false

  constructor(deps: CheckpointerDeps) {
    this.#deps = deps
    this.#next = deps.taken.offset
    this.#journal = deps.taken.watchFrom
    this.#level = [...deps.taken.engine.sites.values()].reduce((most, { from }) => Math.max(most, from), 0)
    for (const id of deps.taken.engine.sites.keys()) this.#saved.set(id, deps.taken.offset)
  }

  journalRead(next: number): void {
    this.#journal = next
  }

  /** A record was handled, and gave these events; `next` is the offset after it. */
  handled(record: SiteRecord, events: readonly AlarmEvent[], next: number): void {
    this.#next = next
    if (record.kind !== 'tick') this.#changed.add(record.site)
    for (const { site } of events) this.#changed.add(site)
  }

  /** Saves some sites in turn; never two savings at once, and never in the way of the next record. */
  async afterMark(offset: number): Promise<void> {
    const { engine } = this.#deps.taken
    this.#next = offset
    if (this.#busy || !this.#isLevel()) return
    const now = engine.clock.now ?? 0
    this.#baseAt ??= { now, journal: this.#journal }
    const { baseEveryMs, baseEveryRecords } = this.#deps.policy
    if (now - this.#baseAt.now >= baseEveryMs || this.#journal - this.#baseAt.journal >= baseEveryRecords) {
      this.#baseAt = { now, journal: this.#journal }
      await this.base()
      return
    }
    if (!this.#pruned && this.#journal > this.#deps.taken.watchFrom) {
      this.#pruned = true
      this.#inBackground(() => this.#prune())
      return
    }
    const batch = this.#take(this.#deps.policy.bytesPerMark)
    if (batch.length > 0) this.#inBackground(() => this.#save(batch))
  }

  /** R6: every site stands where the log was read to, and says what the journal says. */
  #isLevel(): boolean {
    return this.#deps.taken.redos.size === 0 && this.#next >= this.#level
  }

  /** Once our start was read back with our claim in force, nobody chooses checkpoints that it does not state (R5). */
  async #prune(): Promise<void> {
    const { checkpoints, partition, taken } = this.#deps
    const stated = taken.start.kind === 'start' ? Object.values(taken.start.sites) : []
    const claims = stated.flatMap((start) => (start === 'base' ? [] : [start.claim]))
    await checkpoints.prune(partition, [...new Set([taken.claim, ...claims])])
  }

  /** Saves every changed site: when stopping well. */
  async saveAll(): Promise<void> {
    await this.#saving
    if (!this.#isLevel()) return
    const batch = this.#take(Infinity)
    if (batch.length > 0) await this.#save(batch).catch((error: unknown) => this.#notSaved(error))
  }

  /** R8: the state of all sites, durable, then stated; then what no taker can need is dropped. */
  async base(): Promise<void> {
    const { log, partition, taken, output, failpoints } = this.#deps
    const whole = { claim: taken.claim, offset: this.#next, engine: ENGINE_VERSION, journal: this.#journal }
    const records = baseRecords(taken.engine, whole)
    await failpoints.hit('worker.before-base')
    const stated = await writeBase(log, partition, records)
    if (stated) await output.push([stated])
    this.#inBackground(() => this.#trim())
  }

  async #save(batch: readonly Checkpoint[]): Promise<void> {
    const { checkpoints, partition, failpoints } = this.#deps
    await failpoints.hit('worker.before-checkpoint')
    await checkpoints.save(partition, batch)
    await failpoints.hit('worker.after-checkpoint')
  }

  /**
   * R8: what lies before the newest accepted base behind the retention, whoever wrote it, is dropped: older input, and
   * the bases before it.
   */
  async #trim(): Promise<void> {
    const { log, partition, taken, policy, output } = this.#deps
    await output.drained()
    const now = taken.engine.clock.now ?? 0
    const old = (await listBases(log, partition)).filter((base) => base.now <= now - policy.keepLogMs)
    for (const base of old.reverse()) {
      if (!(await isAccepted(log, partition, base))) continue
      await log.trim(topics.siteLog, partition, base.offset)
      await log.trim(topics.base, partition, base.first)
      return
    }
  }

  /** R9: a store that does not answer costs recovery time, never an alarm, nor a good end. */
  #notSaved(error: unknown): void {
    this.#deps.logger.warn({ err: error }, 'state could not be saved')
  }

  #inBackground(work: () => Promise<void>): void {
    this.#busy = true
    this.#saving = work()
      .catch((error: unknown) => this.#notSaved(error))
      .finally(() => (this.#busy = false))
  }

  #take(budget: number): Checkpoint[] {
    const { engine, claim } = this.#deps.taken
    const batch: Checkpoint[] = []
    let bytes = 0
    for (const id of this.#waiting()) {
      if (bytes >= budget) break
      this.#changed.delete(id)
      this.#saved.delete(id)
      const site = engine.sites.get(id)
      if (!site) continue
      this.#saved.set(id, this.#next)
      const checkpoint = this.#checkpoint(site, claim)
      bytes += checkpoint.state.byteLength
      batch.push(checkpoint)
    }
    return batch
  }

  /** Who changed, then who has been quiet for so long that a taker would have to read far back for it. */
  *#waiting(): Generator<string> {
    yield* this.#changed
    for (const [id, offset] of this.#saved) {
      if (this.#next - offset <= FAR_BACK) return
      yield id
    }
  }

  #checkpoint(site: SiteState, claim: string): Checkpoint {
    const state = new TextEncoder().encode(encodeSiteState(site, this.#deps.taken.engine.clock))
    return { site: site.id, claim, offset: this.#next, n: site.n, state }
  }
}
