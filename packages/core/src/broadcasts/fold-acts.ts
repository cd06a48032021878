/** What officers' acts, a lapse and an expiry change in a message (B2, B4, B8). */

import type { BroadcastRecord, MessageId } from '../domain/broadcast.ts'
import type { Book, Message } from './book.ts'
import { type ActRefusal, approvalRefusal, rejectionRefusal, stopRefusal } from './gate.ts'
import { note } from './notes.ts'
import { type MessageInput, nextMessageState } from './transitions.ts'

type Act = Extract<BroadcastRecord, { kind: 'approve' | 'reject' | 'stop' }>
type Timed = Extract<BroadcastRecord, { kind: 'lapse' | 'expiry' }>

/** Moves the message along the table; false where the table has no such step. */
export function move(message: Message, input: MessageInput): boolean {
  const next = nextMessageState(message.state, input)
  if (next === undefined) return false
  message.state = next
  return true
}

/** @returns the messages that changed; null where the record does not count */
export function foldAct(book: Book, message: Message, record: Act | Timed): readonly MessageId[] | null {
  if (record.kind === 'lapse' || record.kind === 'expiry') return foldTimed(message, record)
  // I3: the same command again is a repeat
  if (message.decision === record.id) return null
  const refusal = refusalOf(message, record)
  if (refusal !== null) {
    note(message, record.at, { what: `${record.kind}-refused`, who: record.by, detail: refusal })
    return [message.id]
  }
  message.decision = record.id
  if (record.kind === 'stop') {
    message.stop = { n: book.n, by: record.by }
    message.why = record.why
    if (message.closed === null) move(message, 'stop')
  } else {
    move(message, record.kind)
    message.decidedBy = record.by
    message.decidedAt = record.at
    message.releasedAt = record.kind === 'approve' ? record.at : null
    message.why = record.kind === 'reject' ? record.why : ''
  }
  note(message, record.at, { what: record.kind, who: record.by, detail: message.why })
  return [message.id]
}

function refusalOf(message: Message, record: Act): ActRefusal | null {
  switch (record.kind) {
    case 'approve':
      return approvalRefusal(message, record.by)
    case 'reject':
      return rejectionRefusal(message)
    case 'stop':
      return stopRefusal(message)
  }
}

function foldTimed(message: Message, record: Timed): readonly MessageId[] | null {
  if (message.closed !== null) return null
  if (record.kind === 'expiry') {
    if (message.expired) return null
    message.expired = true
    move(message, 'expiry')
  } else {
    if (!move(message, 'lapse')) return null
    message.releasedAt = null
  }
  note(message, record.at, { what: record.kind })
  return [message.id]
}
