// Decides when the list may move: never under the pointer or the focus; 2 s after both have left, or when asked.

import type { AlarmId } from '@tocsin/core/domain/ids.ts'
import type { Row } from './list-rows.ts'

/** The list waits this long after pointer and focus have left it, ms. */
export const settleAfter = 2000

export interface Shown {
  readonly rows: readonly Row[]
  readonly ids: ReadonlySet<string>
  /** Alarms that have come since the list stands still, in the order in which they would stand. */
  readonly arrived: readonly AlarmId[]
}

/** The list as it should be now. */
export function settled(rows: readonly Row[]): Shown {
  return { rows, ids: new Set(rows.map(({ key }) => key)), arrived: [] }
}

/** The list as it stands: same rows in the same places, also those that are over; what came is counted. */
export function held(shown: Shown, wanted: readonly Row[]): Shown {
  const arrived: AlarmId[] = []
  for (const row of wanted) if (row.kind === 'alarm' && !shown.ids.has(row.key)) arrived.push(row.key)
  if (arrived.length === 0 && shown.arrived.length === 0) return shown
  return { ...shown, arrived }
}
