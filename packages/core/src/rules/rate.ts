/** How fast a value changes over a window, per stated time: what a rate rule compares with its levels. */

import type { RateRule } from '../domain/rule.ts'

/** At most so many readings are kept a window: a faster sensor is thinned, the oldest within the window always kept. */
export const RATE_POINTS = 32

/** Columns of the kept readings, oldest first from `head`. */
export interface RateWindow {
  times: number[]
  values: number[]
}

export function newRateWindow(): RateWindow {
  return { times: [], values: [] }
}

/**
 * Takes a reading and gives the change per `rule.per` between it and the oldest reading within `rule.window`.
 * @returns the rate in canonical units per `rule.per`; undefined while the readings span less than `rule.minSpan`
 */
export function rateOf(
  rule: RateRule,
  window: RateWindow,
  { t, value }: { readonly t: number; readonly value: number },
): number | undefined {
  const { times, values } = window
  let drop = 0
  while (drop < times.length && (times[drop] ?? 0) < t - rule.window) drop++
  if (drop > 0) {
    times.splice(0, drop)
    values.splice(0, drop)
  }
  const oldestT = times[0]
  const oldest = values[0]
  const newestT = times.at(-1)
  if (newestT === undefined || t - newestT >= rule.window / RATE_POINTS) {
    times.push(t)
    values.push(value)
  }
  if (oldestT === undefined || oldest === undefined || t - oldestT < Math.max(rule.minSpan, 1)) return undefined
  return ((value - oldest) / (t - oldestT)) * rule.per
}
