/** What stands in the journal: the numbered, chained alarm events of one site. */

import type { AlarmId, Hash, Millis, RuleId, SiteId, Subject } from './ids.ts'
import type { Comparison } from './limit.ts'
import type { RuleKind } from './rule.ts'
import type { Severity } from './severity.ts'

/** What the alarm says when it is raised or changes. */
export interface Verdict {
  /** null: an alarm without a colour (失联, clock, blindness). */
  readonly severity: Severity | null
  /** The level's name in the rule; '' where the rule has none. */
  readonly level: string
  /** Event time of the reading that decided, or the engine's clock where a deadline did. */
  readonly t: Millis
  readonly value: number | null
  readonly op: Comparison | null
  readonly limit: number | null
  readonly unit: string
}

/** Which rule spoke: its id, kind and content hash. Built-in rules have kind 'system'. */
export interface RuleRef {
  readonly id: RuleId
  readonly kind: RuleKind | 'system'
  readonly hash: Hash
}

/** Why an alarm is marked stale (A4). */
export type StaleCause = 'silence' | 'quality' | 'gateway-offline'
export type WithdrawnCause = 'rule-changed' | 'rule-removed' | 'sensor-removed' | 'site-removed'

/** Why a command was not carried out. */
export type RefusalReason = 'unknown-alarm' | 'worsened' | 'already-acknowledged' | 'not-acknowledged' | 'ended'

export type EventContent =
  | {
      readonly kind: 'raised'
      readonly alarm: AlarmId
      readonly subject: Subject
      readonly rule: RuleRef
      readonly occurrence: number
      readonly revision: number
      /** Event time at which the condition began; may be revised by a later event (A1). */
      readonly onset: Millis
      /** How late the system learned of it: engine clock less event time, ms; 0 when it was live. */
      readonly lag: Millis
      readonly verdict: Verdict
      /** For the pseudo-site: "blind from … to …", the ingest whose clock departed, … */
      readonly detail?: Readonly<Record<string, string | number>>
    }
  | {
      readonly kind: 'escalated' | 'de-escalated'
      readonly alarm: AlarmId
      readonly revision: number
      readonly lag: Millis
      readonly verdict: Verdict
    }
  | {
      readonly kind: 'cleared'
      readonly alarm: AlarmId
      readonly revision: number
      readonly lag: Millis
      /** severity null, level '': the reading that brought it back. */
      readonly verdict: Verdict
    }
  /** A late episode that was over before it was known: journal only (P4). */
  | {
      readonly kind: 'late'
      readonly subject: Subject
      readonly rule: RuleRef
      readonly onset: Millis
      readonly end: Millis
      readonly lag: Millis
      /** The worst of the episode. */
      readonly verdict: Verdict
    }
  | {
      readonly kind: 'acknowledged'
      readonly alarm: AlarmId
      readonly severity: Severity | null
      readonly revision: number
      readonly by: string
      readonly command: string
    }
  | {
      readonly kind: 'unacknowledged'
      readonly alarm: AlarmId
      readonly by: string
      readonly why: string
      readonly command: string
    }
  | {
      readonly kind: 'commented'
      readonly alarm: AlarmId
      readonly by: string
      readonly text: string
      readonly command: string
    }
  | {
      readonly kind: 'refused'
      readonly alarm: AlarmId
      readonly by: string
      readonly command: string
      readonly reason: RefusalReason
      /** What is in force instead, for 「已升级为红」. */
      readonly severity: Severity | null
    }
  | { readonly kind: 'stale'; readonly alarm: AlarmId; readonly cause: StaleCause }
  | { readonly kind: 'fresh'; readonly alarm: AlarmId }
  | { readonly kind: 'withdrawn'; readonly alarm: AlarmId; readonly cause: WithdrawnCause }
  /** An unacknowledged, returned occurrence is ended because too many of one rule and subject stand open. */
  | { readonly kind: 'superseded'; readonly alarm: AlarmId; readonly by: AlarmId }
  | { readonly kind: 'configured'; readonly config: Hash | null; readonly rules: Hash }
  /** Another engine version decided otherwise (R6): the alarm is opened or closed to match its table. */
  | { readonly kind: 'corrected'; readonly alarm: AlarmId; readonly state: 'closed'; readonly engine: number }
  | {
      readonly kind: 'corrected'
      readonly alarm: AlarmId
      readonly state: 'open'
      readonly engine: number
      readonly subject: Subject
      readonly rule: RuleRef
      readonly occurrence: number
      readonly revision: number
      readonly onset: Millis
      readonly verdict: Verdict
    }

export type EventKind = EventContent['kind']

/** One entry of a site's journal. `prev` and `hash` chain the canonical JSON of everything but `hash` itself (A2). */
export interface AlarmEvent {
  readonly site: SiteId
  /** From 1, without a gap. */
  readonly n: number
  /** The engine's clock, UTC ms. */
  readonly at: Millis
  readonly prev: Hash
  readonly hash: Hash
  readonly content: EventContent
}
