/** What a fold of one platform's `broadcast-log` knows: its messages, its claim, its chain. */

import type {
  AreaReceipt,
  BroadcastFault,
  MessageBody,
  MessageId,
  MessageKey,
  MessageState,
  MessageView,
} from '../domain/broadcast.ts'
import type { AlarmId, AreaCode, Hash, Millis } from '../domain/ids.ts'
import type { CloseReason } from './transitions.ts'

/** One message with what the protocol must remember. Changed in place by the fold, by nobody else. */
export interface Message {
  readonly id: MessageId
  readonly key: MessageKey
  readonly platform: string
  readonly source: string
  /** From 1, of its Beijing day (B6). */
  readonly rank: number
  /** '' past 9999 of one day. */
  readonly ebmId: string
  /** Number of its intent in the platform's chain. */
  readonly n: number
  readonly approval: 'automatic' | 'needed'
  readonly requestedBy: string | null
  readonly requestedAt: Millis
  /** An all-clear's areas and window are those of its first sending. */
  body: MessageBody
  state: MessageState
  /** When it was last released, by the writer's clock; null while it is not. */
  releasedAt: Millis | null
  decidedBy: string | null
  decidedAt: Millis | null
  /** Command of the last decision: the same one again is a repeat, not a second opinion. */
  decision: string | null
  why: string
  stop: { readonly n: number; readonly by: string } | null
  expired: boolean
  /** Those that count; `n` is the record's number. */
  readonly sendings: { readonly n: number; readonly at: Millis; readonly boot: string }[]
  /** The answer since the last sending. */
  outcome: { readonly n: number; readonly result: 'accepted' | 'refused' } | null
  /** The last answer to a query. */
  receipt: { readonly n: number; readonly known: boolean } | null
  /** Whether the platform ever said that it has it. */
  wasKnown: boolean
  /** B3: the platform may have forgotten what it did with it; every area may have been warned. */
  suspect: boolean
  /** Number of the first receipt that the platform gave past the end by its own time (B4). */
  endedN: number | null
  /** Areas in which at least one terminal played it. */
  readonly heard: Set<AreaCode>
  /** Number of the receipt that showed an area playing it after its cancel (B4). */
  lateN: number | null
  readonly areas: Map<AreaCode, AreaReceipt>
  closed: CloseReason | null
  cancel: MessageId | null
  allClear: MessageId | null
  readonly log: MessageView['log'][number][]
}

/** A request of an officer that has no intent and no refusal yet. */
export interface OpenRequest {
  readonly id: string
  readonly by: string
  readonly alarm: AlarmId
}

/** A record whose `head` is not what the fold found there (B7). */
export interface BrokenChain {
  readonly n: number
  readonly expected: Hash
  readonly found: Hash
}

export interface Book {
  readonly platform: string
  /** Number and hash of the last record (B7). */
  n: number
  head: Hash
  /** The claim in force; null before the first. */
  claim: string | null
  readonly messages: Map<MessageId, Message>
  /** Ids of the messages of an alarm, oldest first. */
  readonly byAlarm: Map<AlarmId, MessageId[]>
  /** Messages that are not closed, oldest first. */
  readonly open: Map<MessageId, Message>
  readonly requests: Map<string, OpenRequest>
  /** How many messages each Beijing day has. */
  readonly ranks: Map<string, number>
  readonly faults: { readonly at: Millis; readonly code: BroadcastFault; readonly detail: string }[]
  readonly broken: BrokenChain[]
  /** Hashes of the last records by number, for the heads that records name. */
  readonly recent: Map<number, Hash>
}

/** Books by platform. */
export type Books = Map<string, Book>

const ZERO: Hash = '0'.repeat(64)

/** The platform's book; a new one where there is none yet. */
export function bookOf(books: Books, platform: string): Book {
  const found = books.get(platform)
  if (found) return found
  const book: Book = {
    platform,
    n: 0,
    head: ZERO,
    claim: null,
    messages: new Map(),
    byAlarm: new Map(),
    open: new Map(),
    requests: new Map(),
    ranks: new Map(),
    faults: [],
    broken: [],
    recent: new Map([[0, ZERO]]),
  }
  books.set(platform, book)
  return book
}

/** Messages of the alarm, oldest first. */
export function messagesOf(book: Book, alarm: AlarmId): readonly Message[] {
  return (book.byAlarm.get(alarm) ?? []).flatMap((id) => book.messages.get(id) ?? [])
}

/** The messages that this one updates, cancels or lifts. */
export function relatedOf(book: Book, message: Message): readonly Message[] {
  return message.body.related.flatMap((id) => book.messages.get(id) ?? [])
}

/** The platform's last answer to the message's cancel; undefined while there is none. */
export function cancelOutcome(book: Book, message: Message): Message['outcome'] | undefined {
  return message.cancel === null ? undefined : (book.messages.get(message.cancel)?.outcome ?? undefined)
}

/** Whether it warns: a warning or an update. */
export function warns(message: Message): boolean {
  return message.key.type === 'warning' || message.key.type === 'update'
}

/** Whether anything of it can have reached the platform. */
export function wasSent(message: Message): boolean {
  return message.sendings.length > 0
}
