/** What a dispatcher does next, from what the logs say alone: the file to read first. */

import { isWorse } from '../domain/severity.ts'
import { exposed } from './areas.ts'
import { type Message, relatedOf, warns, wasSent } from './book.ts'
import { nextEnding } from './closing.ts'
import { maySend, mustCancelAgain } from './gate.ts'
import { propose } from './propose.ts'
import { type Action, type Situation, stamp } from './situation.ts'
import { awaitsStatus, isAsked, isSettled, wantsCancel } from './watch.ts'

/**
 * The next action, or null when there is nothing to do until a log grows or a timer is due. The same logs give the same
 * action: timers only hold queries back, and the wall clock only withholds (B8).
 *
 * Endings come before intents, intents before what is sent, cancels before warnings, and questions last.
 */
export function decide(s: Situation): Action | null {
  const record = nextEnding(s) ?? propose(s)
  if (record) return { do: 'append', record }
  if (!s.network) return null
  return nextCancel(s) ?? nextWarning(s) ?? nextAllClear(s) ?? nextQuery(s)
}

function send(s: Situation, message: Message): Action {
  return { do: 'send', message, record: { ...stamp(s), kind: 'sending', message: message.key, platformBoot: s.boot } }
}

function nextCancel(s: Situation): Action | null {
  for (const message of s.book.open.values()) {
    if (message.key.type !== 'cancel' || !maySend(s.book, message)) continue
    const fresh = message.state === 'approved' && relatedOf(s.book, message).some((warning) => wantsCancel(s, warning))
    if (fresh || mustCancelAgain(s.book, message)) return send(s, message)
  }
  return null
}

/** The gravest first, then the oldest. */
function nextWarning(s: Situation): Action | null {
  let next: Message | null = null
  for (const message of s.book.open.values()) {
    if (!warns(message) || !maySend(s.book, message) || wantsCancel(s, message)) continue
    if (next === null || isWorse(message.body.severity, next.body.severity)) next = message
  }
  return next && send(s, next)
}

/** Model rule: cancel, ask who heard it, and only then say to those that it is over. */
function nextAllClear(s: Situation): Action | null {
  for (const message of s.book.open.values()) {
    if (message.key.type !== 'all-clear' || !maySend(s.book, message)) continue
    if (wasSent(message)) return send(s, message)
    const lifted = relatedOf(s.book, message)
    if (!lifted.every((warning) => isSettled(s.book, warning))) continue
    const warned = new Set(lifted.flatMap((warning) => exposed(warning).map(({ area }) => area)))
    const areas = message.body.areas.flatMap(({ area }) => (warned.has(area) ? [area] : []))
    const start = s.mark(message.body.site)
    if (areas.length === 0 || start === undefined) continue
    const window = { start, end: start + s.platform.duration }
    return {
      do: 'send',
      message,
      record: { ...stamp(s), kind: 'sending', message: message.key, platformBoot: s.boot, lift: { areas, window } },
    }
  }
  return null
}

/** B3: what had no answer is asked about first; then what an all-clear waits for; then the receipts of what is out. */
function nextQuery(s: Situation): Action | null {
  const candidates = [...s.book.open.values()].filter((message) => isAsked(message) && s.due(message.id))
  const message =
    candidates.find((candidate) => candidate.outcome === null) ??
    candidates.find((candidate) => awaitsStatus(s.book, candidate)) ??
    candidates[0]
  return message ? { do: 'query', message } : null
}
