/** What stands in `alarm-events`: events, and beside them the records by which the partition's owner is known (R1–R8). */

import type { AlarmEvent } from './alarm-event.ts'
import type { Millis, SiteId } from './ids.ts'

/** Where a site's replay starts: a checkpoint named by the claim that wrote it and its offset, or the base. */
export type StartPoint = 'base' | { readonly claim: string; readonly offset: number }

export type JournalRecord =
  | { readonly kind: 'claim'; readonly claim: string; readonly engine: number }
  /** The first record after a claim (R4). */
  | {
      readonly kind: 'start'
      readonly claim: string
      readonly offset: number
      readonly sites: Readonly<Record<SiteId, StartPoint>>
    }
  /** All events of the records before `offset` are acknowledged. `now` is the engine's clock: the console's light (F1). */
  | { readonly kind: 'mark'; readonly claim: string; readonly offset: number; readonly now: Millis }
  | { readonly kind: 'base'; readonly claim: string; readonly offset: number }
  /** `input` is the offset of the site-log record that caused it, outside the hash (R6). */
  | { readonly kind: 'event'; readonly claim: string; readonly input: number; readonly event: AlarmEvent }
