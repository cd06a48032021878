// Decides what sounds when: only the worst, red until it is acknowledged or muted, orange each 30 s, yellow once.

import type { AlarmId } from '@tocsin/core/domain/ids.ts'

export type Tone = 'red' | 'orange' | 'yellow'

const redEvery = 2400
const orangeEvery = 30_000
/** 消音: silence, not an acknowledgement. */
export const muteFor = 60_000

/** Times are of the page's monotonic clock, ms. */
export interface SoundState {
  readonly mutedUntil: number
  readonly lastRed: number
  readonly lastOrange: number
  /** Unacknowledged reds when it was last decided: another one breaks the silence. */
  readonly reds: ReadonlySet<AlarmId>
}

export const quiet: SoundState = {
  mutedUntil: -Infinity,
  lastRed: -Infinity,
  lastOrange: -Infinity,
  reds: new Set(),
}

export interface Unacknowledged {
  readonly reds: ReadonlySet<AlarmId>
  readonly orange: boolean
  /** A yellow has come since it was last decided. */
  readonly newYellow: boolean
}

/** The tone to play now, if any, and the state to decide by next time. */
export function nextTone(
  state: SoundState,
  open: Unacknowledged,
  now: number,
): { readonly state: SoundState; readonly tone: Tone | null } {
  const isNewRed = [...open.reds].some((id) => !state.reds.has(id))
  const next = { ...state, reds: open.reds, mutedUntil: isNewRed ? -Infinity : state.mutedUntil }
  if (now < next.mutedUntil) return { state: next, tone: null }
  if (open.reds.size > 0) {
    const isDue = isNewRed || now - state.lastRed >= redEvery
    return isDue ? { state: { ...next, lastRed: now }, tone: 'red' } : { state: next, tone: null }
  }
  if (open.orange && now - state.lastOrange >= orangeEvery) {
    return { state: { ...next, lastOrange: now }, tone: 'orange' }
  }
  return { state: next, tone: open.newYellow && !open.orange ? 'yellow' : null }
}
