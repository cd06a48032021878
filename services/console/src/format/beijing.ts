// Decides how an instant is written: Beijing time (UTC+8, no summer time), with the date, on any machine's zone.

import type { Millis } from '@tocsin/core/domain/ids.ts'

const offset = 8 * 3_600_000

/** `2026-06-14 02:16:07`, Beijing. */
export function stamp(at: Millis): string {
  return new Date(at + offset).toISOString().slice(0, 19).replace('T', ' ')
}

/** `2026-06-14`, Beijing. */
export function day(at: Millis): string {
  return stamp(at).slice(0, 10)
}

/** `06-14 02:15:12`, Beijing. */
export function dayTime(at: Millis): string {
  return stamp(at).slice(5)
}

/** `02:15:12`, Beijing. */
export function clockTime(at: Millis): string {
  return stamp(at).slice(11)
}

/** `02:15`, Beijing. */
export function hourMinute(at: Millis): string {
  return stamp(at).slice(11, 16)
}

/** 0 Sunday … 6 Saturday, Beijing. */
export function weekday(at: Millis): number {
  return new Date(at + offset).getUTCDay()
}

/** ISO 8601 with the zone, for `<time datetime>`. */
export function isoBeijing(at: Millis): string {
  return `${stamp(at).replace(' ', 'T')}+08:00`
}

/** `00:55`, `36:07`, `1:46:07`; a negative span counts as zero. */
export function span(ms: Millis): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (n: number): string => String(n).padStart(2, '0')
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return seconds < 3600 ? rest : `${Math.floor(seconds / 3600)}:${rest}`
}

/** `00:01:43`: always with hours, for what is counted in the fault band. */
export function longSpan(ms: Millis): string {
  const text = span(ms)
  return text.length === 5 ? `00:${text}` : text.padStart(8, '0')
}
