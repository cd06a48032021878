/** What could not be taken, and the word that its sender hears (M2, P8). */

import type { EnterpriseId, GatewayId, Millis, SiteId } from './ids.ts'

/** Closed list; docs/wire.md documents each. */
export const rejectionCodes = {
  'not-json': 'the payload is not JSON',
  'too-large': 'the payload is larger than this listener takes',
  'too-deep': 'the payload nests deeper than the contract',
  'wrong-version': 'v is not a version that is taken',
  'wrong-type': 'a field has another type than the contract says',
  'missing-field': 'a field that must be there is absent',
  'unknown-topic': 'the topic is not in the contract',
  'foreign-site': 'the site does not belong to the enterprise that logged in',
  'unknown-site': 'the registry has no such site',
  'unknown-sensor': 'the site has no such tag',
  'not-finite': 'the value is not a finite number',
  'time-too-old': 'the event time lies before 2020',
  'time-in-future': 'the event time lies ahead of the clock',
  'bad-quality': 'the quality is not one of the list',
  'too-many': 'the message has more readings than one may have',
  empty: 'the message has no readings',
  'protocol-error': 'the bytes received are not MQTT, or stop inside a packet; the connection was closed',
  'only-counted': 'more messages were rejected within a minute than are kept; these were counted',
} as const

export type RejectionCode = keyof typeof rejectionCodes

export interface Rejection {
  readonly code: RejectionCode
  /** Where, e.g. `readings[17].value`; '' for the whole message. */
  readonly field: string
  /** What was expected and what was found. */
  readonly detail: string
}

/**
 * One record of `rejected`: at most 64 KiB of the payload, with length and SHA-256 of the whole; or, with `messages`, the
 * count of those that a minute had no more room for, with the sum of their lengths and no payload.
 */
export interface RejectedRecord {
  readonly enterprise: EnterpriseId
  readonly gateway: GatewayId
  readonly site: SiteId | null
  readonly client: string
  readonly topic: string
  readonly received: Millis
  readonly rejections: readonly Rejection[]
  readonly length: number
  readonly sha256: string
  readonly payload: Uint8Array
  /** How many messages it stands for; absent: itself alone. */
  readonly messages?: number
}
