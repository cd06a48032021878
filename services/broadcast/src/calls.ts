/** The calls to one platform, one at a time, and what is known of it: since when it lives, whether it answers. */

import { receiptsOf } from '@tocsin/core/broadcasts/areas.ts'
import type { Message } from '@tocsin/core/broadcasts/book.ts'
import type { BroadcastRecord, PlatformMessage } from '@tocsin/core/domain/broadcast.ts'
import type { Clock } from '@tocsin/core/ports/clock.ts'
import type { Loudspeakers } from '@tocsin/core/ports/loudspeakers.ts'

type Answer = Extract<BroadcastRecord, { kind: 'outcome' | 'receipt' }>
/** A record without what the dispatcher stamps on each. */
export type Told =
  | Omit<Extract<Answer, { kind: 'outcome' }>, 'platform' | 'at' | 'claim'>
  | Omit<Extract<Answer, { kind: 'receipt' }>, 'platform' | 'at' | 'claim'>

/** How long a first sending waits to know the platform's start (B3). */
const FIRST_CHECK = 2000

export class Calls {
  /** Since which start it lives, as it last said. */
  boot = ''
  /** Why it does not answer; '' while it does. */
  failure = ''
  private readonly speakers: Loudspeakers
  private readonly timer: NodeJS.Timeout
  private checking: Promise<void> | null = null
  private readonly first: Promise<void>

  constructor(speakers: Loudspeakers, heartbeat: number) {
    this.speakers = speakers
    this.first = this.check()
    this.timer = setInterval(() => void this.check(), heartbeat)
  }

  /** Resolves when the platform's start is known, or is not going to be soon. */
  async ready(): Promise<void> {
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, FIRST_CHECK)
    await Promise.race([this.first, late.promise])
    clearTimeout(timer)
  }

  async send(message: PlatformMessage, key: Message['key']): Promise<Told> {
    const { result, detail, boot } = await this.track(this.speakers.send(message))
    return { kind: 'outcome', message: key, result, platformBoot: boot, detail }
  }

  async query(message: Message): Promise<Told> {
    const state = await this.track(this.speakers.query(message.ebmId))
    return {
      kind: 'receipt',
      message: message.key,
      platformBoot: state.boot,
      platformAt: state.at,
      known: state.known,
      areas: receiptsOf(message, state),
    }
  }

  async close(): Promise<void> {
    clearInterval(this.timer)
    await this.speakers.close()
    await this.checking
  }

  private check(): Promise<void> {
    // a platform that is slow to answer is not asked again before
    this.checking ??= this.track(this.speakers.check())
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => {
        this.checking = null
      })
    return this.checking
  }

  private async track<T extends { readonly boot: string }>(call: Promise<T>): Promise<T> {
    try {
      const answer = await call
      this.boot = answer.boot
      this.failure = ''
      return answer
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error)
      throw error
    }
  }
}

/** The stamp of every record that the dispatcher writes. */
export function stamped(
  told: Told,
  by: { readonly platform: string; readonly claim: string; readonly clock: Clock },
): Answer {
  return { ...told, platform: by.platform, claim: by.claim, at: by.clock.wall() }
}
