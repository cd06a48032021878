/** A load of known readings for two systems at once, and a publisher that keeps a ledger of what was acknowledged. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeReadingsMessage } from '@tocsin/wire/mqtt-readings-v1.ts'
import { readingsTopic } from '@tocsin/wire/mqtt-topics-v1.ts'
import { connectAsync, type MqttClient } from 'mqtt'
import { stringify } from 'yaml'
import { random } from '../support/random.ts'
import { SECRET } from '../support/system.ts'

export interface Reading {
  readonly site: string
  readonly tag: string
  readonly t: number
  readonly value: number
}

const SITES = ['north', 'south', 'east']
const TAGS = Array.from({ length: 14 }, (_, i) => `T${i}`)

/** Writes a registry of three mines with fourteen methane sensors each. */
export function writeRegistry(folder: string): string {
  mkdirSync(folder, { recursive: true })
  const site = (id: string): object => ({
    id,
    name: `试验煤矿 ${id}`,
    spokenName: '试验煤矿',
    enterprise: 'mine',
    hazard: 'coal',
    area: '999903000000',
    people: 10,
    gateways: [{ id: 'mine-gw', name: '分站' }],
    groups: [],
    contacts: [],
    guidance: [],
    instruction: '请撤离。',
    eventType: '12A01',
    eventName: '瓦斯异常',
    sensors: TAGS.map((tag) => ({
      id: `${id}-${tag}`,
      tag,
      name: tag,
      quantity: 'methane',
      range: [0, 10],
      location: 'coal-face',
      interval: '200ms',
      gateway: 'mine-gw',
    })),
  })
  const registry = {
    areas: [
      { code: '999900000000', name: '邵屏市' },
      { code: '999903000000', name: '岩口县' },
    ],
    enterprises: [{ id: 'mine', name: '试验煤矿', area: '999903000000', contacts: [] }],
    sites: SITES.map(site),
  }
  writeFileSync(join(folder, 'registry.yaml'), stringify(registry))
  return folder
}

/** Each sensor every 200 ms: a slow wave past the levels with noise, so that levels are crossed again and again. */
export function* series(seed: number, start: number, seconds: number): Generator<Reading> {
  const chance = random(seed)
  const phases = SITES.map(() => TAGS.map(() => chance() * 6.28))
  for (let step = 0; step < seconds * 5; step++) {
    for (const [s, site] of SITES.entries()) {
      for (const [i, tag] of TAGS.entries()) {
        const wave = 1.1 + 1.1 * Math.sin(step / 40 + (phases[s]?.[i] ?? 0)) + 0.1 * (chance() - 0.5)
        // Sensors of a site speak one after another, never two at once: 42 messages each 200 ms.
        const t = start + step * 200 + Math.floor(((s * TAGS.length + i) * 200) / (SITES.length * TAGS.length))
        yield { site, tag, t, value: Math.round(Math.max(0, wave) * 100) / 100 }
      }
    }
  }
}

export interface Ledger {
  /** Acknowledged readings, as `site/tag/t/value`. */
  readonly acknowledged: Set<string>
  sent: number
  /** Resolves when everything sent was acknowledged. */
  settled(): Promise<void>
  publish(reading: Reading): void
  end(): Promise<void>
}

const key = ({ site, tag, t, value }: Reading): string => `${site}/${tag}/${t}/${value}`

/** One reading a message, QoS 1; MQTT.js sends again after a reconnect what was not acknowledged. */
export async function publisher(url: string, gateway: string): Promise<Ledger> {
  const client: MqttClient = await connectAsync(url, {
    clientId: gateway,
    username: 'mine',
    password: SECRET,
    reconnectPeriod: 100,
    connectTimeout: 5_000,
  })
  client.on('error', () => undefined)
  const acknowledged = new Set<string>()
  const open = new Set<Promise<void>>()
  const ledger: Ledger = {
    acknowledged,
    sent: 0,
    settled: async () => {
      while (open.size > 0) await Promise.all(open)
    },
    publish: (reading) => {
      const { site, tag, t, value } = reading
      const payload = encodeReadingsMessage({
        boot: 'load',
        seq: ledger.sent++,
        readings: [{ tag, t, value, quality: 'good' }],
      })
      const sent = client
        .publishAsync(readingsTopic('mine', site), Buffer.from(payload), { qos: 1 })
        .then(() => void acknowledged.add(key(reading)))
      open.add(sent)
      void sent.finally(() => open.delete(sent))
    },
    end: async () => {
      await client.endAsync(true)
    },
  }
  return ledger
}
