/** What becomes of one MQTT message: readings, a word on its sensor gateway, or a rejection (M2). */

import type { IntakeMessage } from '@tocsin/adapter-mqtt/intake-options.ts'
import type { SiteId } from '@tocsin/core/domain/ids.ts'
import type { Rejection } from '@tocsin/core/domain/rejected.ts'
import type { ReadingsRecord } from '@tocsin/core/domain/site-record.ts'
import { decodeStatus, type GatewayStatus } from '@tocsin/wire/mqtt-status-v1.ts'
import { parseTopic } from '@tocsin/wire/mqtt-topics-v1.ts'
import type { RegistryView, SiteView } from './registry-view.ts'
import type { Refused } from './rejections.ts'
import { takeReadings } from './take-readings.ts'

export interface Taken {
  readonly record: ReadingsRecord | null
  readonly status: GatewayStatus['state'] | null
  readonly refused: Refused | null
}

interface Context {
  readonly view: RegistryView
  /** Ingest's wall clock, UTC ms. */
  readonly now: number
  readonly maxPayload: number
}

/** Never throws, whatever the message is. */
export function takeMessage(message: IntakeMessage, { view, now, maxPayload }: Context): Taken {
  const { identity, truncated, payload } = message
  const topic = parseTopic(message.topic)
  const site = topic.ok && topic.value.kind === 'readings' ? topic.value.site : null
  const refuse = (rejection: Rejection): Taken => ({
    record: null,
    status: null,
    refused: { site, received: now, rejections: [rejection], boot: null, seq: null },
  })
  if (!topic.ok) return refuse({ code: 'unknown-topic', field: 'topic', detail: topic.error })
  if (truncated) {
    const detail = `${truncated.length} bytes; a packet has at most ${maxPayload}`
    return refuse({ code: 'too-large', field: '', detail })
  }
  if (topic.value.kind === 'readings') {
    const found = ownSite(view, {
      enterprise: identity.enterprise,
      site: topic.value.site,
      said: topic.value.enterprise,
    })
    if ('code' in found) return refuse(found)
    const taken = takeReadings(payload, { site: found, gateway: identity.gateway, now })
    const { record, rejections, boot, seq } = taken
    return {
      record,
      status: null,
      refused: rejections.length > 0 ? { site, received: now, rejections, boot, seq } : null,
    }
  }
  const own = topic.value.enterprise === identity.enterprise && topic.value.gateway === identity.gateway
  if (topic.value.kind !== 'status' || !own) {
    return refuse({
      code: 'unknown-topic',
      field: 'topic',
      detail: 'only readings and your own status can be published',
    })
  }
  const status = decodeStatus(payload)
  return status.ok ? { record: null, status: status.value.state, refused: null } : refuse(status.error)
}

interface Claimed {
  readonly enterprise: string
  readonly site: SiteId
  /** The enterprise that the topic names. */
  readonly said: string
}

function ownSite(view: RegistryView, { enterprise, site, said }: Claimed): SiteView | Rejection {
  const found = view.findSite(site)
  if (said !== enterprise || (found !== undefined && found.enterprise !== enterprise)) {
    return {
      code: 'foreign-site',
      field: 'topic',
      detail: `you are logged in as ${enterprise}, whose sites do not include this one`,
    }
  }
  return found ?? { code: 'unknown-site', field: 'topic', detail: `the registry has no site ${site}` }
}
