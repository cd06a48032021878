/** What a source says of a value, and what that allows. */

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

/** Whether a rule may compare the value with a limit. */
export function isMeasurement(quality: Quality): boolean {
  return quality === 'good' || quality === 'over-range'
}
