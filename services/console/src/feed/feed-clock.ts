// Decides how current the page is, by its own monotonic clock: the light goes by the engine's progress, not the socket (F1).

import type { Millis } from '@tocsin/core/domain/ids.ts'

/** waiting: nothing came yet, for less than 10 s. */
export type Freshness = 'waiting' | 'ok' | 'late' | 'lost'

const lateAfter = 3000
const lostAfter = 10_000

export interface FeedClock {
  /** A frame that carries the server's clock and the engine's; call it at once when the frame arrives. */
  readonly heard: (serverNow: Millis, engineNow: Millis | null) => void
  /** The server's wall clock, carried on by the page's monotonic clock; UTC ms. */
  readonly serverNow: () => Millis
  /** Since the engine's last progress, ms; null before the first. */
  readonly age: () => Millis | null
  /** Wall time of the last progress: what is on the page is as of then; null before the first. */
  readonly asOf: () => Millis | null
  readonly freshness: () => Freshness
}

/**
 * @param monotonic milliseconds that never step back (performance.now)
 * @param wall milliseconds since 1970, used only until the server's clock is heard
 */
export function feedClock(monotonic: () => number, wall: () => Millis): FeedClock {
  const opened = monotonic()
  let offset: number | null = null
  let progressedAt: number | null = null
  let engine: Millis | null = null

  const age = (): Millis | null => (progressedAt === null ? null : Math.max(0, monotonic() - progressedAt))
  const serverNow = (): Millis => (offset === null ? wall() : monotonic() + offset)

  return {
    heard(server, engineNow) {
      const now = monotonic()
      offset = server - now
      if (engineNow === null || engineNow === engine) return
      // The first mark may be old already: then its age is what the two clocks say, until the next one comes.
      progressedAt = engine === null ? now - Math.max(0, server - engineNow) : now
      engine = engineNow
    },
    serverNow,
    age,
    asOf: () => (progressedAt === null || offset === null ? null : progressedAt + offset),
    freshness() {
      const since = age()
      if (since === null) return monotonic() - opened > lostAfter ? 'lost' : 'waiting'
      if (since > lostAfter) return 'lost'
      return since > lateAfter ? 'late' : 'ok'
    },
  }
}
