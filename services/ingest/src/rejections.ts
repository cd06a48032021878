/** What is kept of a message that could not be taken, and what its sender hears (M2, P8). */

import { createHash } from 'node:crypto'
import type { SiteId } from '@tocsin/core/domain/ids.ts'
import type { RejectedRecord, Rejection } from '@tocsin/core/domain/rejected.ts'
import type { LogAppend } from '@tocsin/core/ports/event-log.ts'
import { MAX_KEPT, encodeRejectedRecord } from '@tocsin/wire/rejected-record-v1.ts'
import { encodeErrorMessage } from '@tocsin/wire/mqtt-error-v1.ts'
import type { IntakeMessage } from '@tocsin/adapter-mqtt/intake-options.ts'

/** Of one message so many reasons are kept and told; the last says how many more there are. */
const MAX_REASONS = 100

export interface Refused {
  readonly site: SiteId | null
  readonly received: number
  readonly rejections: readonly Rejection[]
  readonly boot: string | null
  readonly seq: number | null
}

/** The record for the log, and the message for the sender's error topic. */
export function reject(message: IntakeMessage, refused: Refused): { append: LogAppend; error: Uint8Array } {
  const { identity, topic, payload, truncated } = message
  const rejections = shortened(refused.rejections)
  const { site, received, boot, seq } = refused
  const record: RejectedRecord = {
    ...identity,
    client: identity.gateway,
    site,
    topic,
    received,
    rejections,
    length: truncated?.length ?? payload.length,
    sha256: truncated?.sha256 ?? createHash('sha256').update(payload).digest('hex'),
    payload: payload.subarray(0, MAX_KEPT),
  }
  return {
    append: { key: identity.gateway, value: encodeRejectedRecord(record) },
    error: encodeErrorMessage({ received, topic, boot, seq, rejections }),
  }
}

function shortened(rejections: readonly Rejection[]): readonly Rejection[] {
  if (rejections.length <= MAX_REASONS) return rejections
  const kept = rejections.slice(0, MAX_REASONS)
  const last = kept.pop()
  const more = rejections.length - MAX_REASONS
  return last === undefined ? kept : [...kept, { ...last, detail: `${last.detail}; and ${more} more` }]
}
