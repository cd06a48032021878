/** What a reader of `broadcast-log` is shown of a message. */

import type { MessageView } from '../domain/broadcast.ts'
import { areaList } from './areas.ts'
import type { Message } from './book.ts'

/** A value of its own: later records do not change it. */
export function messageView(message: Message): MessageView {
  return {
    id: message.id,
    key: message.key,
    platform: message.platform,
    ebmId: message.ebmId,
    body: message.body,
    state: message.state,
    approval: message.approval,
    requestedBy: message.requestedBy,
    requestedAt: message.requestedAt,
    decidedBy: message.decidedBy,
    decidedAt: message.decidedAt,
    why: message.why,
    attempts: message.sendings.length,
    sentAt: message.sendings.at(0)?.at ?? null,
    closed: message.closed !== null,
    expired: message.expired,
    cancel: message.cancel,
    allClear: message.allClear,
    areas: areaList(message),
    log: [...message.log],
  }
}
