/** Broadcast messages, what stands in `broadcast-log`, and what a reader knows of each message. */

import type { AlarmId, AreaCode, Millis, SiteId } from './ids.ts'
import type { Severity } from './severity.ts'

/** warning: first of its alarm; update: it got worse; cancel: stop playing; all-clear: the danger is over, spoken. */
export type MessageType = 'warning' | 'update' | 'cancel' | 'all-clear'

/** Which message: the alarm, the type and the alarm's revision that asked for it (B6). */
export interface MessageKey {
  readonly alarm: AlarmId
  readonly type: MessageType
  readonly revision: number
}

export type MessageId = string

export function messageId(key: MessageKey): MessageId {
  return `${key.alarm}#${key.type}#${key.revision}`
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
}

interface RecordBase {
  readonly platform: string
  /** The writer's wall clock, UTC ms: shown, never decided by. */
  readonly at: Millis
}

/** B1, B2, B6, B7: one ordered partition a platform; its order decides what may be sent. */
export type BroadcastRecord = RecordBase &
  (
    /** A dispatcher took the platform over; records of dispatchers under an earlier claim no longer count. */
    | { readonly kind: 'claim'; readonly claim: string }
    /** An officer asks for a broadcast of an alarm that the policy does not propose. */
    | { readonly kind: 'request'; readonly id: string; readonly by: string; readonly alarm: AlarmId }
    /** First record that asks for the message: its rank on the Beijing `day` gives the EBMID (B6). */
    | {
        readonly kind: 'intent'
        readonly claim: string
        readonly message: MessageKey
        /** YYYYMMDD in Beijing. */
        readonly day: string
        readonly approval: 'automatic' | 'needed'
        /** Who asked for it, null where the policy did. */
        readonly by: string | null
        readonly body: MessageBody
      }
    | { readonly kind: 'approve'; readonly id: string; readonly by: string; readonly message: MessageKey }
    | { readonly kind: 'reject'; readonly id: string; readonly by: string; readonly message: MessageKey; readonly why: string }
    /** An officer stops a warning (B4); the dispatcher then asks for the `cancel` message by an intent. */
    | { readonly kind: 'stop'; readonly id: string; readonly by: string; readonly message: MessageKey; readonly why: string }
    | { readonly kind: 'sending'; readonly claim: string; readonly message: MessageKey; readonly platformBoot: string }
    | {
        readonly kind: 'outcome'
        readonly claim: string
        readonly message: MessageKey
        readonly result: 'accepted' | 'refused' | 'unknown'
        readonly platformBoot: string
        readonly detail: string
      }
    | { readonly kind: 'receipt'; readonly claim: string; readonly message: MessageKey; readonly areas: readonly AreaReceipt[] }
    /** An accepted progress mark of the engine has passed the message's end (B2). */
    | { readonly kind: 'expiry'; readonly claim: string; readonly message: MessageKey; readonly mark: Millis }
    /** The end of a message: every area in a known state (P7). */
    | {
        readonly kind: 'close'
        readonly claim: string
        readonly message: MessageKey
        readonly reason: 'played' | 'expired' | 'rejected' | 'refused' | 'cancelled' | 'superseded' | 'alarm-over'
        readonly areas: readonly AreaReceipt[]
      }
    /** More than 9999 forced messages in a day, a damaged answer …: shown to officers (B6). */
    | { readonly kind: 'fault'; readonly claim: string; readonly code: string; readonly detail: string }
  )

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
  readonly log: readonly { readonly at: Millis; readonly what: string; readonly who: string | null; readonly detail: string }[]
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
  | { readonly known: false; readonly boot: string }
  | {
      readonly known: true
      readonly boot: string
      readonly state: 'pending' | 'waiting' | 'playing' | 'played' | 'failed' | 'cancelled'
      readonly areas: readonly AreaReceipt[]
    }
