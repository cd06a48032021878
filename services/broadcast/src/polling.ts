/** When a platform may be asked about a message: timers hold questions back, and never decide what is sent. */

import { areaList, isFinal } from '@tocsin/core/broadcasts/areas.ts'
import type { Message } from '@tocsin/core/broadcasts/book.ts'
import { isAsked } from '@tocsin/core/broadcasts/watch.ts'
import type { MessageId } from '@tocsin/core/domain/broadcast.ts'
import type { Millis } from '@tocsin/core/domain/ids.ts'
import type { BroadcastStageSettings } from './settings.ts'

const FIRST_PAUSE = 250

export class Polling {
  private readonly settings: BroadcastStageSettings
  private readonly asked = new Map<MessageId, Millis>()
  /** First time it was seen, by the monotonic clock. */
  private readonly seen = new Map<MessageId, Millis>()
  private failures = 0
  private pausedUntil: Millis = -Infinity

  constructor(settings: BroadcastStageSettings) {
    this.settings = settings
  }

  /** Whether the platform may be called at all: not right after it did not answer. */
  ready(now: Millis): boolean {
    return now >= this.pausedUntil
  }

  due(message: Message, now: Millis): boolean {
    return now >= this.dueAt(message, now)
  }

  answered(id: MessageId, now: Millis): void {
    this.asked.set(id, now)
    this.failures = 0
    this.pausedUntil = -Infinity
  }

  failed(id: MessageId, now: Millis): void {
    this.asked.set(id, now)
    this.pausedUntil = now + Math.min(this.settings.maxPause, FIRST_PAUSE * 2 ** this.failures)
    this.failures++
  }

  /** When next something is due; Infinity while nothing is to be asked. */
  nextAt(open: Iterable<Message>, now: Millis): Millis {
    let next = Infinity
    for (const message of open) {
      if (isAsked(message)) next = Math.min(next, this.dueAt(message, now))
    }
    return Math.max(next, this.pausedUntil)
  }

  forget(isOpen: (id: MessageId) => boolean): void {
    for (const id of this.asked.keys()) if (!isOpen(id)) this.asked.delete(id)
    for (const id of this.seen.keys()) if (!isOpen(id)) this.seen.delete(id)
  }

  private dueAt(message: Message, now: Millis): Millis {
    const { id } = message
    const since = this.seen.get(id) ?? now
    this.seen.set(id, since)
    const asked = this.asked.get(id)
    if (asked === undefined) return -Infinity
    const { poll, freshFor } = this.settings
    const isYoung = now - since < freshFor || message.expired || message.outcome === null
    if (isYoung) return asked + poll.fresh
    return asked + (areaList(message).every(isFinal) ? poll.settled : poll.steady)
  }
}
