/** The states of a broadcast message as a table: which state follows from which input. */

import type { MessageState } from '../domain/broadcast.ts'

/**
 * `unknown`: the platform has no such message; `again`: a cancel that must be repeated (B4); `halted`: its cancel was
 * taken by the platform.
 */
export type MessageInput =
  | 'approve'
  | 'reject'
  | 'lapse'
  | 'stop'
  | 'expiry'
  | 'sending'
  | 'again'
  | 'accepted'
  | 'refused'
  | 'unknown'
  | 'playing'
  | 'played'
  | 'halted'

export type CloseReason = 'played' | 'expired' | 'rejected' | 'refused' | 'cancelled' | 'superseded' | 'alarm-over'

/** What is not in the table does not happen: the record changes nothing. */
export const messageTransitions: Readonly<Record<MessageState, Readonly<Partial<Record<MessageInput, MessageState>>>>> =
  {
    'awaiting-approval': { approve: 'approved', reject: 'rejected', stop: 'cancelled', expiry: 'expired' },
    // B8: what was released and then not sent for long needs an approval anew
    approved: { sending: 'sending', lapse: 'awaiting-approval', stop: 'cancelled', expiry: 'expired' },
    // B3: a platform that has no such message lets it be sent again, under the same id
    sending: { accepted: 'accepted', refused: 'refused', unknown: 'approved', stop: 'cancelled' },
    accepted: { playing: 'playing', played: 'played', halted: 'cancelled', again: 'sending' },
    playing: { played: 'played', halted: 'cancelled' },
    played: { playing: 'playing' },
    refused: { accepted: 'accepted', again: 'sending' },
    // B4: what plays although it was stopped is shown as playing
    cancelled: { playing: 'playing' },
    rejected: {},
    expired: {},
    superseded: {},
  }

/** The state in which a message is shown after it was closed for this reason. */
export const closedStates: Readonly<Record<CloseReason, MessageState>> = {
  played: 'played',
  expired: 'expired',
  rejected: 'rejected',
  refused: 'refused',
  cancelled: 'cancelled',
  superseded: 'superseded',
  'alarm-over': 'cancelled',
}

/** The state after the input; undefined where the table has none. */
export function nextMessageState(state: MessageState, input: MessageInput): MessageState | undefined {
  return messageTransitions[state][input]
}
