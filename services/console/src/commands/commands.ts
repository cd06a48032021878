// Decides what became of each command: pending until the feed echoes it; 3 s without an echo is not delivered (I3).

import type { RefusalReason } from '@tocsin/core/domain/alarm-event.ts'
import type { MessageView } from '@tocsin/core/domain/broadcast.ts'
import type { OfficerCommand } from '@tocsin/core/domain/feed.ts'
import type { Result } from '@tocsin/core/domain/result.ts'
import type { Severity } from '@tocsin/core/domain/severity.ts'
import type { HttpFault } from '../api/http.ts'
import type { Change } from '../feed/fold.ts'

const echoWithin = 3000
/** An acknowledgement may be taken back at a keystroke for this long. */
const undoWithin = 10_000

export type Outcome =
  | { readonly state: 'pending' }
  | { readonly state: 'undelivered' }
  | { readonly state: 'denied'; readonly why: HttpFault['why']; readonly detail: string }
  | { readonly state: 'refused'; readonly reason: RefusalReason; readonly severity: Severity | null }
  | { readonly state: 'done' }

export interface Sent {
  readonly command: OfficerCommand
  /** The page's monotonic clock, ms. */
  readonly at: number
  readonly outcome: Outcome
}

export interface Undo {
  readonly alarm: string
  readonly until: number
}

/** A command without its id, which is minted here. */
export type NewCommand = OfficerCommand extends infer C ? (C extends OfficerCommand ? Omit<C, 'id'> : never) : never

export interface Commands {
  readonly send: (command: NewCommand) => void
  /** The same command under the same id: sent twice it is done once. */
  readonly retry: (target: string) => void
  readonly dismiss: (target: string) => void
  /** The last command for this alarm or message. */
  readonly of: (target: string) => Sent | undefined
  /** The last acknowledgement that can still be taken back. */
  readonly undoable: () => Undo | null
  readonly subscribe: (listener: () => void) => () => void
  readonly take: (change: Change) => void
}

export interface CommandOptions {
  readonly post: (command: OfficerCommand) => Promise<Result<unknown, HttpFault>>
  readonly now: () => number
  readonly later: (ms: number, run: () => void) => void
  readonly mintId: () => string
  /** Commands are off while what is on the page is not of now. */
  readonly isOff: () => boolean
}

function targetOf(command: NewCommand | OfficerCommand): string {
  return 'alarm' in command ? command.alarm : command.message
}

export function makeCommands({ post, now, later, mintId, isOff }: CommandOptions): Commands {
  const sent = new Map<string, Sent>()
  const listeners = new Set<() => void>()
  let undo: Undo | null = null

  const set = (target: string, entry: Sent): void => {
    sent.set(target, entry)
    for (const listener of listeners) listener()
  }

  const settle = (id: string, outcome: Outcome): void => {
    for (const [target, entry] of sent) {
      if (entry.command.id !== id || entry.outcome.state === 'done') continue
      if (outcome.state === 'done' && entry.command.command === 'acknowledge') {
        undo = { alarm: entry.command.alarm, until: now() + undoWithin }
      }
      set(target, { ...entry, outcome })
    }
  }

  const dispatch = (command: OfficerCommand): void => {
    if (isOff()) return
    const target = targetOf(command)
    const own: Sent = { command, at: now(), outcome: { state: 'pending' } }
    set(target, own)
    later(echoWithin, () => {
      if (sent.get(target) === own) settle(command.id, { state: 'undelivered' })
    })
    void post(command).then((answer) => {
      if (answer.ok || sent.get(target)?.command.id !== command.id) return
      const { why, detail } = answer.error
      settle(command.id, why === 'unreachable' ? { state: 'undelivered' } : { state: 'denied', why, detail })
    })
  }

  return {
    send(command) {
      // A second press while the first is under way is the same wish.
      if (sent.get(targetOf(command))?.outcome.state === 'pending') return
      if (command.command === 'unacknowledge') undo = null
      dispatch({ ...command, id: mintId() })
    },
    retry(target) {
      const entry = sent.get(target)
      if (entry?.outcome.state === 'undelivered') dispatch(entry.command)
    },
    dismiss(target) {
      if (sent.delete(target)) for (const listener of listeners) listener()
    },
    of: (target) => sent.get(target),
    undoable() {
      if (undo !== null && now() > undo.until) undo = null
      return undo
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    take({ events, messages }) {
      for (const { content } of events) {
        if (content.kind === 'refused') {
          settle(content.command, { state: 'refused', reason: content.reason, severity: content.severity })
        } else if ('command' in content) settle(content.command, { state: 'done' })
      }
      for (const message of messages) {
        for (const { command } of sent.values()) if (isEchoOf(message, command)) settle(command.id, { state: 'done' })
      }
    },
  }
}

/** Broadcast commands have no event of their own: the message as it is now says whether one was taken. */
function isEchoOf(message: MessageView, command: OfficerCommand): boolean {
  switch (command.command) {
    case 'approve':
      return command.message === message.id && message.decidedAt !== null && message.state !== 'rejected'
    case 'reject':
      return command.message === message.id && message.state === 'rejected'
    case 'stop-broadcast':
      return command.message === message.id && (message.cancel !== null || message.state === 'cancelled')
    case 'request-broadcast':
      // One that the policy asked for is no answer to an officer.
      return command.alarm === message.key.alarm && message.requestedBy !== null
    case 'acknowledge':
    case 'unacknowledge':
    case 'comment':
      return false
  }
}
