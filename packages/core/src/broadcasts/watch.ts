/** How far a warning's end has come: whether it must be cancelled, and whether the platform has said what was heard (B4). */

import type { BroadcastRecord } from '../domain/broadcast.ts'
import { areaList } from './areas.ts'
import { type Book, cancelOutcome, type Message, messagesOf } from './book.ts'
import { factOf, type Situation } from './situation.ts'

/** Whether a sent warning must be cancelled: stopped, replaced by an update, lifted, or over before it arrived. */
export function wantsCancel(s: Situation, message: Message): boolean {
  if (message.closed !== null || message.endedN !== null) return false
  if (message.stop !== null || isReplaced(s.book, message) || isLifted(s.book, message)) return true
  const state = factOf(s, message)?.state ?? 'active'
  return state !== 'active' && message.state === 'approved'
}

/** Whether an update that names it was taken by the platform: the villages must not hear both. */
export function isReplaced(book: Book, message: Message): boolean {
  return messagesOf(book, message.key.alarm).some(
    (other) =>
      other.key.type === 'update' && other.outcome?.result === 'accepted' && other.body.related.includes(message.id),
  )
}

/** Whether an all-clear of it was released. */
function isLifted(book: Book, message: Message): boolean {
  const allClear = message.allClear === null ? undefined : book.messages.get(message.allClear)
  if (!allClear) return false
  return allClear.sendings.length > 0 || (allClear.closed === null && allClear.releasedAt !== null)
}

/** Whether the platform answered its cancel and was asked afterwards who had heard it: nothing was left to chance. */
export function isSettled(book: Book, message: Message): boolean {
  if (message.closed !== null || message.endedN !== null) return true
  const answered = cancelOutcome(book, message)
  return answered ? (message.receipt?.n ?? 0) > answered.n : false
}

/** Whether its cancel was answered but nobody has asked since who heard it. */
export function awaitsStatus(book: Book, message: Message): boolean {
  return message.closed === null && Boolean(cancelOutcome(book, message)) && !isSettled(book, message)
}

/** Whether the platform is asked about the message from time to time; of a cancel its answer is all there is to know. */
export function isAsked(message: Message): boolean {
  if (message.closed !== null || message.sendings.length === 0) return false
  return message.key.type !== 'cancel' || message.outcome === null
}

/**
 * Whether an answer to a query is worth a record: what changes nothing is not written each second for half an hour.
 * It is, when something waits for it, or when it tells something new.
 */
export function isNews(book: Book, message: Message, answer: Extract<BroadcastRecord, { kind: 'receipt' }>): boolean {
  if (message.closed !== null) return false
  if (message.state === 'sending' || awaitsStatus(book, message)) return true
  if (message.receipt?.known !== answer.known) return true
  if (message.expired && message.endedN === null && (answer.platformAt ?? message.body.end) >= message.body.end)
    return true
  if (answer.platformBoot !== '' && message.sendings.some(({ boot }) => boot !== answer.platformBoot))
    return !message.suspect
  const known = new Map(areaList(message).map((receipt) => [receipt.area, JSON.stringify(receipt)]))
  return answer.areas.some((receipt) => known.has(receipt.area) && known.get(receipt.area) !== JSON.stringify(receipt))
}
