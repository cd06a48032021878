/** Broadcast messages, what stands in `broadcast-log`, and what a reader knows of each message. */

import type { AlarmId, AreaCode, Hash, Millis, SiteId } from './ids.ts'
import type { Severity } from './severity.ts'

/** warning: first of its alarm; update: it got worse; cancel: stop playing; all-clear: the danger is over, spoken. */
export type MessageType = 'warning' | 'update' | 'cancel' | 'all-clear'

/** Which message: the alarm, the type and the alarm's revision that asked for it (B6). */
export interface MessageKey {
  readonly alarm: AlarmId
  readonly type: MessageType
  readonly revision: number
  /** Asked for again at the same revision: 1 the first time again; absent: the first. */
  readonly round?: number
}

export type MessageId = string

/** `alarm#type#revision`, with `.round` where it was asked for again. */
export function messageId(key: MessageKey): MessageId {
  return `${key.alarm}#${key.type}#${key.revision}${key.round === undefined ? '' : `.${key.round}`}`
}

/** P7: what became of a message in one area. `maybe`: it may have been warned (B3). */
export type AreaState = 'pending' | 'accepted' | 'playing' | 'played' | 'failed' | 'unreached' | 'cancelled' | 'maybe'

export interface AreaReceipt {
  readonly area: AreaCode
  readonly state: AreaState
  /** Terminals that play or played it, of how many; null where the platform does not say. */
  readonly terminals: { readonly reached: number; readonly total: number } | null
  readonly detail: string
}

export interface TargetArea {
  readonly area: AreaCode
  readonly name: string
  readonly people: number
  readonly terminals: number
}

/** All that a message says; complete in the intent, so that it is sent the same however often (B3). */
export interface MessageBody {
  readonly site: SiteId
  readonly severity: Severity
  readonly title: string
  /** Spoken, Chinese. */
  readonly text: string
  readonly eventType: string
  readonly areas: readonly TargetArea[]
  /** UTC ms; played between them. */
  readonly start: Millis
  readonly end: Millis
  /** The earlier messages that this one updates, cancels or lifts. */
  readonly related: readonly MessageId[]
  /** A drill: spoken as one, sent as one. */
  readonly drill?: true
}

/** The chain's head as a writer knew it: what a later reader's own fold must find at `n` (B7). */
export interface ChainHead {
  readonly n: number
  readonly hash: Hash
}

/** When a message plays, UTC ms. */
export interface PlayWindow {
  readonly start: Millis
  readonly end: Millis
}

interface RecordBase {
  readonly platform: string
  /** The writer's wall clock, UTC ms: shown, never decided by. */
  readonly at: Millis
}

/** B1, B2, B6, B7: one ordered partition a platform; its order decides what may be sent. */
export type BroadcastRecord = RecordBase &
  /** A dispatcher took the platform over; records of dispatchers under an earlier claim no longer count. */
  (
    | { readonly kind: 'claim'; readonly claim: string; readonly head: ChainHead }
    /** An officer asks for a broadcast of an alarm that the policy does not propose. */
    | { readonly kind: 'request'; readonly id: string; readonly by: string; readonly alarm: AlarmId }
    /** First record that asks for the message: its rank on the Beijing `day` gives the EBMID (B6). */
    | {
        readonly kind: 'intent'
        readonly claim: string
        readonly message: MessageKey
        /** YYYYMMDD in Beijing. */
        readonly day: string
        /** EBRID of the sender, 23 digits: the EBMID begins with it. */
        readonly source: string
        /** The `request` that it answers. */
        readonly request?: string
        readonly approval: 'automatic' | 'needed'
        /** Who asked for it, null where the policy did. */
        readonly by: string | null
        readonly body: MessageBody
      }
    | { readonly kind: 'approve'; readonly id: string; readonly by: string; readonly message: MessageKey }
    | {
        readonly kind: 'reject'
        readonly id: string
        readonly by: string
        readonly message: MessageKey
        readonly why: string
      }
    /** An officer stops a warning (B4); the dispatcher then asks for the `cancel` message by an intent. */
    | {
        readonly kind: 'stop'
        readonly id: string
        readonly by: string
        readonly message: MessageKey
        readonly why: string
      }
    /** Released but too long unsent: it needs an approval anew, so that no outage ends in a volley (B8). */
    | { readonly kind: 'lapse'; readonly claim: string; readonly message: MessageKey }
    | {
        readonly kind: 'sending'
        readonly claim: string
        readonly message: MessageKey
        readonly platformBoot: string
        /** Of an all-clear only, decided at its first sending: who was or may have been warned, and when it plays. */
        readonly lift?: { readonly areas: readonly AreaCode[]; readonly window: PlayWindow }
      }
    /** The platform's answer to a message. */
    | {
        readonly kind: 'outcome'
        readonly claim: string
        readonly message: MessageKey
        readonly result: 'accepted' | 'refused'
        readonly platformBoot: string
        readonly detail: string
      }
    /** The platform's answer to a query; `known` false: it says that it has no such message (B3). */
    | {
        readonly kind: 'receipt'
        readonly claim: string
        readonly message: MessageKey
        readonly platformBoot: string
        /** The platform's own time, null where it does not say (B4). */
        readonly platformAt: Millis | null
        readonly known: boolean
        readonly areas: readonly AreaReceipt[]
      }
    /** An accepted progress mark of the engine has passed the message's end (B2). */
    | { readonly kind: 'expiry'; readonly claim: string; readonly message: MessageKey; readonly mark: Millis }
    /** The end of a message: every area in a known state (P7). */
    | {
        readonly kind: 'close'
        readonly claim: string
        readonly message: MessageKey
        readonly reason: 'played' | 'expired' | 'rejected' | 'refused' | 'cancelled' | 'superseded' | 'alarm-over'
        readonly areas: readonly AreaReceipt[]
        readonly head: ChainHead
      }
    /** More than 9999 forced messages in a day, a damaged answer …: shown to officers (B6). */
    | {
        readonly kind: 'fault'
        readonly claim: string
        readonly code: BroadcastFault
        readonly detail: string
        /** The `request` that cannot be met. */
        readonly request?: string
      }
  )

/** Why something that was asked for cannot be done: shown to officers. */
export type BroadcastFault = 'day-full' | 'request-refused'

export type MessageState =
  | 'awaiting-approval'
  | 'rejected'
  | 'approved'
  | 'sending'
  | 'accepted'
  | 'playing'
  | 'played'
  | 'refused'
  | 'expired'
  | 'cancelled'
  | 'superseded'

/** What a reader of broadcast-log knows of one message. */
export interface MessageView {
  readonly id: MessageId
  readonly key: MessageKey
  readonly platform: string
  /** 35 digits. */
  readonly ebmId: string
  readonly body: MessageBody
  readonly state: MessageState
  readonly approval: 'automatic' | 'needed'
  readonly requestedBy: string | null
  readonly requestedAt: Millis
  readonly decidedBy: string | null
  readonly decidedAt: Millis | null
  readonly why: string
  /** Attempts: `sending` records. */
  readonly attempts: number
  readonly sentAt: Millis | null
  readonly closed: boolean
  readonly expired: boolean
  /** A cancel or an all-clear of this message, where there is one. */
  readonly cancel: MessageId | null
  readonly allClear: MessageId | null
  readonly areas: readonly AreaReceipt[]
  /** The last lines of its log, oldest first: [at, what, who or detail]. */
  readonly log: readonly {
    readonly at: Millis
    readonly what: string
    readonly who: string | null
    readonly detail: string
  }[]
}

/** One message as it goes to a platform. */
export interface PlatformMessage {
  readonly ebmId: string
  /** 41 digits: of this attempt. */
  readonly ebdId: string
  readonly type: MessageType
  readonly body: MessageBody
  /** EBMIDs of `body.related`. */
  readonly related: readonly string[]
  readonly sentAt: Millis
}

/** The platform's answer to a message. `boot` changes when it restarted, '' where it does not say. */
export interface PlatformAnswer {
  readonly result: 'accepted' | 'refused'
  readonly detail: string
  readonly boot: string
}

/** The platform's answer to a query. */
export type PlatformState =
  | { readonly known: false; readonly boot: string; readonly at: Millis | null }
  | {
      readonly known: true
      readonly boot: string
      /** The platform's own time, UTC ms; null where it does not say (B4). */
      readonly at: Millis | null
      readonly state: 'pending' | 'waiting' | 'playing' | 'played' | 'failed' | 'cancelled'
      readonly areas: readonly AreaReceipt[]
    }
