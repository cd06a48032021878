/** A sensor gateway of a test: says a value at once, and resolves when it is acknowledged. */

import { encodeReadingsMessage } from '@tocsin/wire/mqtt-readings-v1.ts'
import { encodeStatus } from '@tocsin/wire/mqtt-status-v1.ts'
import { readingsTopic, statusTopic } from '@tocsin/wire/mqtt-topics-v1.ts'
import { connectAsync } from 'mqtt'
import { SECRET } from '../../support/system.ts'

export interface SensorGateway {
  /** Values by tag, measured now, or at `t`. */
  say(site: string, values: Readonly<Record<string, number>>, t?: number): Promise<void>
  /** Any readings of one site. */
  publish(site: string, readings: readonly { tag: string; t: number; value: number }[]): Promise<void>
  /** What it says of itself. */
  status(state: 'online' | 'offline'): Promise<void>
  end(): Promise<void>
}

export interface Login {
  readonly enterprise: string
  readonly gateway: string
  readonly secret?: string
}

export async function connectGateway(url: string, { enterprise, gateway, secret }: Login): Promise<SensorGateway> {
  const client = await connectAsync(url, { clientId: gateway, username: enterprise, password: secret ?? SECRET })
  client.on('error', () => undefined)
  const boot = `b${Date.now().toString(36)}`
  let seq = 0
  const publish: SensorGateway['publish'] = async (site, readings) => {
    const good = readings.map((reading) => ({ ...reading, quality: 'good' as const }))
    const payload = encodeReadingsMessage({ boot, seq: seq++, readings: good })
    await client.publishAsync(readingsTopic(enterprise, site), Buffer.from(payload), { qos: 1 })
  }
  return {
    publish,
    say: (site, values, t = Date.now()) =>
      publish(
        site,
        Object.entries(values).map(([tag, value]) => ({ tag, t, value })),
      ),
    status: async (state) => {
      await client.publishAsync(statusTopic(enterprise, gateway), Buffer.from(encodeStatus({ state })), { qos: 1 })
    },
    end: async () => {
      await client.endAsync(true)
    },
  }
}
