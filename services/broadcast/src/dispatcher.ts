/** One platform's dispatcher: claims it, decides by the logs, appends, reads back, calls (B1). */

import { randomUUID } from 'node:crypto'
import { decide } from '@tocsin/core/broadcasts/decide.ts'
import { outgoing } from '@tocsin/core/broadcasts/outgoing.ts'
import { type Action, headOf, type Situation } from '@tocsin/core/broadcasts/situation.ts'
import { isNews } from '@tocsin/core/broadcasts/watch.ts'
import type { AlarmFacts } from '@tocsin/core/broadcasts/alarm-facts.ts'
import type { BroadcastRecord } from '@tocsin/core/domain/broadcast.ts'
import type { LoudspeakerPlatform } from '@tocsin/core/domain/site.ts'
import type { Clock } from '@tocsin/core/ports/clock.ts'
import { partitionOf } from '@tocsin/core/ports/event-log.ts'
import type { Failpoints } from '@tocsin/core/ports/failpoints.ts'
import type { Loudspeakers } from '@tocsin/core/ports/loudspeakers.ts'
import type { RegistrySource } from '@tocsin/core/ports/registry-source.ts'
import type { Logger } from 'pino'
import type { BooksFeed } from './books-feed.ts'
import { Calls, stamped, type Told } from './calls.ts'
import { Polling } from './polling.ts'
import type { BroadcastStageSettings } from './settings.ts'
import { Wake } from './wake.ts'

export interface DispatcherDeps {
  readonly platform: LoudspeakerPlatform
  readonly speakers: Loudspeakers
  readonly books: BooksFeed
  readonly facts: AlarmFacts
  /** How many partitions the logs have: a site's mark is its partition's. */
  readonly partitions: number
  readonly registry: RegistrySource
  readonly clock: Clock
  readonly failpoints: Failpoints
  readonly logger: Logger
  readonly settings: BroadcastStageSettings
}

export interface DispatcherStatus {
  readonly platform: string
  /** `lost`: another dispatcher claimed the platform; this one has stood down. */
  readonly state: 'starting' | 'running' | 'lost' | 'stopped'
  /** Why the platform does not answer; '' while it does. */
  readonly failure: string
}

const RETRY = 500
const SHORTEST_PAUSE = 10

export class Dispatcher {
  private readonly deps: DispatcherDeps
  private readonly calls: Calls
  private readonly polling: Polling
  private readonly wake = new Wake()
  private readonly logger: Logger
  private claim = ''
  private state: DispatcherStatus['state'] = 'starting'
  private inFlight: Promise<void> | null = null
  private readonly running: Promise<void>

  constructor(deps: DispatcherDeps) {
    this.deps = deps
    this.logger = deps.logger.child({ platform: deps.platform.id })
    this.calls = new Calls(deps.speakers, deps.settings.heartbeat)
    this.polling = new Polling(deps.settings)
    this.running = this.run()
  }

  get status(): DispatcherStatus {
    return { platform: this.deps.platform.id, state: this.state, failure: this.calls.failure }
  }

  /** A log has grown, or the registry changed. */
  changed(): void {
    this.wake.now()
  }

  async stop(): Promise<void> {
    if (this.state !== 'lost') this.state = 'stopped'
    this.wake.now()
    await this.calls.close()
    await this.running
    await this.inFlight
  }

  private async run(): Promise<void> {
    await this.calls.ready()
    while (this.state === 'starting' || this.state === 'running') {
      try {
        if (this.state === 'starting') await this.takeOver()
        else await this.step()
      } catch (error) {
        // Whether the record stands is not known: read on to the end before anything else is decided.
        this.logger.error({ err: error }, 'broadcast: the log did not take a record')
        await this.wake.sleep(RETRY)
        await this.deps.books.readToEnd(this.deps.platform.id).catch(() => undefined)
      }
    }
  }

  private async takeOver(): Promise<void> {
    const { books, platform, clock } = this.deps
    const claim = randomUUID()
    const head = headOf(books.book(platform.id))
    await books.append({ kind: 'claim', platform: platform.id, at: clock.wall(), claim, head })
    this.claim = claim
    if (this.state === 'starting') this.state = 'running'
  }

  private async step(): Promise<void> {
    const { books, platform, clock } = this.deps
    const book = books.book(platform.id)
    if (book.claim !== this.claim) {
      // R2's counterpart: a later dispatcher has it; two that claim in turn would serve nobody
      this.state = 'lost'
      this.logger.warn({ claim: book.claim }, 'broadcast: another dispatcher has claimed the platform')
      return
    }
    const action = decide(this.situation())
    if (action) {
      await this.take(action)
      return
    }
    const now = clock.mono()
    this.polling.forget((id) => book.open.has(id))
    const pause = this.inFlight ? Infinity : this.polling.nextAt(book.open.values(), now) - now
    // never in circles: what is due and yet not asked waits for a log to grow
    await this.wake.sleep(Math.max(pause, SHORTEST_PAUSE))
  }

  private situation(): Situation {
    const { books, facts, partitions, registry, clock, settings } = this.deps
    const { registry: current } = registry.current()
    const platform = current.platforms.find(({ id }) => id === this.deps.platform.id) ?? this.deps.platform
    const book = books.book(platform.id)
    const now = clock.mono()
    return {
      book,
      facts,
      platform,
      policy: current.policy,
      site: (id) => current.sites.find((site) => site.id === id),
      mark: (site) => facts.marks.get(partitionOf(site, partitions)),
      claim: this.claim,
      wall: clock.wall(),
      boot: this.calls.boot,
      due: (id) => {
        const message = book.messages.get(id)
        return message !== undefined && this.polling.due(message, now)
      },
      network: this.inFlight === null && this.polling.ready(now),
      settings,
    }
  }

  private async take(action: Action): Promise<void> {
    const { books, failpoints } = this.deps
    if (action.do === 'append') {
      await books.append(action.record)
      this.logger.info({ record: briefly(action.record) }, 'broadcast')
      return
    }
    const { message } = action
    if (action.do === 'query') {
      this.start(message.id, () => this.calls.query(message))
      return
    }
    await failpoints.hit('broadcast.before-sending')
    // B1: append, read back, and send only if it counts where it stands
    const folded = await books.append(action.record)
    if (!folded.counts || this.state !== 'running') return
    await failpoints.hit('broadcast.after-sending')
    const packet = outgoing(books.book(this.deps.platform.id), message)
    this.logger.info(
      { message: message.id, ebmId: message.ebmId, attempt: message.sendings.length },
      'broadcast: sending',
    )
    this.start(message.id, async () => {
      const told = await this.calls.send(packet, message.key)
      await failpoints.hit('broadcast.after-send')
      return told
    })
  }

  /** Calls the platform beside the loop: while it is slow, what officers see still moves. */
  private start(id: string, call: () => Promise<Told>): void {
    this.inFlight = this.carryOut(id, call).finally(() => {
      this.inFlight = null
      this.wake.now()
    })
  }

  private async carryOut(id: string, call: () => Promise<Told>): Promise<void> {
    const { clock, books, platform } = this.deps
    try {
      const told = await call()
      this.polling.answered(id, clock.mono())
      if (this.state !== 'running') return
      const record = stamped(told, { platform: platform.id, claim: this.claim, clock })
      const book = books.book(platform.id)
      const message = book.messages.get(id)
      if (record.kind === 'outcome' || (message && isNews(book, message, record))) await books.append(record)
    } catch (error) {
      // B3: no answer is no record; what became of it is asked later
      this.polling.failed(id, clock.mono())
      if (this.state === 'running') this.logger.warn({ err: error, message: id }, 'broadcast: no answer')
    }
  }
}

function briefly(record: BroadcastRecord): object {
  return { kind: record.kind, ...('message' in record ? { message: record.message } : {}) }
}
