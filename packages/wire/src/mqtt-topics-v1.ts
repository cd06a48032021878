/** The topics of MQTT contract v1: which there are, and what each names. */

import { type EnterpriseId, type GatewayId, idPattern, type SiteId } from '@tocsin/core/domain/ids.ts'
import { fail, ok, type Result } from '@tocsin/core/domain/result.ts'

/*
 * topic    = "tocsin/v1/" enterprise "/" ( readings / status / errors )
 * readings = site "/readings"        ; published by a sensor gateway: mqtt-readings-v1
 * status   = "status/" gateway       ; published by it, and its last will: mqtt-status-v1
 * errors   = "errors/" gateway       ; subscribed by it: mqtt-error-v1
 * site, enterprise, gateway = id     ; core's idPattern; no site is called "status" or "errors"
 */

export type Topic =
  | { readonly kind: 'readings'; readonly enterprise: EnterpriseId; readonly site: SiteId }
  | { readonly kind: 'status' | 'errors'; readonly enterprise: EnterpriseId; readonly gateway: GatewayId }

export function readingsTopic(enterprise: EnterpriseId, site: SiteId): string {
  return `tocsin/v1/${enterprise}/${site}/readings`
}

export function statusTopic(enterprise: EnterpriseId, gateway: GatewayId): string {
  return `tocsin/v1/${enterprise}/status/${gateway}`
}

export function errorsTopic(enterprise: EnterpriseId, gateway: GatewayId): string {
  return `tocsin/v1/${enterprise}/errors/${gateway}`
}

/** @returns what the topic names, or which part is not in the contract */
export function parseTopic(topic: string): Result<Topic, string> {
  const parts = topic.split('/')
  const [root, version, enterprise = '', fourth = '', fifth = ''] = parts
  if (parts.length !== 5) return fail(`five levels expected, ${parts.length} found`)
  if (root !== 'tocsin' || version !== 'v1') return fail('it must begin with tocsin/v1/')
  if (!idPattern.test(enterprise)) return fail('the third level is not an enterprise id')
  if (fourth === 'status' || fourth === 'errors') {
    return idPattern.test(fifth)
      ? ok({ kind: fourth, enterprise, gateway: fifth })
      : fail('the fifth level is not a sensor gateway id')
  }
  if (fifth !== 'readings') return fail('the fifth level must be readings, or the fourth status or errors')
  return idPattern.test(fourth)
    ? ok({ kind: 'readings', enterprise, site: fourth })
    : fail('the fourth level is not a site id')
}
