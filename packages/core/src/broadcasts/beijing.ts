/** Beijing's calendar, by a fixed +8 h: China has no summer time since 1991, and core has no clock. */

import type { Millis } from '../domain/ids.ts'

const EIGHT_HOURS = 8 * 3_600_000

/** YYYYMMDD in Beijing of a UTC time in ms (B6: the day by which messages are counted). */
export function beijingDay(at: Millis): string {
  return new Date(at + EIGHT_HOURS).toISOString().slice(0, 10).replaceAll('-', '')
}
