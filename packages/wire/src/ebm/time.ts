/** Times in packets: `YYYY-MM-DD HH:MI:SS`, Beijing, no offset (GD/J 082). */

import type { Millis } from '@tocsin/core/domain/ids.ts'

const EIGHT_HOURS = 8 * 3_600_000
const pattern = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})$/

/** UTC ms to the packet's text; whole seconds, rounded down. */
export function formatEbTime(at: Millis): string {
  return new Date(at + EIGHT_HOURS).toISOString().slice(0, 19).replace('T', ' ')
}

/** @returns UTC ms; null where the text is no such time */
export function parseEbTime(text: string): Millis | null {
  if (!pattern.test(text)) return null
  const at = Date.parse(`${text.replace(' ', 'T')}Z`)
  // 2026-02-30 parses to March in some engines: what does not come back the same is no date
  if (Number.isNaN(at) || formatEbTime(at - EIGHT_HOURS) !== text) return null
  return at - EIGHT_HOURS
}
