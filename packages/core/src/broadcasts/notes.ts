/** The lines that an officer reads of a message's log: what happened, by whom, in which words. */

import type { Millis } from '../domain/ids.ts'
import type { Message } from './book.ts'

/** Of a message that is watched for half an hour only the changes are lines, and of those the last ones stay. */
const KEPT_LINES = 60

export interface Line {
  /** A record's kind, or `approve-refused`, `reject-refused`, `stop-refused`, `late`, `accepted`, `refused`, `unknown`. */
  readonly what: string
  readonly who?: string | null
  readonly detail?: string
}

/** Adds a line to the message's log. */
export function note(message: Message, at: Millis, line: Line): void {
  message.log.push({ at, what: line.what, who: line.who ?? null, detail: line.detail ?? '' })
  if (message.log.length > KEPT_LINES) message.log.splice(1, 1)
}
