/** When each row of a series is sent and which event time it bears. */

export type TimeMode = 'shift' | 'compress' | 'keep'

export interface Slot {
  /** Wall time at which it is due, UTC ms: never before it happened. */
  readonly due: number
  /** Event time in the message, UTC ms, whole. */
  readonly t: number
}

/**
 * `shift`: spacing kept, the series ends when the last row is sent. `compress`: spacing divided by `speed`, each row
 * bears the time at which it is sent, never ahead of the clock. `keep`: the file's own times. Rows are due `speed` times
 * as fast as they happened in every mode.
 */
export function scheduleOf(
  times: readonly number[],
  options: { mode: TimeMode; speed: number; start: number },
): Slot[] {
  const { mode, speed, start } = options
  const first = times[0] ?? 0
  const last = times.at(-1) ?? first
  const end = start + (last - first) / speed
  return times.map((time) => {
    const due = start + (time - first) / speed
    switch (mode) {
      case 'shift':
        return { due, t: Math.floor(end - (last - time)) }
      case 'compress':
        return { due, t: Math.floor(due) }
      case 'keep':
        return { due, t: Math.round(time) }
    }
  })
}
