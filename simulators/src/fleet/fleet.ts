/** Decides what a fleet is: one simulated sensor gateway for each in the registry, a plan that plays, and its counts. */

import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { GatewayId, Millis } from '@tocsin/core/domain/ids.ts'
import type { SiteConfig } from '@tocsin/core/domain/site.ts'
import { type Logger, pino } from 'pino'
import { type Request, scriptOf } from './catalogue.ts'
import type { Plan } from './plan.ts'
import { startRate } from './rate.ts'
import type { FleetRegistry } from './registry-json.ts'
import type { Script } from './script.ts'
import { createSensorGateway, type Feed, type SimulatedGateway } from './sensor-gateway.ts'
import { createStage } from './stage.ts'
import { createTally, type Counts } from './tally.ts'

export interface FleetOptions {
  /** A checked Registry, or as much of it as a fleet needs. */
  readonly registry: FleetRegistry
  /** Enterprise → secret. */
  readonly secrets: ReadonlyMap<string, string>
  /** mqtt://host:port or mqtts://host:port */
  readonly url: string
  readonly seed: number
  readonly plan: Plan
  /** Wall clock, UTC ms. */
  readonly clock?: { readonly now: () => Millis }
  readonly log?: Logger
  /** So many messages a second in place of the sensors' intervals. */
  readonly rate?: { readonly messages: number; readonly batch?: number }
  /** Messages that each gateway keeps while it is offline (default 20000) and sends unacknowledged (default 32). */
  readonly capacity?: number
  readonly window?: number
}

export interface FleetStats extends Counts {
  readonly gateways: number
  readonly connected: number
  readonly waiting: number
  readonly inFlight: number
  readonly overflowed: number
  /** Messages due at the rate asked for, but not made. */
  readonly skipped: number
}

export interface Fleet {
  /** Ends within 2 s; each connected gateway first says that it is offline, unless `crash`. */
  stop(options?: { readonly crash?: boolean }): Promise<void>
  stats(): FleetStats
  /** Plays a scenario now; null when no site of the registry can. Throws `config-invalid` when the named site cannot. */
  play(request: Request): Script | null
}

/** Starts at once; connections are made and remade in the background. @throws TocsinError `config-invalid` */
export function startFleet(options: FleetOptions): Fleet {
  const { registry, seed, plan, rate } = options
  const now = options.clock?.now ?? Date.now
  const log = options.log ?? pino({ level: 'silent' })
  const stage = createStage(registry.sites, seed)
  const tally = createTally(log)
  const timers = new Set<NodeJS.Timeout>()
  const gateways = createGateways()

  function createGateways(): ReadonlyMap<GatewayId, SimulatedGateway> {
    return new Map(
      [...feedsOf(registry.sites)].map(([id, { enterprise, feeds }]) => {
        const secret = options.secrets.get(enterprise)
        if (secret === undefined) throw new TocsinError('config-invalid', `no secret for the enterprise ${enterprise}`)
        const gateway = createSensorGateway({
          id,
          enterprise,
          feeds,
          secret,
          url: options.url,
          seed,
          stage,
          now,
          log: log.child({ gateway: id }),
          capacity: options.capacity ?? 20_000,
          window: options.window ?? 32,
          onAcknowledged: (message, took) => tally.acknowledged(message.readings, took),
          onError: (sender, payload) => tally.rejected(sender, payload),
        })
        return [id, gateway]
      }),
    )
  }

  function later(ms: Millis, act: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      act()
    }, ms)
    timers.add(timer)
  }

  function perform(script: Script): Script {
    log.info({ scenario: script.scenario, site: script.site, duration: script.duration }, 'scenario')
    stage.play(script, now())
    const touched = new Set(script.effects.map(({ sensor }) => sensor))
    for (const gateway of gateways.values()) {
      if (gateway.feeds.some(({ sensors }) => sensors.some(({ id }) => touched.has(id)))) gateway.wake()
    }
    for (const { gateway, from, until, shuffled } of script.drops) {
      later(from, () => gateways.get(gateway)?.drop())
      later(until, () => gateways.get(gateway)?.restore(shuffled))
    }
    return script
  }

  function request(asked: Request, turn: number): void {
    const script = scriptOf(asked, registry.sites, { seed: seed + turn })
    if (script) perform(script)
    else log.warn({ scenario: asked.scenario }, 'no site of the registry can play the scenario')
  }

  function rotate(turn: number): void {
    const { rotation } = plan
    const asked = rotation?.requests[turn % rotation.requests.length]
    if (!rotation || !asked) return
    later(turn === 0 ? rotation.from : rotation.period, () => {
      request(asked, turn)
      rotate(turn + 1)
    })
  }

  for (const gateway of gateways.values()) gateway.start(rate === undefined)
  const throttle =
    rate && startRate({ gateways: [...gateways.values()], rate: rate.messages, patience: 1000, ...only(rate.batch) })
  for (const entry of plan.entries) later(entry.at, () => request(entry, 0))
  rotate(0)
  log.info({ gateways: gateways.size, sites: registry.sites.length, seed }, 'fleet started')

  return {
    async stop({ crash = false } = {}) {
      throttle?.stop()
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
      if (crash) for (const gateway of gateways.values()) gateway.crash()
      else await Promise.all([...gateways.values()].map((gateway) => gateway.stop(700)))
    },
    stats() {
      const states = [...gateways.values()].map((gateway) => gateway.state())
      const sum = (of: (state: (typeof states)[number]) => number): number =>
        states.reduce((all, own) => all + of(own), 0)
      return {
        ...tally.counts(),
        gateways: gateways.size,
        connected: sum(({ up }) => Number(up)),
        waiting: sum((state) => state.waiting),
        inFlight: sum((state) => state.inFlight),
        overflowed: sum((state) => state.overflowed),
        skipped: throttle?.skipped() ?? 0,
      }
    },
    play(asked) {
      const script = scriptOf(asked, registry.sites, { seed, strict: true })
      return script && perform(script)
    },
  }
}

function only(batch: number | undefined): { readonly batch?: number } {
  return batch === undefined ? {} : { batch }
}

/** Each sensor gateway with what it reads, site by site; one may serve several sites of its enterprise. */
function feedsOf(
  sites: readonly SiteConfig[],
): Map<GatewayId, { readonly enterprise: string; readonly feeds: Feed[] }> {
  const found = new Map<GatewayId, { readonly enterprise: string; readonly feeds: Feed[] }>()
  for (const site of sites) {
    for (const { id } of site.gateways) {
      const own = found.get(id) ?? { enterprise: site.enterprise, feeds: [] }
      own.feeds.push({ site, sensors: site.sensors.filter((sensor) => sensor.gateway === id) })
      found.set(id, own)
    }
  }
  return found
}
