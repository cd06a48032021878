/** All that a dispatcher knows when it decides, and what it can decide to do. */

import type { BroadcastRecord, MessageId } from '../domain/broadcast.ts'
import type { Millis, SiteId } from '../domain/ids.ts'
import type { BroadcastPolicyRule, LoudspeakerPlatform, Site } from '../domain/site.ts'
import type { AlarmFact, AlarmFacts } from './alarm-facts.ts'
import type { Book, Message } from './book.ts'

export interface BroadcastSettings {
  /** B8: released but unsent for longer than this, ms, needs an approval anew. */
  readonly staleAfter: Millis
  /** A message of which the platform says nothing is given up this long after its end, ms; its areas are then `maybe`. */
  readonly abandonAfter: Millis
  /** Everything is spoken and sent as a drill. */
  readonly drill: boolean
}

export const defaultBroadcastSettings: BroadcastSettings = {
  staleAfter: 600_000,
  abandonAfter: 86_400_000,
  drill: false,
}

export interface Situation {
  readonly book: Book
  readonly facts: AlarmFacts
  readonly platform: LoudspeakerPlatform
  readonly policy: readonly BroadcastPolicyRule[]
  readonly site: (id: SiteId) => Site | undefined
  /** The newest accepted mark of the engine for the site's partition; undefined before the first (B2). */
  readonly mark: (site: SiteId) => Millis | undefined
  /** The dispatcher's claim on the platform. */
  readonly claim: string
  /** The dispatcher's wall clock: it stamps records and withholds what is stale (B8); it never lets anything be sent. */
  readonly wall: Millis
  /** Since which start the platform lives, as it last said; '' where it does not say. */
  readonly boot: string
  /** Whether the timers let the platform be asked about the message now. */
  readonly due: (id: MessageId) => boolean
  /** Whether the platform can be called now; appends go on while a call is under way. */
  readonly network: boolean
  readonly settings: BroadcastSettings
}

type Sending = Extract<BroadcastRecord, { kind: 'sending' }>

export type Action =
  | { readonly do: 'append'; readonly record: BroadcastRecord }
  /** B1: append the record, read back to it, and send only if it counts. */
  | { readonly do: 'send'; readonly message: Message; readonly record: Sending }
  | { readonly do: 'query'; readonly message: Message }

/** What every record of the dispatcher bears. */
export function stamp(s: Situation): { platform: string; at: Millis; claim: string } {
  return { platform: s.platform.id, at: s.wall, claim: s.claim }
}

export function factOf(s: Situation, message: Message): AlarmFact | undefined {
  return s.facts.alarms.get(message.key.alarm)
}

/** Whether its danger is over, or an officer took it back: then it is to be lifted. A4: `withdrawn` lifts nothing. */
export function isOver(s: Situation, message: Message): boolean {
  return message.stop !== null || factOf(s, message)?.state === 'cleared'
}

/** The head of the chain as this fold has it (B7). */
export function headOf(book: Book): { n: number; hash: string } {
  return { n: book.n, hash: book.head }
}
