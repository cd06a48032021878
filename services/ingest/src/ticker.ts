/** Says each second, to every partition, that intake was open (T1). */

import type { Clock } from '@tocsin/core/ports/clock.ts'
import { encodeSiteRecord } from '@tocsin/wire/site-record-v1.ts'
import type { AppendQueue } from './append-queue.ts'
import type { Timer } from './timer.ts'

const EVERY = 1_000

export interface TickerDeps {
  readonly ingest: string
  readonly boot: string
  readonly partitions: number
  readonly queue: AppendQueue
  readonly clock: Clock
  readonly timer: Timer
  /** Called before each tick. */
  readonly onTick: () => void
}

export interface Ticker {
  ticks(): number
  stop(): void
}

/** Resolves when the first tick is durable: no reading may stand before it. */
export async function startTicker(deps: TickerDeps): Promise<Ticker> {
  const { ingest, boot, partitions, queue, clock, timer, onTick } = deps
  let ticks = 0
  let waiting = false

  async function tick(): Promise<void> {
    // While the log takes nothing, intake is not open: ticks must not pile up and say afterwards that it was.
    if (waiting) return
    waiting = true
    const value = encodeSiteRecord({
      kind: 'tick',
      ingest,
      boot,
      mono: Math.round(clock.mono()),
      wall: Math.round(clock.wall()),
    })
    const siteLog = Array.from({ length: partitions }, (_, partition) => ({ key: 'tick', value, partition }))
    try {
      await queue.push({ siteLog, rejected: [] })
      ticks++
    } finally {
      waiting = false
    }
  }

  await tick()
  const stop = timer.every(EVERY, () => {
    onTick()
    void tick().catch(() => undefined) // only when stopped
  })
  return { ticks: () => ticks, stop }
}
