/** Publishes scheduled rows as a sensor gateway does: QoS 1, so many on their way at most, rejections heard. */

import { randomBytes } from 'node:crypto'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import { decodeErrorMessage } from '@tocsin/wire/mqtt-error-v1.ts'
import { encodeReadingsMessage } from '@tocsin/wire/mqtt-readings-v1.ts'
import { errorsTopic, readingsTopic } from '@tocsin/wire/mqtt-topics-v1.ts'
import { connectAsync } from 'mqtt'
import type { SeriesRow } from './series.ts'
import type { Slot } from './schedule.ts'

export interface PublishOptions {
  readonly url: string
  readonly enterprise: string
  readonly secret: string
  readonly gateway: string
  readonly onProgress: (rows: number) => void
}

export interface Published {
  /** Messages that were acknowledged, and readings in them. */
  readonly messages: number
  readonly readings: number
  /** What the system answered on the errors topic: `code field: detail`. */
  readonly rejections: readonly string[]
}

/** How long a lost connection is waited for, ms. */
const PATIENCE = 60_000
/** Unacknowledged messages at most. */
const ON_THE_WAY = 200

/** Sends every row when it is due; resolves when each was acknowledged. */
export async function publishSeries(
  rows: readonly SeriesRow[],
  slots: readonly Slot[],
  options: PublishOptions,
): Promise<Published> {
  const { url, enterprise, secret, gateway } = options
  const client = await connectAsync(url, {
    clientId: gateway,
    username: enterprise,
    password: secret,
    reconnectPeriod: 1_000,
    connectTimeout: 10_000,
  }).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new TocsinError('log-unavailable', `${url} does not take ${enterprise}/${gateway}: ${why}`, { cause })
  })
  const rejections: string[] = []
  client.on('message', (_topic, payload) => {
    const message = decodeErrorMessage(payload)
    if (!message.ok) return
    for (const { code, field, detail } of message.value.rejections) rejections.push(`${code} ${field}: ${detail}`)
  })
  await client.subscribeAsync(errorsTopic(enterprise, gateway), { qos: 1 })
  const boot = randomBytes(4).toString('hex')
  const onTheWay = new Set<Promise<unknown>>()
  let lost: Error | undefined
  let patience: NodeJS.Timeout | undefined
  client.on('connect', () => clearTimeout(patience))
  client.on('close', () => {
    // MQTT.js reconnects and sends again what was not acknowledged; the intake knows a repeat (I1).
    clearTimeout(patience)
    patience = setTimeout(() => {
      lost = new TocsinError('log-unavailable', `${url} has been away for ${PATIENCE / 1_000} s`)
      client.end(true)
    }, PATIENCE)
  })
  let messages = 0
  let readings = 0
  for (const [i, row] of rows.entries()) {
    const slot = slots[i]
    if (!slot) break
    const wait = slot.due - Date.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    for (const [site, values] of bySite(row)) {
      if (lost !== undefined) throw lost
      const payload = encodeReadingsMessage({
        boot,
        seq: messages,
        readings: values.map(({ tag, value }) => ({ tag, t: slot.t, value, quality: 'good' as const })),
      })
      const sent = client.publishAsync(readingsTopic(enterprise, site), Buffer.from(payload), { qos: 1 })
      onTheWay.add(sent)
      void sent.finally(() => onTheWay.delete(sent)).catch((error: Error) => (lost ??= error))
      messages++
      readings += values.length
      while (onTheWay.size >= ON_THE_WAY) await Promise.race(onTheWay)
    }
    options.onProgress(i + 1)
  }
  await Promise.all(onTheWay)
  client.removeAllListeners('close')
  await client.endAsync()
  if (lost !== undefined) throw lost
  return { messages, readings, rejections }
}

function bySite(row: SeriesRow): Map<string, { tag: string; value: number }[]> {
  const sites = new Map<string, { tag: string; value: number }[]>()
  for (const { site, tag, value } of row.values) {
    const own = sites.get(site)
    if (own) own.push({ tag, value })
    else sites.set(site, [{ tag, value }])
  }
  return sites
}
