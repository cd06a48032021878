/**
 * How much of what a sensor gateway has rejected is kept and told: so many messages and bytes a minute, the rest is
 * counted. A device that sends garbage at full speed fills neither the disk nor its own error topic.
 */

import type { Identity } from '@tocsin/adapter-mqtt/intake-options.ts'
import type { GatewayId, Millis } from '@tocsin/core/domain/ids.ts'
import type { Rejection, RejectionCode } from '@tocsin/core/domain/rejected.ts'
import { MAX_KEPT } from '@tocsin/wire/rejected-record-v1.ts'

/** Messages of one sensor gateway that are kept and told a minute, the word on those that were not among them. */
export const KEPT_A_MINUTE = 60
/** Bytes of their payloads that are kept a minute. */
export const BYTES_A_MINUTE = 256 * 1024
const MINUTE: Millis = 60_000

/** What of one sensor gateway and minute was only counted. */
export interface Counted {
  readonly identity: Identity
  readonly messages: number
  readonly bytes: number
  /** By each message's first reason. */
  readonly codes: ReadonlyMap<RejectionCode, number>
}

interface Minute {
  readonly identity: Identity
  readonly since: Millis
  /** What may still be kept. */
  messages: number
  bytes: number
  readonly counted: { messages: number; bytes: number; readonly codes: Map<RejectionCode, number> }
}

export class RejectionQuota {
  readonly #mono: () => Millis
  readonly #minutes = new Map<GatewayId, Minute>()

  constructor(mono: () => Millis) {
    this.#mono = mono
  }

  /** @returns how many bytes of the payload are kept; null: the message is only counted */
  take(
    identity: Identity,
    message: { readonly rejections: readonly Rejection[]; readonly length: number },
  ): number | null {
    let minute = this.#minutes.get(identity.gateway)
    if (minute === undefined || (isOver(minute, this.#mono()) && minute.counted.messages === 0)) {
      minute = this.#begin(identity, KEPT_A_MINUTE)
    }
    if (minute.messages === 0) {
      const { counted } = minute
      counted.messages++
      counted.bytes += message.length
      const [first] = message.rejections
      if (first) counted.codes.set(first.code, (counted.codes.get(first.code) ?? 0) + 1)
      return null
    }
    const kept = Math.min(message.length, minute.bytes, MAX_KEPT)
    minute.messages--
    minute.bytes -= kept
    return kept
  }

  /** Forgets the minutes that are over. @returns what was only counted in them */
  over(): Counted[] {
    const now = this.#mono()
    return [...this.#minutes.values()].filter((minute) => isOver(minute, now)).flatMap((minute) => this.#end(minute))
  }

  /** Forgets everything. @returns what was only counted until now */
  end(): Counted[] {
    return [...this.#minutes.values()].flatMap((minute) => this.#end(minute))
  }

  #begin(identity: Identity, messages: number): Minute {
    const counted = { messages: 0, bytes: 0, codes: new Map<RejectionCode, number>() }
    const minute = { identity, since: this.#mono(), messages, bytes: BYTES_A_MINUTE, counted }
    this.#minutes.set(identity.gateway, minute)
    return minute
  }

  #end({ identity, counted }: Minute): Counted[] {
    this.#minutes.delete(identity.gateway)
    if (counted.messages === 0) return []
    // the word on these is the next minute's first
    this.#begin(identity, KEPT_A_MINUTE - 1)
    return [{ identity, ...counted }]
  }
}

function isOver({ since }: Minute, now: Millis): boolean {
  return now - since >= MINUTE
}
