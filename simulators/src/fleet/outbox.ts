/** Decides what a sensor gateway keeps while it cannot send, in which order it sends, and what it sends again. */

import { uniform } from '../models/noise.ts'

/** A message as it goes out; sent again it is the same bytes. */
export interface Outgoing {
  readonly topic: string
  readonly payload: Uint8Array
  readonly readings: number
}

/**
 * First in, first out, bounded; at most `window` messages are sent and not acknowledged. When it is full the oldest
 * message not yet sent gives way, as in a device with a ring of flash.
 */
export interface Outbox {
  push(message: Outgoing): void
  /** The next message to send, which is then in flight; undefined when there is none or the window is full. */
  next(): Outgoing | undefined
  acknowledged(message: Outgoing): void
  /** The connection is gone: what was in flight stands first in the queue again. */
  returnAll(): void
  /** The newest `count` messages change places among themselves, as a device does that flushes two stores. */
  shuffleTail(count: number, key: number): void
  /** Messages waiting, in flight, and given up for want of room. */
  counts(): { readonly waiting: number; readonly inFlight: number; readonly overflowed: number }
}

export function createOutbox({ capacity, window }: { readonly capacity: number; readonly window: number }): Outbox {
  let queue: Outgoing[] = []
  let head = 0
  let overflowed = 0
  const inFlight = new Set<Outgoing>()

  function shift(): Outgoing | undefined {
    const message = queue[head]
    if (message === undefined) return undefined
    head += 1
    if (head > 1024 && head * 2 > queue.length) {
      queue = queue.slice(head)
      head = 0
    }
    return message
  }

  return {
    push(message) {
      queue.push(message)
      if (queue.length - head > capacity && shift()) overflowed += 1
    },
    next() {
      if (inFlight.size >= window) return undefined
      const message = shift()
      if (message) inFlight.add(message)
      return message
    },
    acknowledged(message) {
      inFlight.delete(message)
    },
    returnAll() {
      queue = [...inFlight, ...queue.slice(head)]
      head = 0
      inFlight.clear()
    },
    shuffleTail(count, key) {
      const from = Math.max(head, queue.length - count)
      const tail = queue.slice(from).map((message, index) => ({ message, order: uniform(key, index) }))
      queue = [...queue.slice(0, from), ...tail.toSorted((a, b) => a.order - b.order).map(({ message }) => message)]
    },
    counts: () => ({ waiting: queue.length - head, inFlight: inFlight.size, overflowed }),
  }
}
