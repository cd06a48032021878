/** A reading, and what its quality allows. */

import type { Millis, SensorId } from './ids.ts'

/**
 * What the source says of the value. `good` and `over-range` are measurements (an over-range sensor shows at least its
 * limit); the others say that the number is not one.
 */
export type Quality = 'good' | 'over-range' | 'calibration' | 'fault' | 'disconnected' | 'maintenance'

/** In the order of their codes in the binary record; append only. */
export const qualities: readonly Quality[] = [
  'good',
  'over-range',
  'calibration',
  'fault',
  'disconnected',
  'maintenance',
]

export interface Reading {
  readonly sensor: SensorId
  /** Event time by the device's clock, UTC ms. */
  readonly t: Millis
  /** In the quantity's canonical unit; states (valve, fan, feed) are integers. */
  readonly value: number
  readonly quality: Quality
}

/** Whether a rule may compare the value with a limit. */
export function isMeasurement(quality: Quality): boolean {
  return quality === 'good' || quality === 'over-range'
}
