/** When a sensor that has not spoken is silent (P5). */

import type { SilenceRule } from '../domain/rule.ts'
import type { Sensor } from '../domain/site.ts'

/** What holds where no rule says otherwise: max(3 × interval, 60 s) (hazards.md §5, ours). */
export const defaultSilence = { intervals: 3, atLeast: 60_000 } as const

/** Open time without a reading after which the sensor is silent, ms. */
export function silenceLimit(
  rule: Pick<SilenceRule, 'intervals' | 'atLeast'>,
  sensor: Pick<Sensor, 'interval'>,
): number {
  return Math.max(rule.intervals * sensor.interval, rule.atLeast)
}
