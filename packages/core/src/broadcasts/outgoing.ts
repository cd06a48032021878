/** The message as it goes to the platform: the same however often it is sent, but for the packet's own id (B3). */

import type { PlatformMessage } from '../domain/broadcast.ts'
import { type Book, type Message, relatedOf } from './book.ts'
import { ebdId } from './ebm-id.ts'

/** @param message one that has a `sending`; the packet's id is that record's number in the chain */
export function outgoing(book: Book, message: Message): PlatformMessage {
  const last = message.sendings.at(-1)
  return {
    ebmId: message.ebmId,
    ebdId: ebdId(message.source, last?.n ?? 0),
    type: message.key.type,
    body: message.body,
    related: relatedOf(book, message).map((related) => related.ebmId),
    sentAt: last?.at ?? message.requestedAt,
  }
}
