/** Two enterprises with a mine each: one whose sensor gateways misbehave, and one that must not notice. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeErrorMessage, type ErrorMessage } from '@tocsin/wire/mqtt-error-v1.ts'
import { encodeReadingsMessage } from '@tocsin/wire/mqtt-readings-v1.ts'
import { errorsTopic, readingsTopic } from '@tocsin/wire/mqtt-topics-v1.ts'
import { connectAsync, type MqttClient } from 'mqtt'
import { stringify } from 'yaml'
import { SECRET } from '../support/system.ts'

export const bad = {
  enterprise: 'reckless',
  site: 'chaos',
  gateway: 'reckless-gw',
  rawGateway: 'reckless-raw',
} as const
export const good = { enterprise: 'steady', site: 'calm', gateway: 'steady-gw' } as const
export const enterprises = [bad.enterprise, good.enterprise]
/** Tags of either site. */
export const TAGS = Array.from({ length: 50 }, (_, i) => `T${i}`)

export function writeTwoEnterprises(folder: string): string {
  mkdirSync(folder, { recursive: true })
  const site = (id: string, enterprise: string, gateways: readonly string[]): object => ({
    id,
    name: `试验煤矿 ${id}`,
    spokenName: '试验煤矿',
    enterprise,
    hazard: 'coal',
    area: '999903000000',
    gateways: gateways.map((gateway) => ({ id: gateway, name: '分站' })),
    eventType: '12A01',
    eventName: '瓦斯异常',
    sensors: TAGS.map((tag) => ({
      id: `${id}-${tag}`,
      tag,
      name: tag,
      quantity: 'methane',
      range: [0, 10],
      location: 'coal-face',
      interval: '1s',
      gateway: gateways[0],
    })),
  })
  const registry = {
    areas: [
      { code: '999900000000', name: '邵屏市' },
      { code: '999903000000', name: '岩口县' },
    ],
    enterprises: enterprises.map((id) => ({ id, name: `试验煤矿 ${id}`, area: '999903000000' })),
    sites: [
      site(bad.site, bad.enterprise, [bad.gateway, bad.rawGateway]),
      site(good.site, good.enterprise, [good.gateway]),
    ],
  }
  writeFileSync(join(folder, 'registry.yaml'), stringify(registry))
  return folder
}

/** A sensor gateway that hears what was wrong. */
export interface Listening {
  readonly client: MqttClient
  readonly heard: readonly ErrorMessage[]
  /** The next message on its error topic that has not been asked for. */
  next(): Promise<ErrorMessage>
}

export async function listening(url: string): Promise<Listening> {
  const client = await connectAsync(url, {
    clientId: bad.gateway,
    username: bad.enterprise,
    password: SECRET,
    reconnectPeriod: 0,
  })
  const heard: ErrorMessage[] = []
  const waiting: ((message: ErrorMessage) => void)[] = []
  let given = 0
  const hand = (): void => {
    for (let message = heard[given]; message && waiting.length > 0; message = heard[given]) {
      given++
      waiting.shift()?.(message)
    }
  }
  client.on('message', (topic, payload) => {
    const message = decodeErrorMessage(payload)
    if (!message.ok) throw new TypeError(`${topic}: ${message.error}`)
    heard.push(message.value)
    hand()
  })
  await client.subscribeAsync(errorsTopic(bad.enterprise, bad.gateway), { qos: 1 })
  return {
    client,
    heard,
    next: () =>
      new Promise((resolve) => {
        waiting.push(resolve)
        hand()
      }),
  }
}

/** A well-behaved sensor gateway: one reading each 20 ms, however long the answers take. */
export interface Steady {
  /** How long each PUBACK took, ms, in the order of the readings. */
  readonly latencies: readonly number[]
  /** `tag/t/value` of what was acknowledged. */
  readonly acknowledged: ReadonlySet<string>
  /** Ends once everything sent was acknowledged. */
  stop(): Promise<void>
}

export async function steady(url: string): Promise<Steady> {
  const { enterprise, site, gateway } = good
  const client = await connectAsync(url, {
    clientId: gateway,
    username: enterprise,
    password: SECRET,
    reconnectPeriod: 0,
  })
  const latencies: number[] = []
  const acknowledged = new Set<string>()
  const sent: Promise<void>[] = []
  const send = async (seq: number): Promise<void> => {
    const [tag = '', t, value] = [TAGS[seq % TAGS.length], Date.now(), (seq % 70) / 100]
    const payload = encodeReadingsMessage({ boot: 'steady', seq, readings: [{ tag, t, value, quality: 'good' }] })
    const begun = performance.now()
    await client.publishAsync(readingsTopic(enterprise, site), Buffer.from(payload), { qos: 1 })
    latencies.push(performance.now() - begun)
    acknowledged.add(`${tag}/${t}/${value}`)
  }
  const timer = setInterval(() => sent.push(send(sent.length)), 20)
  return {
    latencies,
    acknowledged,
    stop: async () => {
      clearInterval(timer)
      await Promise.all(sent)
      await client.endAsync()
    },
  }
}
