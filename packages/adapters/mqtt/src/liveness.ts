/**
 * Which connections have gone silent, and which silences are our own doing (M3). aedes' keepalive would end every
 * connection that we stopped reading while the log was down; this one lets them wait.
 */

import type { Connection } from './connection.ts'

const CHECK_EVERY = 1_000
/** A check that comes so much later than it should have means that this process stood still. */
const STALL = 2_000
/** So long after a stall a disconnect counts as ours; so long may a message wait before one does. */
const BLAME = 30_000
const PATIENCE = 5_000

export interface Liveness {
  /** Whether a disconnect of this connection now is ours to answer for. */
  stalled(connection: Connection): boolean
  stop(): void
}

export function watchLiveness(connections: ReadonlySet<Connection>, mono: () => number): Liveness {
  let checked = mono()
  let blameUntil = Number.NEGATIVE_INFINITY
  const timer = setInterval(() => {
    const now = mono()
    const late = now - checked - CHECK_EVERY
    checked = now
    if (late > STALL) {
      blameUntil = now + BLAME
      // what arrived meanwhile has not been read yet
      for (const connection of connections) connection.heard = now
      return
    }
    for (const connection of connections) {
      if (connection.waiting) connection.heard = now
      // MQTT 3.1.1 §3.1.2.10: one and a half times the keep alive
      else if (connection.keepaliveMs > 0 && now - connection.heard > connection.keepaliveMs * 1.5) {
        connection.fail(new Error('keep alive timeout'))
      }
    }
  }, CHECK_EVERY)
  timer.unref()
  return {
    stalled: (connection) => mono() < blameUntil || connection.waitedFor() > PATIENCE,
    stop: () => clearInterval(timer),
  }
}
