/** When a message is over, why, and what is known of each area then (P7, B2, B4). */

import type { AreaReceipt, AreaState, BroadcastRecord } from '../domain/broadcast.ts'
import { exposed, finalAreas } from './areas.ts'
import { type Message, messagesOf, relatedOf, warns, wasSent } from './book.ts'
import { newerWarning } from './gate.ts'
import { factOf, headOf, type Situation, stamp } from './situation.ts'
import type { CloseReason } from './transitions.ts'
import { isReplaced } from './watch.ts'

/** The next record by which time passes or a message ends: a fault, an expiry, a lapse, a close. */
export function nextEnding(s: Situation): BroadcastRecord | null {
  for (const message of s.book.open.values()) {
    const record = endingOf(s, message)
    if (record) return record
  }
  return null
}

function endingOf(s: Situation, message: Message): BroadcastRecord | null {
  const of = { ...stamp(s), message: message.key }
  const mark = s.mark(message.body.site)
  // B2: an accepted mark of the engine, never the dispatcher's clock. An all-clear that is not out yet waits for its release.
  if (!message.expired && expires(message) && mark !== undefined && mark >= message.body.end) {
    return { ...of, kind: 'expiry', mark }
  }
  if (message.ebmId === '' && !s.book.faults.some(({ detail }) => detail === message.id)) {
    return { ...stamp(s), kind: 'fault', code: 'day-full', detail: message.id }
  }
  const reason = closingReason(s, message)
  if (reason !== null) return close(s, message, { reason, areas: closingAreas(message, { abandoned: false }) })
  if (wasSent(message) && mark !== undefined && mark >= message.body.end + s.settings.abandonAfter) {
    return close(s, message, { reason: 'expired', areas: closingAreas(message, { abandoned: true }) })
  }
  return isStale(s, message) ? { ...of, kind: 'lapse' } : null
}

function expires(message: Message): boolean {
  return warns(message) || (message.key.type === 'all-clear' && wasSent(message))
}

/** B8: released too long ago and not at the platform. A cancel and an all-clear never grow stale. */
function isStale(s: Situation, message: Message): boolean {
  if (!warns(message) || message.state !== 'approved' || message.releasedAt === null) return false
  return s.wall - message.releasedAt > s.settings.staleAfter
}

function close(
  s: Situation,
  message: Message,
  end: { readonly reason: CloseReason; readonly areas: readonly AreaReceipt[] },
): BroadcastRecord {
  return { ...stamp(s), kind: 'close', message: message.key, ...end, head: headOf(s.book) }
}

function closingReason(s: Situation, message: Message): CloseReason | null {
  if (message.key.type === 'cancel') return cancelEnd(s, message)
  if (message.state === 'rejected') return 'rejected'
  if (message.ebmId === '') return 'refused'
  // refused once, and nothing else of it is on its way
  if (message.outcome?.result === 'refused' && message.sendings.length === 1) return 'refused'
  if (!wasSent(message)) return warns(message) ? unsentEnd(s, message) : unsentAllClearEnd(s, message)
  if (!message.expired || message.endedN === null) return null
  if (message.stop !== null) return 'cancelled'
  if (isReplaced(s.book, message)) return 'superseded'
  return exposed(message).length > 0 ? 'played' : 'expired'
}

function unsentEnd(s: Situation, message: Message): CloseReason | null {
  if (message.stop !== null) return 'cancelled'
  if (message.expired) return 'expired'
  const fact = factOf(s, message)
  if (fact && fact.state !== 'active') return 'alarm-over'
  const newer = messagesOf(s.book, message.key.alarm).some((other) => warns(other) && other.n > message.n)
  return newer ? 'superseded' : null
}

function unsentAllClearEnd(s: Situation, message: Message): CloseReason | null {
  if (message.stop !== null) return 'cancelled'
  // B5: the newer warning's all-clear covers it
  if (newerWarning(s.book, message)) return 'superseded'
  const lifted = relatedOf(s.book, message)
  const areas = new Set(message.body.areas.map(({ area }) => area))
  const nobody = lifted.every(
    (warning) => warning.closed !== null && !exposed(warning).some(({ area }) => areas.has(area)),
  )
  return nobody ? 'alarm-over' : null
}

function cancelEnd(s: Situation, message: Message): CloseReason | null {
  if (!relatedOf(s.book, message).every(({ closed }) => closed !== null)) return null
  if (message.outcome === null) return 'expired'
  return message.outcome.result === 'accepted' ? 'cancelled' : 'refused'
}

function closingAreas(message: Message, given: { readonly abandoned: boolean }): readonly AreaReceipt[] {
  if (message.key.type !== 'cancel') return finalAreas(message, given)
  const states: Record<'accepted' | 'refused', AreaState> = { accepted: 'cancelled', refused: 'failed' }
  const state: AreaState = message.outcome ? states[message.outcome.result] : wasSent(message) ? 'maybe' : 'unreached'
  return message.body.areas.map(({ area }) => ({ area, state, terminals: null, detail: '' }))
}
