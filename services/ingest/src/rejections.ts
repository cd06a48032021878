/** What is kept of messages that could not be taken, and what their senders hear (M2, P8). */

import { createHash } from 'node:crypto'
import type { IntakeMessage } from '@tocsin/adapter-mqtt/intake-options.ts'
import type { GatewayId, Millis, SiteId } from '@tocsin/core/domain/ids.ts'
import type { RejectedRecord, Rejection } from '@tocsin/core/domain/rejected.ts'
import type { Clock } from '@tocsin/core/ports/clock.ts'
import type { LogAppend } from '@tocsin/core/ports/event-log.ts'
import { encodeErrorMessage } from '@tocsin/wire/mqtt-error-v1.ts'
import { encodeRejectedRecord } from '@tocsin/wire/rejected-record-v1.ts'
import { type Counted, RejectionQuota } from './rejection-quota.ts'

/** Of one message so many reasons are kept and told; the last says how many more there are. */
const MAX_REASONS = 100

export interface Refused {
  readonly site: SiteId | null
  readonly received: Millis
  readonly rejections: readonly Rejection[]
  readonly boot: string | null
  readonly seq: number | null
}

/** The record for the log, and the message for the sender's error topic. */
export interface Kept {
  readonly gateway: GatewayId
  readonly append: LogAppend
  readonly error: Uint8Array
}

export class Rejections {
  readonly #clock: Clock
  readonly #quota: RejectionQuota
  /** Messages of which something was rejected. */
  messages = 0
  /** Of these, those that were only counted. */
  counted = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#quota = new RejectionQuota(() => clock.mono())
  }

  /** @returns null when the sender's minute is full: the message is only counted */
  take(message: IntakeMessage, refused: Refused): Kept | null {
    const { identity, topic, payload, truncated } = message
    const length = truncated?.length ?? payload.length
    this.messages++
    const kept = this.#quota.take(identity, { rejections: refused.rejections, length })
    if (kept === null) {
      this.counted++
      return null
    }
    const rejections = shortened(refused.rejections)
    const { site, received, boot, seq } = refused
    const record: RejectedRecord = {
      ...identity,
      client: identity.gateway,
      site,
      topic,
      received,
      rejections,
      length,
      sha256: truncated?.sha256 ?? sha256(payload),
      payload: payload.subarray(0, kept),
    }
    return keptOf(record, encodeErrorMessage({ received, topic, boot, seq, rejections }))
  }

  /** One record and message for each sensor gateway of which messages were only counted in a minute that is over. */
  summaries(): Kept[] {
    return this.#quota.over().map((counted) => this.#summary(counted))
  }

  /** As {@link summaries}, of the minutes begun too. */
  end(): Kept[] {
    return this.#quota.end().map((counted) => this.#summary(counted))
  }

  #summary({ identity, messages, bytes, codes }: Counted): Kept {
    const received = Math.round(this.#clock.wall())
    const reasons = [...codes].sort(([, a], [, b]) => b - a).map(([code, count]) => `${code} ${count}`)
    const detail = `${messages} more messages within a minute, only counted: ${reasons.join(', ')}`
    const rejections = [{ code: 'only-counted', field: '', detail }] as const
    const none = new Uint8Array()
    const record: RejectedRecord = {
      ...identity,
      client: identity.gateway,
      site: null,
      topic: '',
      received,
      rejections,
      length: bytes,
      sha256: sha256(none),
      payload: none,
      messages,
    }
    return keptOf(record, encodeErrorMessage({ received, topic: '', boot: null, seq: null, rejections }))
  }
}

function keptOf(record: RejectedRecord, error: Uint8Array): Kept {
  return { gateway: record.gateway, append: { key: record.gateway, value: encodeRejectedRecord(record) }, error }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function shortened(rejections: readonly Rejection[]): readonly Rejection[] {
  if (rejections.length <= MAX_REASONS) return rejections
  const kept = rejections.slice(0, MAX_REASONS)
  const last = kept.pop()
  const more = rejections.length - MAX_REASONS
  return last === undefined ? kept : [...kept, { ...last, detail: `${last.detail}; and ${more} more` }]
}
