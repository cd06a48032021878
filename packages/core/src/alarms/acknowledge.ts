/** Whether an officer's act on an alarm is carried out, or why not (P6). */

import type { RefusalReason } from '../domain/alarm-event.ts'
import { nextAlarmState } from '../domain/alarm-state.ts'
import { alarmStateOf, type AlarmView } from '../domain/alarm-view.ts'
import { isWorse, type Severity, severityRank } from '../domain/severity.ts'

/** What the officer saw: the severity in force at that revision. */
export interface Seen {
  readonly severity: Severity | null
  readonly revision: number
}

/**
 * P6: an acknowledgement covers what the officer saw, never something worse. It is refused when the alarm stood at a
 * graver severity at any revision after the one named, or when the severity named is not that of the present revision.
 */
export function refusal(alarm: AlarmView | undefined, seen: Seen): RefusalReason | null {
  const state = alarmStateOf(alarm)
  if (!alarm) return 'ended'
  if (state === 'acknowledged') return 'already-acknowledged'
  if (nextAlarmState(state, 'acknowledge') === undefined) return 'ended'
  const rank = severityRank(seen.severity)
  if (seen.revision > alarm.revision) return 'worsened'
  const worse = alarm.revisionAt.some((revision, r) => r > rank && revision > 0 && revision > seen.revision)
  if (worse) return 'worsened'
  const isPresent = seen.revision === alarm.revision
  return isPresent && severityRank(alarm.severity) > rank ? 'worsened' : null
}

/** What an acknowledgement that is not refused covers: never more than was in force, whatever it names (P6). */
export function coveredSeverity(alarm: AlarmView, seen: Seen): Severity | null {
  if (seen.revision === alarm.revision) return alarm.severity
  return isWorse(seen.severity, alarm.worst) ? alarm.worst : seen.severity
}

/** An acknowledgement can be taken back while the alarm stands acknowledged. */
export function unacknowledgeRefusal(alarm: AlarmView | undefined): RefusalReason | null {
  if (!alarm) return 'ended'
  return nextAlarmState(alarmStateOf(alarm), 'unacknowledge') === undefined ? 'not-acknowledged' : null
}
