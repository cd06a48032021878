/** What a sensor gateway says of itself, version 1; also its last will. */

import type { Rejection } from '@tocsin/core/domain/rejected.ts'
import { fail, ok, type Result } from '@tocsin/core/domain/result.ts'

/*
 * payload = { "v": 1, "state": "online" / "offline" }   ; JSON, UTF-8; other fields are ignored
 */

export interface GatewayStatus {
  readonly state: 'online' | 'offline'
}

export function encodeStatus(status: GatewayStatus): Uint8Array {
  return Buffer.from(JSON.stringify({ v: 1, state: status.state }))
}

/** @returns the status, or why it is none */
export function decodeStatus(payload: Uint8Array): Result<GatewayStatus, Rejection> {
  let message: unknown
  try {
    message = JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8'))
  } catch (error) {
    return fail({ code: 'not-json', field: '', detail: error instanceof Error ? error.message : String(error) })
  }
  if (typeof message !== 'object' || message === null) {
    return fail({ code: 'wrong-type', field: '', detail: 'an object expected' })
  }
  if (!('v' in message)) return fail({ code: 'missing-field', field: 'v', detail: 'the version, 1' })
  if (message.v !== 1) return fail({ code: 'wrong-version', field: 'v', detail: '1 expected' })
  if (!('state' in message)) return fail({ code: 'missing-field', field: 'state', detail: 'online or offline' })
  const { state } = message
  if (state === 'online' || state === 'offline') return ok({ state })
  return fail({ code: 'wrong-type', field: 'state', detail: 'online or offline expected' })
}
