// Decides which broadcast an alarm's row speaks of: the newest that was asked for it.

import type { MessageView } from '@tocsin/core/domain/broadcast.ts'
import type { AlarmId } from '@tocsin/core/domain/ids.ts'

const byList = new WeakMap<readonly MessageView[], ReadonlyMap<AlarmId, MessageView>>()

/** @param messages newest first, as the picture holds them */
export function broadcastOf(messages: readonly MessageView[], alarm: AlarmId): MessageView | undefined {
  let found = byList.get(messages)
  if (found === undefined) {
    found = new Map(messages.toReversed().map((message) => [message.key.alarm, message]))
    byList.set(messages, found)
  }
  return found.get(alarm)
}
