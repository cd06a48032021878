/** What the engine's parts hand each other: whose turn it is, and where events go. */

import type { Output } from './journal.ts'
import type { EngineState, SensorState, SiteState } from './state.ts'

/** A site of a partition. */
export interface Place {
  readonly engine: EngineState
  readonly site: SiteState
}

/** One record, or one tick, at one site. */
export interface Turn extends Place {
  readonly out: Output
}

/** The same at one sensor. */
export interface SensorTurn extends Turn {
  readonly sensor: SensorState
}
