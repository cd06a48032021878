/** What of the broadcast stage can be set, and its defaults. */

import { type BroadcastSettings, defaultBroadcastSettings } from '@tocsin/core/broadcasts/situation.ts'
import type { Millis } from '@tocsin/core/domain/ids.ts'

export interface BroadcastStageSettings extends BroadcastSettings {
  /** How often a message is asked about while it is young, later, and once every area is known. */
  readonly poll: { readonly fresh: Millis; readonly steady: Millis; readonly settled: Millis }
  /** How long a message is young. */
  readonly freshFor: Millis
  /** The longest pause after calls that had no answer. */
  readonly maxPause: Millis
  /** The acceptance plan's heartbeat. */
  readonly heartbeat: Millis
}

export const defaultStageSettings: BroadcastStageSettings = {
  ...defaultBroadcastSettings,
  poll: { fresh: 1000, steady: 5000, settled: 30_000 },
  freshFor: 60_000,
  maxPause: 5000,
  heartbeat: 30_000,
}
