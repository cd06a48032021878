/** What a sensor says when nothing is wrong: well on the safe side of every limit in force. */

import type { SensorInfo } from '@tocsin/core/domain/feed.ts'
import { quantityOf } from '@tocsin/core/domain/quantity.ts'
import { conversion } from '@tocsin/core/domain/units.ts'

/** @param unit in which the sensor gateway sends, and the value is given */
export function usualValue(sensor: SensorInfo, unit: string): number {
  const value = canonicalValue(sensor)
  const way = conversion(sensor.quantity, unit)
  return way.ok ? (value - way.value.offset) / way.value.factor : value
}

function canonicalValue({ limits, range: [least, most], quantity }: SensorInfo): number {
  if (quantityOf(quantity).worse === 'state') return 1
  const highs = limits.filter(({ op }) => op.startsWith('>')).map(({ value }) => value)
  const lows = limits.filter(({ op }) => op.startsWith('<')).map(({ value }) => value)
  const low = lows.length === 0 ? Math.max(0, least) : Math.max(...lows)
  if (highs.length > 0) return low + (lows.length > 0 ? 0.5 : 0.3) * (Math.min(...highs) - low)
  return lows.length > 0 ? low + 0.2 * (most - low) : Math.max(0, least) + 0.02 * most
}
