/** What runs by time, as an argument, so that tests can step it (X2). */

import { setTimeout as wait } from 'node:timers/promises'

export interface Timer {
  /** @returns what ends it */
  every(ms: number, run: () => void): () => void
  /** Resolves after the time, or when aborted. */
  after(ms: number, signal: AbortSignal): Promise<void>
}

export const realTimer: Timer = {
  every: (ms, run) => {
    const timer = setInterval(run, ms)
    return () => clearInterval(timer)
  },
  after: (ms, signal) => wait(ms, undefined, { signal, ref: false }).catch(() => undefined),
}
