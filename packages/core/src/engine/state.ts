/** What the engine remembers: of a partition its clock, of a site its sensors, alarms and place in the journal. */

import type { StaleCause, Verdict } from '../domain/alarm-event.ts'
import type { AlarmTable } from '../domain/alarm-view.ts'
import type { AlarmId, GatewayId, Hash, RuleId, SensorId, SiteId } from '../domain/ids.ts'
import type { Sensor, SiteConfig } from '../domain/site.ts'
import type { LevelsState } from '../rules/levels.ts'
import type { Program } from '../rules/program.ts'
import type { RateWindow } from '../rules/rate.ts'
import type { ClockState } from './clock.ts'
import type { ReadingMemory } from './memory.ts'

/** What happened to a rule's verdict while it was held (L1, P4). */
export interface Held {
  /** The worst verdict graver than what is published; null: none, or it is over and was said. */
  worst: Verdict | null
  /** When that began: the condition's onset, and the reading that decided it. */
  onset: number
  since: number
  /** The published alarm was over at this reading, whatever came later. */
  cleared: Verdict | null
}

/** A run of readings past a limit which newer readings had overtaken: said as one `late` event when it ends. */
export interface Passed {
  worst: Verdict
  onset: number
  end: number
  /** Open time of its last reading. */
  up: number
}

/** One rule at one sensor. */
export interface RuleState {
  readonly program: Program
  readonly levels: LevelsState
  readonly rate: RateWindow | null
  /** What was last compared with the levels: the value, or the rate. */
  measured: number
  /** The open, active occurrence; null for none. */
  alarm: AlarmId | null
  held: Held | null
  passed: Passed | null
}

export interface SensorState {
  readonly sensor: Sensor
  /** Place in the site's configuration: the order of events within one tick. */
  readonly index: number
  /** Threshold and rate rules. */
  rules: RuleState[]
  /** The silence rule in force. */
  silence: Program | null
  silenceLimit: number
  silenceAlarm: AlarmId | null
  clockAlarm: AlarmId | null
  memory: ReadingMemory
  /** Newest event time; -Infinity before the first reading. */
  newest: number
  value: number
  quality: number
  /** Open time of the last new reading and since when silence counts; -Infinity before the first reading. */
  lastUp: number
  armedUp: number
  /** What the device's clock is ahead of the engine's, as far as an alarm says so; 0 otherwise. */
  clockOffset: number
  /** Arrivals in a row behind `newest` (L2): how many; the last one's event and open time, and the first one's. */
  behind: number
  behindT: number
  behindUp: number
  behindFromT: number
  behindFromUp: number
  /** L1. `live`; `held`: verdicts wait; `lagging`: late at a steady distance, verdicts go out with their lag. */
  mode: 'live' | 'held' | 'lagging'
  /** Open time and event time at which the present look at the lag began. */
  modeUp: number
  modeT: number
  /** Why alarms of this sensor are marked stale; null: they are not (A4). */
  stale: StaleCause | null
}

export interface GatewayState {
  readonly id: GatewayId
  connection: string | null
  /** Connections that ended: they never come back online (M3). The last few. */
  ended: string[]
  /** It said, or its connection's end said, that it is gone; a reading or a new connection says otherwise. */
  down: boolean
  /** Open time since which it has been without connection, and of its last reading. */
  offlineUp: number
  lastUp: number
  alarm: AlarmId | null
}

export interface SiteState {
  readonly id: SiteId
  /** Records before this offset are in the state already (R6). */
  from: number
  n: number
  head: Hash
  config: SiteConfig | null
  configHash: Hash | null
  rulesHash: Hash | null
  sensors: Map<SensorId, SensorState>
  gateways: Map<GatewayId, GatewayState>
  table: AlarmTable
  /** Occurrences so far, by `subject/rule` (A1). */
  occurrences: Map<string, number>
  /** The last commands that were answered (I3). */
  answered: string[]
  /** Silence alarms are held until then, open time (T4). */
  blindUntil: number
}

/** Places to look at when open time comes to them: second → sensors and gateways. Derived from the sites' states. */
export interface Wheel {
  readonly slots: Map<number, Set<Due>>
  /** Open time up to which slots were emptied, in whole seconds. */
  done: number
  /** Where each stands; a WeakMap, so that who is gone needs no care. */
  readonly due: WeakMap<SensorState | GatewayState, Due>
}

export type Due =
  | { readonly kind: 'sensor'; readonly site: SiteState; readonly sensor: SensorState; readonly second: number }
  | { readonly kind: 'gateway'; readonly site: SiteState; readonly gateway: GatewayState; readonly second: number }

/** Programs by key, so that a hundred thousand sensors share one. */
export type Programs = Map<string, Program>

export interface EngineState {
  readonly clock: ClockState
  readonly sites: Map<SiteId, SiteState>
  wheel: Wheel
  readonly programs: Programs
}

export function newWheel(done: number): Wheel {
  return { slots: new Map(), done, due: new WeakMap() }
}

export const ZERO_HASH: Hash = '0'.repeat(64)

export function newSite(id: SiteId, from: number): SiteState {
  return {
    id,
    from,
    n: 0,
    head: ZERO_HASH,
    config: null,
    configHash: null,
    rulesHash: null,
    sensors: new Map(),
    gateways: new Map(),
    table: new Map(),
    occurrences: new Map(),
    answered: [],
    blindUntil: 0,
  }
}

/** Key of {@link SiteState.occurrences}. */
export function occurrenceKey(subject: { kind: string; id: string }, rule: RuleId): string {
  return `${subject.kind}:${subject.id}/${rule}`
}
