// Decides until when an alarm must be acknowledged, and a broadcast decided (our own times, no rule's).

import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import type { Millis } from '@tocsin/core/domain/ids.ts'
import type { Severity } from '@tocsin/core/domain/severity.ts'

const minute = 60_000

const acknowledgeWithin: Record<Severity, Millis> = {
  red: 2 * minute,
  orange: 5 * minute,
  yellow: 15 * minute,
  blue: 60 * minute,
}

/** A message that waits for approval is passed on after this. */
export const approveWithin = 3 * minute

/** UTC ms; null where nothing is due: acknowledged, or an alarm without a colour. */
export function acknowledgeBy(alarm: AlarmView): Millis | null {
  if (alarm.severity === null || alarm.acknowledged !== null) return null
  // P6: what got worse is a new demand, from then on; what got better or returned has the time of its beginning.
  const gotWorse = alarm.active && alarm.severity === alarm.worst
  const from = gotWorse ? Math.max(alarm.raisedAt, alarm.verdict.t) : alarm.raisedAt
  return from + acknowledgeWithin[alarm.severity]
}
