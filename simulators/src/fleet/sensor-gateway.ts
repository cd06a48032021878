/** Decides when a simulated sensor gateway scans its sensors, and how a scan becomes messages, one per site. */

import { quantityOf } from '@tocsin/core/domain/quantity.ts'
import type { EnterpriseId, GatewayId, Millis } from '@tocsin/core/domain/ids.ts'
import type { Sensor, SiteConfig } from '@tocsin/core/domain/site.ts'
import { type Conversion, conversion } from '@tocsin/core/domain/units.ts'
import { encodeReadingsMessage } from '@tocsin/wire/mqtt-readings-v1.ts'
import { encodeStatus } from '@tocsin/wire/mqtt-status-v1.ts'
import { errorsTopic, readingsTopic, statusTopic } from '@tocsin/wire/mqtt-topics-v1.ts'
import type { Logger } from 'pino'
import { keyOf, uniform } from '../models/noise.ts'
import { createLink, type LinkOptions } from './link.ts'
import { createOutbox } from './outbox.ts'
import type { Stage } from './stage.ts'

/** The sensors that one sensor gateway reads at one site. */
export interface Feed {
  readonly site: SiteConfig
  readonly sensors: readonly Sensor[]
}

export interface SensorGatewayOptions {
  readonly id: GatewayId
  readonly enterprise: EnterpriseId
  readonly feeds: readonly Feed[]
  readonly secret: string
  readonly url: string
  readonly seed: number
  readonly stage: Stage
  readonly now: () => Millis
  readonly log: Logger
  /** Messages kept while offline, and sent without an acknowledgement. */
  readonly capacity: number
  readonly window: number
  readonly onAcknowledged: LinkOptions['onAcknowledged']
  readonly onError: (gateway: GatewayId, payload: Uint8Array) => void
}

export interface SimulatedGateway {
  readonly id: GatewayId
  readonly feeds: readonly Feed[]
  /** Connects; with `scanning`, reads each sensor at its interval until stopped. */
  start(scanning: boolean): void
  /** Looks again when the next sensor is due: a scenario has begun. */
  wake(): void
  /** Reads these sensors of a feed at once and sends or keeps the message. */
  publish(feed: Feed, sensors: readonly Sensor[]): void
  drop(): void
  /** Connects again; the last `shuffled` messages kept go out of order. */
  restore(shuffled: number): void
  stop(grace: Millis): Promise<void>
  crash(): void
  state(): { readonly up: boolean; readonly waiting: number; readonly inFlight: number; readonly overflowed: number }
}

/** More readings than this in one message would make a packet that intermediaries refuse. */
const largestBatch = 500

export function createSensorGateway(options: SensorGatewayOptions): SimulatedGateway {
  const { id, enterprise, feeds, stage, now, seed } = options
  const outbox = createOutbox(options)
  const key = keyOf(seed, id)
  const boot = keyOf(seed, id, now()).toString(16).padStart(8, '0').slice(0, 4)
  const conversions = new Map<string, Conversion>()
  const due = new Map<string, Millis>()
  const newest = new Map<string, Millis>()
  let seq = 0
  let timer: NodeJS.Timeout | undefined
  let isScanning = false
  const link = createLink({
    ...options,
    clientId: id,
    username: enterprise,
    password: options.secret,
    statusTopic: statusTopic(enterprise, id),
    errorsTopic: errorsTopic(enterprise, id),
    online: encodeStatus({ state: 'online' }),
    offline: encodeStatus({ state: 'offline' }),
    outbox,
    onError: (payload) => options.onError(id, payload),
  })

  /** The sensor's scan moments lie on a grid of its interval, shifted by the gateway's own phase. */
  function nextScan(sensor: Sensor, after: Millis): Millis {
    const interval = stage.interval(sensor.id, after)
    const phase = Math.floor(uniform(key, 0) * Math.min(interval, 1000))
    return after - ((((after - phase) % interval) + interval) % interval) + interval
  }

  function publish(feed: Feed, sensors: readonly Sensor[]): void {
    const device = now() + stage.skew(id, now())
    for (let from = 0; from < sensors.length; from += largestBatch) {
      const readings = sensors.slice(from, from + largestBatch).map((sensor) => {
        const { value, quality } = stage.sample(sensor.id, now())
        // Scans within one millisecond are readings of their own, not one twice (I1); a clock set back stays set back.
        const last = newest.get(sensor.id) ?? 0
        const t = last >= device && last < device + 1000 ? last + 1 : device
        newest.set(sensor.id, t)
        return { tag: sensor.tag, t, value: shown(sensor, value), quality }
      })
      const payload = encodeReadingsMessage({ boot, seq, readings })
      seq += 1
      outbox.push({ topic: readingsTopic(enterprise, feed.site.id), payload, readings: readings.length })
    }
    link.pump()
  }

  /** The value in the unit that the sensor sends, with one digit more than an officer is shown. */
  function shown(sensor: Sensor, value: number): number {
    const quantity = quantityOf(sensor.quantity)
    if (sensor.unit === quantity.unit) return Number(value.toFixed(quantity.decimals + 1))
    let found = conversions.get(sensor.id)
    if (!found) {
      const result = conversion(sensor.quantity, sensor.unit)
      found = result.ok ? result.value : { factor: 1, offset: 0, condition: '' }
      conversions.set(sensor.id, found)
    }
    return Number(((value - found.offset) / found.factor).toPrecision(6))
  }

  function scan(): void {
    const time = now()
    let next = time + 60_000
    for (const feed of feeds) {
      const ready: Sensor[] = []
      for (const sensor of feed.sensors) {
        let at = due.get(sensor.id) ?? nextScan(sensor, time)
        if (at <= time) {
          ready.push(sensor)
          at = nextScan(sensor, time)
        }
        due.set(sensor.id, at)
        next = Math.min(next, at)
      }
      if (ready.length > 0) publish(feed, ready)
    }
    timer = setTimeout(scan, Math.max(1, next - now()))
  }

  function wake(): void {
    if (!isScanning) return
    clearTimeout(timer)
    const time = now()
    for (const { sensors } of feeds) {
      for (const sensor of sensors) due.set(sensor.id, nextScan(sensor, time))
    }
    scan()
  }

  function halt(): void {
    isScanning = false
    clearTimeout(timer)
  }

  return {
    id,
    feeds,
    start(scanning) {
      link.open()
      isScanning = scanning
      // A device that starts shows every value once, whatever its interval.
      if (scanning) {
        for (const feed of feeds) publish(feed, feed.sensors)
        scan()
      }
    },
    wake,
    publish,
    drop: () => link.drop(),
    restore(shuffled) {
      outbox.shuffleTail(shuffled, key)
      link.open()
    },
    async stop(grace) {
      halt()
      await link.close(grace)
    },
    crash() {
      halt()
      link.drop()
    },
    state: () => ({ up: link.isUp(), ...outbox.counts() }),
  }
}
