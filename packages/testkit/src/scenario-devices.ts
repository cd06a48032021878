/** The sensor gateways of a scenario: what their sensors say when, by which clock, and what is kept back (M3, L1, L2). */

import type { GatewayId, Millis, SensorId } from '@tocsin/core/domain/ids.ts'
import { type Quality, qualities } from '@tocsin/core/domain/reading.ts'
import type { Sensor, SiteConfig } from '@tocsin/core/domain/site.ts'
import type { ReadingsRecord } from '@tocsin/core/domain/site-record.ts'
import { parseTime } from './scenario-file.ts'

interface Said {
  readonly site: string
  readonly sensor: Sensor
  readonly t: Millis
  readonly value: number
  readonly quality: Quality
}

interface Device {
  /** By how much its clock is off, ms. */
  off: number
  seq: number
  /** Whether it sends as it goes; else it keeps. */
  live: boolean
  kept: Said[]
}

interface Steady {
  readonly since: Millis
  readonly value: number
  readonly quality: Quality
}

/** Readings of one message at most. */
const MESSAGE = 50

export class Devices {
  readonly #begin: Millis
  readonly #places = new Map<SensorId, { readonly site: string; readonly sensor: Sensor }>()
  readonly #devices = new Map<GatewayId, Device>()
  readonly #steady = new Map<SensorId, Steady>()
  readonly #sent: ReadingsRecord[] = []

  constructor(begin: Millis) {
    this.#begin = begin
  }

  /** The site's sensors from now on; also one that is removed goes on speaking until it is told not to. */
  install(site: SiteConfig): void {
    for (const sensor of site.sensors) this.#places.set(sensor.id, { site: site.id, sensor })
  }

  siteOf(sensor: SensorId): string | undefined {
    return this.#places.get(sensor)?.site
  }

  setClock(gateway: GatewayId, off: number): void {
    this.#device(gateway).off = off
  }

  keepBack(gateway: GatewayId): void {
    this.#device(gateway).live = false
  }

  /** It sends as it goes again; what it kept stays with it. */
  resume(gateway: GatewayId): void {
    this.#device(gateway).live = true
  }

  /** What it kept goes, and it sends as it goes again. */
  flush(gateway: GatewayId, now: Millis): ReadingsRecord[] {
    const device = this.#device(gateway)
    const { kept } = device
    device.kept = []
    device.live = true
    return this.messages(kept, now)
  }

  /** `GT-101 2.4 [quality] [@hh:mm:ss]`: said now, by the device's clock or at the time that is written. */
  say(line: string, now: Millis): Said {
    const [id = '', number = '', ...rest] = line.split(/\s+/)
    const { site, sensor } = this.#place(id)
    const at = rest.find((word) => word.startsWith('@'))
    const written = at === undefined ? undefined : parseTime(at.slice(1))
    const t = written === undefined ? now + this.#device(sensor.gateway).off : this.#begin + written
    return { site, sensor, t, value: Number(number), quality: qualityOf(rest.find((word) => !word.startsWith('@'))) }
  }

  /** `GT-101 2.4 [quality]` from now on, `GT-101 off`. */
  setSteady(line: string, now: Millis): void {
    const [id = '', value = '', quality] = line.split(/\s+/)
    this.#place(id)
    if (value === 'off') this.#steady.delete(id)
    else this.#steady.set(id, { since: now, value: Number(value), quality: qualityOf(quality) })
  }

  /** What the steady ones say at this moment. */
  steadyAt(now: Millis): Said[] {
    const said: Said[] = []
    for (const [id, { since, value, quality }] of this.#steady) {
      const { site, sensor } = this.#place(id)
      if ((now - since) % sensor.interval !== 0) continue
      said.push({ site, sensor, t: now + this.#device(sensor.gateway).off, value, quality })
    }
    return said
  }

  /** Messages of what was said, of one site and sensor gateway each; what is kept back is not in them. */
  messages(said: readonly Said[], now: Millis): ReadingsRecord[] {
    const groups = new Map<string, Said[]>()
    for (const one of said) {
      const device = this.#device(one.sensor.gateway)
      if (!device.live) {
        device.kept.push(one)
        continue
      }
      const key = `${one.site} ${one.sensor.gateway}`
      groups.set(key, [...(groups.get(key) ?? []), one])
    }
    return [...groups.values()].flatMap((group) => this.#split(group, now))
  }

  /** The messages of the last so much time, as they were. */
  sentSince(t: Millis): ReadingsRecord[] {
    return this.#sent.filter(({ received }) => received >= t)
  }

  #split(group: readonly Said[], now: Millis): ReadingsRecord[] {
    const records: ReadingsRecord[] = []
    for (let from = 0; from < group.length; from += MESSAGE) {
      const record = this.#message(group.slice(from, from + MESSAGE), now)
      this.#sent.push(record)
      records.push(record)
    }
    return records
  }

  #message(said: readonly Said[], now: Millis): ReadingsRecord {
    const gateway = said[0]?.sensor.gateway ?? ''
    return {
      kind: 'readings',
      site: said[0]?.site ?? '',
      gateway,
      boot: 'b1',
      seq: this.#device(gateway).seq++,
      received: now,
      sensors: said.map(({ sensor }) => sensor.id),
      times: said.map(({ t }) => t),
      values: said.map(({ value }) => value),
      qualities: said.map(({ quality }) => quality),
    }
  }

  #place(id: SensorId) {
    const place = this.#places.get(id)
    if (!place) throw new Error(`no sensor ${id}`)
    return place
  }

  #device(gateway: GatewayId): Device {
    let device = this.#devices.get(gateway)
    if (!device) this.#devices.set(gateway, (device = { off: 0, seq: 1, live: true, kept: [] }))
    return device
  }
}

function qualityOf(word: string | undefined): Quality {
  if (word === undefined) return 'good'
  const quality = qualities.find((q) => q === word)
  if (quality === undefined) throw new Error(`no quality ${word}`)
  return quality
}
