/** The fold of `broadcast-log`: what each record changes, and which records change nothing (B1, B6, B7). */

import { type BroadcastRecord, type MessageId, messageId } from '../domain/broadcast.ts'
import { canonical } from '../domain/canonical.ts'
import type { Hash } from '../domain/ids.ts'
import { type Book, type Books, bookOf, type Message } from './book.ts'
import { ebmId } from './ebm-id.ts'
import { foldAct } from './fold-acts.ts'
import { foldAnswer, foldSending } from './fold-answers.ts'
import { note } from './notes.ts'
import { closedStates } from './transitions.ts'

/** SHA-256 of the text's UTF-8, lower-case hex; handed in, so that core needs no library. */
export type Sha256 = (text: string) => Hash

/** What a record did. */
export interface Folded {
  /** Its number in the platform's chain (B7). */
  readonly n: number
  /** Whether it counts; a sending that does not must not be followed by a send (B1). */
  readonly counts: boolean
  /** Messages whose view changed. */
  readonly changed: readonly MessageId[]
}

/** Heads older than this many records are no longer known to a running fold. */
const RECENT_HEADS = 4096
const KEPT_FAULTS = 100

/** Applies the next record of the partition to its platform's book, in place. */
export function foldBroadcast(books: Books, record: BroadcastRecord, sha256: Sha256): Folded {
  const book = bookOf(books, record.platform)
  if (record.kind === 'claim' || record.kind === 'close') checkHead(book, record.head)
  chain(book, record, sha256)
  if (record.kind === 'claim') {
    book.claim = record.claim
    return { n: book.n, counts: true, changed: [] }
  }
  // B1: what a dispatcher under an earlier claim wrote no longer counts
  if ('claim' in record && record.claim !== book.claim) return { n: book.n, counts: false, changed: [] }
  const changed = apply(book, record)
  return { n: book.n, counts: changed !== null, changed: changed ?? [] }
}

/** B7: every record is numbered and chained, also one that does not count. */
function chain(book: Book, record: BroadcastRecord, sha256: Sha256): void {
  book.n++
  book.head = sha256(canonical({ v: 1, n: book.n, prev: book.head, record }))
  book.recent.set(book.n, book.head)
  book.recent.delete(book.n - RECENT_HEADS)
}

function checkHead(book: Book, head: { readonly n: number; readonly hash: Hash }): void {
  const found = book.recent.get(head.n)
  if (found === head.hash || (found === undefined && head.n < book.n)) return
  book.broken.push({ n: head.n, expected: head.hash, found: found ?? '' })
}

type Counted = Exclude<BroadcastRecord, { kind: 'claim' }>

function apply(book: Book, record: Counted): readonly MessageId[] | null {
  switch (record.kind) {
    case 'request':
      book.requests.set(record.id, { id: record.id, by: record.by, alarm: record.alarm })
      return []
    case 'intent':
      return open(book, record)
    case 'fault':
      if (record.request !== undefined) book.requests.delete(record.request)
      book.faults.push({ at: record.at, code: record.code, detail: record.detail })
      if (book.faults.length > KEPT_FAULTS) book.faults.shift()
      return []
    case 'approve':
    case 'reject':
    case 'stop':
    case 'lapse':
    case 'expiry':
      return withMessage(book, record, (message) => foldAct(book, message, record))
    case 'sending':
      return withMessage(book, record, (message) => foldSending(book, message, record))
    case 'outcome':
    case 'receipt':
      return withMessage(book, record, (message) => foldAnswer(book, message, record))
    case 'close':
      return withMessage(book, record, (message) => {
        if (message.closed !== null) return null
        message.closed = record.reason
        message.state = closedStates[record.reason]
        for (const receipt of record.areas) message.areas.set(receipt.area, receipt)
        book.open.delete(message.id)
        note(message, record.at, { what: 'close', detail: record.reason })
        return [message.id]
      })
  }
}

function withMessage(
  book: Book,
  record: Extract<Counted, { message: unknown }>,
  change: (message: Message) => readonly MessageId[] | null,
): readonly MessageId[] | null {
  const message = book.messages.get(messageId(record.message))
  return message ? change(message) : null
}

type Intent = Extract<BroadcastRecord, { kind: 'intent' }>

function open(book: Book, record: Intent): readonly MessageId[] | null {
  if (record.request !== undefined) book.requests.delete(record.request)
  const id = messageId(record.message)
  // B6: the first record that asks for a message is the one that counts
  if (book.messages.has(id)) return null
  const rank = (book.ranks.get(record.day) ?? 0) + 1
  book.ranks.set(record.day, rank)
  const automatic = record.approval === 'automatic'
  const message: Message = {
    id,
    key: record.message,
    platform: record.platform,
    source: record.source,
    rank,
    ebmId: ebmId(record.source, record.day, rank) ?? '',
    n: book.n,
    approval: record.approval,
    requestedBy: record.by,
    requestedAt: record.at,
    body: record.body,
    state: automatic ? 'approved' : 'awaiting-approval',
    releasedAt: automatic ? record.at : null,
    decidedBy: null,
    decidedAt: null,
    decision: null,
    why: '',
    stop: null,
    expired: false,
    sendings: [],
    outcome: null,
    receipt: null,
    wasKnown: false,
    suspect: false,
    endedN: null,
    heard: new Set(),
    lateN: null,
    areas: new Map(),
    closed: null,
    cancel: null,
    allClear: null,
    log: [],
  }
  book.messages.set(id, message)
  book.open.set(id, message)
  const siblings = book.byAlarm.get(record.message.alarm)
  if (siblings) siblings.push(id)
  else book.byAlarm.set(record.message.alarm, [id])
  note(message, record.at, { what: 'intent', who: record.by, detail: record.approval })
  return [id, ...link(book, message)]
}

/** Tells the messages that this one is about. */
function link(book: Book, message: Message): readonly MessageId[] {
  if (message.key.type !== 'cancel' && message.key.type !== 'all-clear') return []
  const changed: MessageId[] = []
  for (const id of message.body.related) {
    const about = book.messages.get(id)
    if (!about) continue
    if (message.key.type === 'cancel') about.cancel = message.id
    else about.allClear = message.id
    changed.push(id)
  }
  return changed
}
