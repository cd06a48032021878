/** What receipts say of an area, and what is known of each area at the end (P7). */

import type { AreaReceipt, AreaState, TargetArea } from '../domain/broadcast.ts'
import type { AreaCode } from '../domain/ids.ts'
import type { Message } from './book.ts'

const finalStates: ReadonlySet<AreaState> = new Set(['played', 'failed', 'unreached', 'cancelled', 'maybe'])

/** Whether nothing more is expected of the area. */
export function isFinal(receipt: AreaReceipt): boolean {
  return finalStates.has(receipt.state)
}

/** Whether somebody there heard it, by the platform's word. A failure that reached some terminals was heard. */
export function isHeard(receipt: AreaReceipt): boolean {
  return receipt.state === 'playing' || receipt.state === 'played' || (receipt.terminals?.reached ?? 0) > 0
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
