/** Decides what a fleet counts: acknowledged messages and how long they took, and what was rejected, which it also logs. */

import type { GatewayId } from '@tocsin/core/domain/ids.ts'
import { decodeErrorMessage } from '@tocsin/wire/mqtt-error-v1.ts'
import type { Logger } from 'pino'

export interface Counts {
  /** Messages and readings that have their PUBACK. */
  readonly messages: number
  readonly readings: number
  /** Messages on the error topics. */
  readonly rejected: number
  /** From PUBLISH to PUBACK, ms, over the last 4096 messages; null before the first. */
  readonly p50: number | null
  readonly p99: number | null
}

export interface Tally {
  acknowledged(readings: number, took: number): void
  rejected(gateway: GatewayId, payload: Uint8Array): void
  counts(): Counts
}

export function createTally(log: Logger): Tally {
  const latest = new Float64Array(4096)
  let messages = 0
  let readings = 0
  let rejected = 0

  function quantile(share: number): number | null {
    const known = latest.slice(0, Math.min(messages, latest.length)).toSorted()
    return known[Math.min(known.length - 1, Math.floor(share * known.length))] ?? null
  }

  return {
    acknowledged(count, took) {
      latest[messages % latest.length] = took
      messages += 1
      readings += count
    },
    rejected(gateway, payload) {
      rejected += 1
      const message = decodeErrorMessage(payload)
      if (message.ok) log.warn({ gateway, ...message.value }, 'rejected')
      else log.warn({ gateway, text: Buffer.from(payload).toString('utf8'), unreadable: message.error }, 'rejected')
    },
    counts: () => ({ messages, readings, rejected, p50: quantile(0.5), p99: quantile(0.99) }),
  }
}
