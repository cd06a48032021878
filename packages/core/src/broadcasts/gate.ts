/** Whether an officer's act or a dispatcher's sending counts where it stands in the log (B1, B2, B8). */

import type { Book, Message } from './book.ts'
import { relatedOf, warns, wasSent } from './book.ts'
import { nextMessageState } from './transitions.ts'

/** Why an act on a message does not count. */
export type ActRefusal = 'wrong-state' | 'own-request' | 'expired' | 'closed'

/** Whether this person may release the message now: null, or why not. Roles are the gateway's concern. */
export function approvalRefusal(message: Message, by: string): ActRefusal | null {
  if (message.closed !== null) return 'closed'
  if (message.expired) return 'expired'
  if (nextMessageState(message.state, 'approve') === undefined) return 'wrong-state'
  return message.requestedBy === by ? 'own-request' : null
}

/** Whether the message may be rejected now: null, or why not. */
export function rejectionRefusal(message: Message): ActRefusal | null {
  if (message.closed !== null) return 'closed'
  return nextMessageState(message.state, 'reject') === undefined ? 'wrong-state' : null
}

/**
 * Whether the message may be stopped now: null, or why not. A closed warning can be stopped as well: that asks for its
 * all-clear, where no alarm's end does (A4: withdrawn). An all-clear can be held back until it goes out.
 */
export function stopRefusal(message: Message): ActRefusal | null {
  if (message.stop !== null || message.key.type === 'cancel') return 'wrong-state'
  if (message.closed !== null && !wasSent(message)) return 'closed'
  return warns(message) || !wasSent(message) ? null : 'wrong-state'
}

/**
 * B1: whether a `sending` that stands here lets the message go out. Only what precedes it in the log counts: its
 * release, no stop, no expiry, no close, and for an all-clear no newer warning to the same villages (B5).
 */
export function maySend(book: Book, message: Message): boolean {
  if (message.closed !== null || message.ebmId === '') return false
  if (message.key.type === 'cancel') {
    return (
      nextMessageState(message.state, 'sending') !== undefined || nextMessageState(message.state, 'again') !== undefined
    )
  }
  if (message.stop !== null || message.cancel !== null || message.expired) return false
  if (nextMessageState(message.state, 'sending') === undefined) return false
  return message.key.type !== 'all-clear' || newerWarning(book, message) === null
}

/** B5: a warning that went out after this all-clear was asked for, to one of its villages, and that it does not lift. */
export function newerWarning(book: Book, allClear: Message): Message | null {
  const areas = new Set(allClear.body.areas.map(({ area }) => area))
  const lifted = new Set(allClear.body.related)
  for (const message of book.messages.values()) {
    if (!warns(message) || lifted.has(message.id)) continue
    if ((message.sendings.at(0)?.n ?? 0) <= allClear.n) continue
    if (message.body.areas.some(({ area }) => areas.has(area))) return message
  }
  return null
}

/** B4: whether its cancel must go out again, because a village played a message after that cancel was taken. */
export function mustCancelAgain(book: Book, cancel: Message): boolean {
  const answered = cancel.outcome
  if (!answered) return false
  return relatedOf(book, cancel).some((message) => (message.lateN ?? 0) > answered.n && message.closed === null)
}
