/** Which villages are owed an all-clear, of which warnings, and which must wait because a newer one is on its way (B5). */

import type { TargetArea } from '../domain/broadcast.ts'
import type { AlarmId, AreaCode } from '../domain/ids.ts'
import { exposed, reachable } from './areas.ts'
import { type Book, type Message, warns, wasSent } from './book.ts'
import { factOf, isOver, type Situation } from './situation.ts'
import { isSettled } from './watch.ts'

/** An all-clear to be asked for. */
export interface Owed {
  /** The alarm of the newest warning that it lifts. */
  readonly alarm: AlarmId
  /** What it lifts, oldest first. */
  readonly lifts: readonly Message[]
  readonly areas: readonly TargetArea[]
}

/** What is owed now and not yet asked for, by alarm. */
export function owedAllClears(s: Situation): readonly Owed[] {
  const warned = [...s.book.messages.values()].filter((message) => warns(message) && wasSent(message))
  const over = warned.filter((message) => isOver(s, message))
  if (over.length === 0) return []
  const clears = allClears(s.book)
  const active = warned.filter((message) => !isOver(s, message))
  const byArea = new Map<AreaCode, { area: TargetArea; messages: Message[] }>()
  for (const message of over) {
    for (const area of audience(s.book, message)) {
      if (!isOwed(s, { message, area: area.area, clears: clears.get(message.id) ?? [] })) continue
      if (active.some((newer) => isNewer(newer, message) && reaches(newer, area.area))) continue
      const entry = byArea.get(area.area)
      if (entry) entry.messages.push(message)
      else byArea.set(area.area, { area, messages: [message] })
    }
  }
  return group([...byArea.values()])
}

/** A village hears one all-clear for all that is over there: that of its newest warning's alarm. */
function group(entries: readonly { area: TargetArea; messages: Message[] }[]): readonly Owed[] {
  const owed = new Map<AlarmId, { lifts: Set<Message>; areas: TargetArea[] }>()
  for (const { area, messages } of entries) {
    const newest = messages.toSorted((a, b) => firstSent(a) - firstSent(b)).at(-1)
    if (!newest) continue
    const entry = owed.get(newest.key.alarm) ?? { lifts: new Set<Message>(), areas: [] }
    for (const message of messages) entry.lifts.add(message)
    entry.areas.push(area)
    owed.set(newest.key.alarm, entry)
  }
  return [...owed].map(([alarm, { lifts, areas }]) => ({
    alarm,
    lifts: [...lifts].toSorted((a, b) => a.n - b.n),
    areas,
  }))
}

/** Who must hear that it is over: once the platform was asked, who was or may have been warned; before, whoever may be. */
function audience(book: Book, message: Message): readonly TargetArea[] {
  return isSettled(book, message) ? exposed(message) : reachable(message)
}

interface Claim {
  readonly message: Message
  readonly area: AreaCode
  readonly clears: readonly Message[]
}

function isOwed(s: Situation, { message, area, clears }: Claim): boolean {
  const revision = factOf(s, message)?.revision
  for (const clear of clears) {
    // a person said no: only a new state of the alarm, or a stop after it, asks again
    const declined = clear.state === 'rejected' || clear.state === 'refused' || clear.stop !== null
    if (declined && clear.key.revision === revision && clear.n > (message.stop?.n ?? 0)) return false
    if (clear.body.areas.some((target) => target.area === area) && covers(clear, message)) return false
  }
  return true
}

function covers(clear: Message, message: Message): boolean {
  if (clear.outcome?.result !== 'accepted') return clear.closed === null
  // B3, B4: if the platform may have forgotten, one all-clear goes to everyone after the warning's end
  return !message.suspect || message.endedN === null || (clear.sendings.at(-1)?.n ?? 0) > message.endedN
}

function allClears(book: Book): ReadonlyMap<string, readonly Message[]> {
  const found = new Map<string, Message[]>()
  for (const message of book.messages.values()) {
    if (message.key.type !== 'all-clear') continue
    for (const id of message.body.related) {
      const list = found.get(id)
      if (list) list.push(message)
      else found.set(id, [message])
    }
  }
  return found
}

/** Whether an all-clear of the message was ever released: its repeat needs no second release (B4). */
export function wasReleased(book: Book, message: Message): boolean {
  return (allClears(book).get(message.id) ?? []).some(({ sendings }) => sendings.length > 0)
}

function isNewer(a: Message, b: Message): boolean {
  return firstSent(a) > firstSent(b)
}

function reaches(message: Message, area: AreaCode): boolean {
  return reachable(message).some((target) => target.area === area)
}

function firstSent(message: Message): number {
  return message.sendings.at(0)?.n ?? 0
}
