/** What sendings and the platform's answers change in a message (B1, B3, B4). */

import type { AreaReceipt, BroadcastRecord, MessageId } from '../domain/broadcast.ts'
import { areaList, isFinal, isHeard } from './areas.ts'
import { type Book, cancelOutcome, type Message, relatedOf } from './book.ts'
import { move } from './fold-acts.ts'
import { maySend } from './gate.ts'
import { note } from './notes.ts'

type Sending = Extract<BroadcastRecord, { kind: 'sending' }>
type Outcome = Extract<BroadcastRecord, { kind: 'outcome' }>
type Receipt = Extract<BroadcastRecord, { kind: 'receipt' }>

/** @returns the messages that changed; null where the sending does not count: then nothing may be sent (B1) */
export function foldSending(book: Book, message: Message, record: Sending): readonly MessageId[] | null {
  if (!maySend(book, message)) return null
  if (record.lift && message.sendings.length === 0) {
    const areas = new Set(record.lift.areas)
    message.body = {
      ...message.body,
      ...record.lift.window,
      areas: message.body.areas.filter(({ area }) => areas.has(area)),
    }
  }
  if (!move(message, 'sending')) move(message, 'again')
  message.sendings.push({ n: book.n, at: record.at, boot: record.platformBoot })
  message.outcome = null
  note(message, record.at, { what: 'sending', detail: String(message.sendings.length) })
  return [message.id]
}

/** @returns the messages that changed; null where the answer does not count */
export function foldAnswer(book: Book, message: Message, record: Outcome | Receipt): readonly MessageId[] | null {
  if (message.sendings.length === 0 || message.closed !== null) return null
  if (record.kind === 'outcome') return foldOutcome(book, message, record)
  if (forgot(message, record)) message.suspect = true
  const before = JSON.stringify(areaList(message))
  const watched = isWatched(book, message)
  message.receipt = { n: book.n, known: record.known }
  const { end } = message.body
  if (message.expired && (record.platformAt ?? end) >= end) message.endedN ??= book.n
  if (record.known) {
    message.wasKnown = true
    if (message.outcome?.result !== 'accepted') settle(book, message, 'accepted')
    for (const receipt of record.areas) {
      if (hear(message, receipt) && watched) message.lateN = book.n
    }
    showPlay(message)
  } else if (message.outcome === null) {
    note(message, record.at, { what: 'unknown', detail: message.suspect ? 'suspect' : '' })
    unknown(message)
  }
  if (JSON.stringify(areaList(message)) !== before)
    note(message, record.at, { what: 'receipt', detail: summary(message) })
  return [message.id]
}

function foldOutcome(book: Book, message: Message, record: Outcome): readonly MessageId[] {
  if (rebooted(message, record.platformBoot)) message.suspect = true
  note(message, record.at, { what: record.result, detail: record.detail })
  return settle(book, message, record.result)
}

function settle(book: Book, message: Message, result: 'accepted' | 'refused'): readonly MessageId[] {
  message.outcome = { n: book.n, result }
  const changed = [message.id]
  if (result === 'accepted') {
    message.wasKnown = true
    for (const receipt of areaList(message)) {
      if (receipt.state === 'pending') message.areas.set(receipt.area, { ...receipt, state: 'accepted' })
    }
  }
  move(message, result)
  if (message.key.type === 'cancel') {
    for (const stopped of relatedOf(book, message)) if (move(stopped, 'halted')) changed.push(stopped.id)
  }
  return changed
}

/** B3: the platform has no such message. It may go out again, unless it was stopped or has expired meanwhile. */
function unknown(message: Message): void {
  if (!move(message, 'unknown')) return
  if (message.stop !== null || message.cancel !== null) move(message, 'stop')
  else if (message.expired) move(message, 'expiry')
}

/** B3: whether what the platform did with an earlier sending can no longer be known. */
function forgot(message: Message, record: Receipt): boolean {
  if (rebooted(message, record.platformBoot)) return true
  if (record.known) return false
  // a platform that does not say when it started, or that had the message and has it no more
  const silent = record.platformBoot === '' || message.sendings.every(({ boot }) => boot === '')
  return silent || (message.wasKnown && !areaList(message).every(isFinal))
}

function rebooted(message: Message, boot: string): boolean {
  return boot !== '' && message.sendings.some((sending) => sending.boot !== '' && sending.boot !== boot)
}

/** @returns whether it is new that the area heard it */
function hear(message: Message, receipt: AreaReceipt): boolean {
  if (!message.body.areas.some(({ area }) => area === receipt.area)) return false
  const isNew = isHeard(receipt) && !message.heard.has(receipt.area)
  if (isNew) message.heard.add(receipt.area)
  message.areas.set(receipt.area, receipt)
  return isNew
}

/** B4: whether a receipt was already taken since the platform answered the message's cancel: what is new now is late. */
function isWatched(book: Book, message: Message): boolean {
  const answered = cancelOutcome(book, message)
  return answered ? (message.receipt?.n ?? 0) > answered.n : false
}

function showPlay(message: Message): void {
  const areas = areaList(message)
  if (areas.some(({ state }) => state === 'playing')) move(message, 'playing')
  else if (areas.every(isFinal) && areas.some(isHeard)) move(message, 'played')
}

function summary(message: Message): string {
  const counts = new Map<string, number>()
  for (const { state } of areaList(message)) counts.set(state, (counts.get(state) ?? 0) + 1)
  return [...counts].map(([state, count]) => `${state} ${count}`).join(', ')
}
