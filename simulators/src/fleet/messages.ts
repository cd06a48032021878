/** Decides what a sensor gateway says: the MQTT contract v1, as a stranger's device would write it (docs/wire.md). */

import type { EnterpriseId, GatewayId, SiteId } from '@tocsin/core/domain/ids.ts'
import type { Quality } from '@tocsin/core/domain/reading.ts'

export interface TaggedReading {
  readonly tag: string
  /** Event time by the device's clock, UTC ms. */
  readonly t: number
  /** In the sensor's own unit. */
  readonly value: number
  readonly quality: Quality
}

export function readingsTopic(enterprise: EnterpriseId, site: SiteId): string {
  return `tocsin/v1/${enterprise}/${site}/readings`
}

export function statusTopic(enterprise: EnterpriseId, gateway: GatewayId): string {
  return `tocsin/v1/${enterprise}/status/${gateway}`
}

export function errorsTopic(enterprise: EnterpriseId, gateway: GatewayId): string {
  return `tocsin/v1/${enterprise}/errors/${gateway}`
}

export const onlineMessage: Uint8Array = Buffer.from('{"v":1,"state":"online"}')
export const offlineMessage: Uint8Array = Buffer.from('{"v":1,"state":"offline"}')

/** One message of one site's scan. */
export function readingsMessage(scan: {
  readonly boot: string
  readonly seq: number
  readonly readings: readonly TaggedReading[]
}): Uint8Array {
  const readings = scan.readings.map(({ tag, t, value, quality }) =>
    quality === 'good' ? { tag, t, value } : { tag, t, value, q: quality },
  )
  return Buffer.from(JSON.stringify({ v: 1, boot: scan.boot, seq: scan.seq, readings }))
}
