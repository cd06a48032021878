/** Decides in which band a normal value lives: that of hazards.md, narrowed to what the sensor's own limits allow. */

import type { Sensor } from '@tocsin/core/domain/site.ts'
import { levelsOf } from './limits.ts'

/** A band of normal values, in the canonical unit. */
export type Band = readonly [low: number, high: number]

/** The band, narrowed so that it keeps some distance from the sensor's own design values and stays in its range. */
export function fitted(sensor: Sensor, band: Band): Band {
  const { high, low } = levelsOf(sensor)
  const [bottom, top] = sensor.range
  const distance = Math.min(0.05 * (top - bottom), 0.25 * (band[1] - band[0]))
  const floor = Math.max(bottom, low[0] === undefined ? bottom : low[0] + distance)
  const ceiling = Math.min(top, high[0] === undefined ? top : high[0] - distance)
  if (ceiling <= floor) return [(floor + ceiling) / 2, (floor + ceiling) / 2]
  const from = Math.max(band[0], floor)
  const to = Math.min(band[1], ceiling)
  // A band wholly outside what is allowed (a refrigerated tank) moves to the middle of it.
  return from < to ? [from, to] : [floor + 0.4 * (ceiling - floor), floor + 0.6 * (ceiling - floor)]
}

/** The value at a share of the band; the share is held within it. */
export function spread([low, high]: Band, share: number): number {
  return low + (high - low) * Math.min(1, Math.max(0, share))
}
