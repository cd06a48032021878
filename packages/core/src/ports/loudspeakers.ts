/**
 * A loudspeaker platform as the dispatcher sees it. Codecs are handed in by the composition.
 *
 * Contract: each call is one exchange with a timeout (20 s by the acceptance plan); it rejects with
 * `platform-unavailable` when no answer came: the message may or may not have arrived. `unknown` is the platform's own
 * word that it does not know the id (B3).
 */

import type { PlatformAnswer, PlatformMessage, PlatformState } from '../domain/broadcast.ts'
import type { Millis } from '../domain/ids.ts'

export interface Loudspeakers {
  /** Sends a warning, update, cancel or all-clear; the same id again is a repeat, not a new message. */
  send(message: PlatformMessage): Promise<PlatformAnswer>
  /** Asks what became of a message. */
  query(ebmId: string): Promise<PlatformState>
  /** A heartbeat: whether it lives, and since which start (B3). */
  check(): Promise<{ readonly boot: string; readonly at: Millis | null }>
  close(): Promise<void>
}
