/** What stands in `site-log`: the engine's one input. */

import type { AlarmId, GatewayId, Hash, Millis, SensorId, SiteId } from './ids.ts'
import type { Quality } from './reading.ts'
import type { Severity } from './severity.ts'

/** Readings of one message received, however many values. Columns rather than objects: this is the hot path. */
export interface ReadingsRecord {
  readonly kind: 'readings'
  readonly site: SiteId
  readonly gateway: GatewayId
  /** The sensor gateway's boot id and message number: they only report gaps (I1). */
  readonly boot: string
  readonly seq: number
  /** Intake's wall clock at receipt, UTC ms: for display, never for a decision (T1). */
  readonly received: Millis
  readonly sensors: readonly SensorId[]
  readonly times: readonly Millis[]
  readonly values: readonly number[]
  readonly qualities: readonly Quality[]
}

/** "Intake was open" (T1): each ingest writes it to every partition each second. It stands under no site. */
export interface TickRecord {
  readonly kind: 'tick'
  readonly ingest: string
  /** New at every start of that ingest. */
  readonly boot: string
  /** Monotonic and wall clock of the ingest, ms. */
  readonly mono: Millis
  readonly wall: Millis
}

/** A sensor gateway's connection came or went (M3); written to each site that the gateway serves. */
export interface LinkRecord {
  readonly kind: 'link'
  readonly site: SiteId
  readonly gateway: GatewayId
  /** Unique for ever; an ended one never comes back online. */
  readonly connection: string
  readonly state: 'online' | 'offline'
  /** `will`: the device's last will; `stall`: our own doing, recorded as ours (M3); `revoked`: it may no longer log in. */
  readonly cause: 'connect' | 'close' | 'will' | 'stall' | 'taken-over' | 'revoked' | 'intake-restart'
  readonly received: Millis
}

/** An ingest lost most of its connections within a minute (T4): silence alarms of the site are held for `hold` ms. */
export interface BlindRecord {
  readonly kind: 'blind'
  readonly site: SiteId
  readonly ingest: string
  readonly hold: Millis
}

interface CommandBase {
  readonly kind: 'command'
  readonly site: SiteId
  /** Minted by the sender; the answer is the journal event that bears it (I3). */
  readonly id: string
  /** Person's id; names live outside the journal (B7). */
  readonly by: string
  /** The gateway's wall clock, UTC ms: for display. */
  readonly at: Millis
  readonly alarm: AlarmId
}

/** An officer's act on an alarm. Acknowledge names what the officer saw (P6). */
export type CommandRecord = CommandBase &
  (
    | { readonly command: 'acknowledge'; readonly severity: Severity | null; readonly revision: number }
    | { readonly command: 'unacknowledge'; readonly why: string }
    | { readonly command: 'comment'; readonly text: string }
  )

/** The site's configuration in force from here on (I4): contents are stored under these hashes. null: site removed. */
export interface ConfigRecord {
  readonly kind: 'config'
  readonly site: SiteId
  readonly config: Hash | null
  readonly rules: Hash
  /** The loader's wall clock, UTC ms: what the first entries bear, before any tick has set the engine's clock. */
  readonly at: Millis
}

export type SiteRecord = ReadingsRecord | TickRecord | LinkRecord | BlindRecord | CommandRecord | ConfigRecord
