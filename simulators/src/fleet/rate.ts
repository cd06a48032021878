/** Decides how a fleet keeps to so many messages a second, whatever the sensors' intervals are: for benchmarks. */

import type { Feed, SimulatedGateway } from './sensor-gateway.ts'

export interface RateOptions {
  readonly gateways: readonly SimulatedGateway[]
  /** Messages a second over the whole fleet. */
  readonly rate: number
  /** Readings in a message; absent: a whole scan of the site. */
  readonly batch?: number
  /** A gateway with this many messages waiting is passed over. */
  readonly patience: number
}

export interface Throttle {
  stop(): void
  /** Messages that were due but not made, because their gateway had too many waiting. */
  skipped(): number
}

const period = 10

/** Round and round over all feeds; time missed by a busy process is made up within a second, not later. */
export function startRate({ gateways, rate, batch, patience }: RateOptions): Throttle {
  const turns = gateways.flatMap((gateway) => gateway.feeds.map((feed) => createTurn(gateway, feed, batch)))
  let turn = 0
  let skipped = 0
  let last = performance.now()
  let credit = 0
  const timer = setInterval(() => {
    const now = performance.now()
    credit = Math.min(rate, credit + ((now - last) * rate) / 1000)
    last = now
    for (; credit >= 1 && turns.length > 0; credit -= 1) {
      const own = turns[turn % turns.length]
      turn += 1
      if (own && !own(patience)) skipped += 1
    }
  }, period)
  return { stop: () => clearInterval(timer), skipped: () => skipped }
}

/** Publishes the feed's next sensors in turn; false when the gateway has too many messages waiting. */
function createTurn(gateway: SimulatedGateway, feed: Feed, batch = feed.sensors.length): (patience: number) => boolean {
  let from = 0
  return (patience) => {
    if (feed.sensors.length === 0 || gateway.state().waiting > patience) return false
    const sensors = feed.sensors.slice(from, from + batch)
    from = from + batch >= feed.sensors.length ? 0 : from + batch
    gateway.publish(feed, sensors)
    return true
  }
}
