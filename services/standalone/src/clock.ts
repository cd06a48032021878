/** The machine's two clocks behind the port. */

import type { Clock } from '@tocsin/core/ports/clock.ts'

export const systemClock: Clock = {
  wall: () => Date.now(),
  mono: () => performance.now(),
}
