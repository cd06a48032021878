/** Officers' commands: each gets exactly one event that bears its id (I3). */

import { coveredSeverity, refusal, unacknowledgeRefusal } from '../alarms/acknowledge.ts'
import type { RefusalReason } from '../domain/alarm-event.ts'
import type { CommandRecord } from '../domain/site-record.ts'
import { emit, type Output } from './journal.ts'
import { ANSWERED_KEPT } from './limits.ts'
import type { SiteState } from './state.ts'

/** A command may stand in the log twice, where the answer to its append was lost: the repeat gets no answer of its own. */
function isRepeat(site: SiteState, { by, id }: CommandRecord): boolean {
  const name = `${by}/${id}`
  if (site.answered.includes(name)) return true
  site.answered.push(name)
  if (site.answered.length > ANSWERED_KEPT) site.answered.shift()
  return false
}

export function onCommand(site: SiteState, out: Output, command: CommandRecord): void {
  if (isRepeat(site, command)) return
  const { alarm, by, id } = command
  const open = site.table.get(alarm)
  const refuse = (reason: RefusalReason): void => {
    emit(site, out, { kind: 'refused', alarm, by, command: id, reason, severity: open?.severity ?? null })
  }
  switch (command.command) {
    case 'acknowledge': {
      const reason = refusal(open, command)
      if (!open || reason) {
        refuse(reason ?? 'ended')
        return
      }
      const severity = coveredSeverity(open, command)
      emit(site, out, { kind: 'acknowledged', alarm, severity, revision: command.revision, by, command: id })
      return
    }
    case 'unacknowledge': {
      const reason = unacknowledgeRefusal(open)
      if (reason) refuse(reason)
      else emit(site, out, { kind: 'unacknowledged', alarm, by, why: command.why, command: id })
      return
    }
    case 'comment':
      // A closed alarm may be commented on too: the journal is where its story is told.
      emit(site, out, { kind: 'commented', alarm, by, text: command.text, command: id })
      return
  }
}
