/** What receipts say of an area, and what is known of each area at the end (P7). */

import type { AreaReceipt, AreaState, PlatformState, TargetArea } from '../domain/broadcast.ts'
import type { AreaCode } from '../domain/ids.ts'
import type { Message } from './book.ts'

const finalStates: ReadonlySet<AreaState> = new Set(['played', 'failed', 'unreached', 'cancelled', 'maybe'])

/** Whether nothing more is expected of the area. */
export function isFinal(receipt: AreaReceipt): boolean {
  return finalStates.has(receipt.state)
}

const heardStates: ReadonlySet<AreaState> = new Set(['playing', 'played', 'maybe'])

/** Whether somebody there heard it, or may have, by the platform's word. A failure that reached some terminals was heard. */
export function isHeard(receipt: AreaReceipt): boolean {
  return heardStates.has(receipt.state) || (receipt.terminals?.reached ?? 0) > 0
}

type Known = PlatformState & { readonly known: true }

/** 4 of GD/J 082 is also a partial failure: where no village is named, each may have heard it. */
const overallStates: Readonly<Record<Known['state'], AreaState>> = {
  pending: 'accepted',
  waiting: 'accepted',
  playing: 'playing',
  played: 'played',
  failed: 'maybe',
  cancelled: 'cancelled',
}

/** What a platform's answer says of each area of the message; of those that it does not name, its overall state. */
export function receiptsOf(message: Message, state: PlatformState): readonly AreaReceipt[] {
  if (!state.known) return []
  if (state.areas.length > 0) return state.areas
  return message.body.areas.map(({ area }) => blank(area, overallStates[state.state]))
}

/** Areas where it was or may have been heard, as far as is known; B3: everywhere, if the platform may have forgotten. */
export function exposed(message: Message): readonly TargetArea[] {
  return message.body.areas.filter(({ area }) => message.suspect || message.heard.has(area))
}

/** Areas where it was, may have been or may yet be heard. */
export function reachable(message: Message): readonly TargetArea[] {
  if (message.closed !== null) return exposed(message)
  return message.body.areas.filter(({ area }) => {
    const receipt = message.areas.get(area)
    return message.suspect || message.heard.has(area) || !receipt || !isFinal(receipt)
  })
}

/** Every area of the message with a state for each: pending where nothing is known. */
export function areaList(message: Message): readonly AreaReceipt[] {
  return message.body.areas.map(({ area }) => message.areas.get(area) ?? blank(area, 'pending'))
}

/** P7: what becomes of each area when the message ends; nothing stays pending. */
export function finalAreas(message: Message, given: { readonly abandoned: boolean }): readonly AreaReceipt[] {
  if (message.sendings.length === 0) return message.body.areas.map(({ area }) => blank(area, 'unreached'))
  return areaList(message).map((receipt) => {
    const heard = message.heard.has(receipt.area)
    if (heard && !isFinal(receipt)) return { ...receipt, state: 'played' }
    if (heard || (isFinal(receipt) && !message.suspect)) return receipt
    return { ...receipt, state: message.suspect || given.abandoned ? 'maybe' : 'unreached' }
  })
}

function blank(area: AreaCode, state: AreaState): AreaReceipt {
  return { area, state, terminals: null, detail: '' }
}
