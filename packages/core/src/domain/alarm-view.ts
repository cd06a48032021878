/** The alarm table: what readers of the journal know of each open alarm, folded from its events. */

import type { AlarmEvent, RuleRef, StaleCause, Verdict } from './alarm-event.ts'
import type { AlarmId, Millis, SiteId, Subject } from './ids.ts'
import { type AlarmInput, type AlarmState, nextAlarmState } from './alarm-state.ts'
import { isWorse, type Severity, severityRank } from './severity.ts'

/** ISA-18.2: active or returned, acknowledged or not. Normal is: not in the table. */
export interface AlarmView {
  readonly id: AlarmId
  readonly site: SiteId
  readonly subject: Subject
  readonly rule: RuleRef
  readonly occurrence: number
  readonly revision: number
  readonly active: boolean
  /** Engine clock at the raise. */
  readonly raisedAt: Millis
  readonly onset: Millis
  readonly lag: Millis
  /** In force now; of a returned alarm, the last one before it returned. */
  readonly severity: Severity | null
  readonly worst: Severity | null
  readonly verdict: Verdict
  readonly returnedAt: Millis | null
  /** The last revision at which it stood at each rank, 0 without colour … 4 red; 0 where it never did (P6). */
  readonly revisionAt: readonly number[]
  readonly acknowledged: { readonly severity: Severity | null; readonly by: string; readonly at: Millis } | null
  readonly stale: { readonly cause: StaleCause; readonly since: Millis } | null
  readonly comments: number
  /** Number of the site's last event that changed this alarm. */
  readonly n: number
  readonly detail?: Readonly<Record<string, string | number>>
}

/** Open alarms by id. An alarm that is over and acknowledged, withdrawn, superseded or corrected away is not in it. */
export type AlarmTable = Map<AlarmId, AlarmView>

/**
 * Applies one event of a site's journal to the table, in place. Events must come in the site's order, each once.
 * @returns the alarm concerned as it is afterwards; null when it left the table or the event concerns none
 */
export function applyEvent(table: AlarmTable, event: AlarmEvent): AlarmView | null {
  const c = event.content
  switch (c.kind) {
    case 'raised':
      return put(table, {
        ...opened(event, c),
        lag: c.lag,
        ...(c.detail === undefined ? {} : { detail: c.detail }),
      })
    case 'corrected':
      if (c.state === 'open') return put(table, opened(event, c))
      table.delete(c.alarm)
      return null
    case 'escalated':
    case 'de-escalated':
      return move(table, { id: c.alarm, n: event.n, input: inputOf(table.get(c.alarm), c.verdict.severity) }, (a) => ({
        revision: c.revision,
        severity: c.verdict.severity,
        verdict: c.verdict,
        worst: isWorse(c.verdict.severity, a.worst) ? c.verdict.severity : a.worst,
        revisionAt: a.revisionAt.with(severityRank(c.verdict.severity), c.revision),
      }))
    case 'cleared':
      return move(table, { id: c.alarm, n: event.n, input: 'clear' }, () => ({
        active: false,
        revision: c.revision,
        returnedAt: event.at,
        stale: null,
        verdict: c.verdict,
      }))
    case 'acknowledged':
      return move(table, { id: c.alarm, n: event.n, input: 'acknowledge' }, () => ({
        acknowledged: { severity: c.severity, by: c.by, at: event.at },
      }))
    case 'unacknowledged':
      return move(table, { id: c.alarm, n: event.n, input: 'unacknowledge' }, () => ({}))
    case 'commented':
      return change(table, { id: c.alarm, n: event.n }, (a) => ({ comments: a.comments + 1 }))
    case 'stale':
      return change(table, { id: c.alarm, n: event.n }, () => ({ stale: { cause: c.cause, since: event.at } }))
    case 'fresh':
      return change(table, { id: c.alarm, n: event.n }, () => ({ stale: null }))
    case 'withdrawn':
    case 'superseded':
      table.delete(c.alarm)
      return null
    case 'late':
    case 'refused':
    case 'configured':
      return null
  }
}

/** Which state of the table the view is in. */
export function alarmStateOf(alarm: AlarmView | undefined): AlarmState {
  if (!alarm) return 'normal'
  if (!alarm.active) return 'returned'
  return alarm.acknowledged ? 'acknowledged' : 'unacknowledged'
}

function inputOf(alarm: AlarmView | undefined, severity: Severity | null): AlarmInput {
  const known = alarm?.acknowledged ?? alarm
  return isWorse(severity, known?.severity ?? null) ? 'worsen' : 'ease'
}

type Patch = (alarm: AlarmView) => Partial<AlarmView>

/** Changes the alarm and the state that the transition table gives; out of the table when it is normal again. */
function move(
  table: AlarmTable,
  { id, n, input }: { readonly id: AlarmId; readonly n: number; readonly input: AlarmInput },
  patch: Patch,
): AlarmView | null {
  const alarm = table.get(id)
  const next = nextAlarmState(alarmStateOf(alarm), input)
  if (!alarm || next === undefined) return null
  if (next === 'normal') {
    table.delete(id)
    return null
  }
  const changed = { ...alarm, ...patch(alarm), n }
  return put(table, next === 'acknowledged' ? changed : { ...changed, acknowledged: null })
}

type Opening = Pick<AlarmView, 'subject' | 'rule' | 'occurrence' | 'revision' | 'onset' | 'verdict'> & {
  alarm: AlarmId
}

function opened(event: AlarmEvent, c: Opening): AlarmView {
  return {
    id: c.alarm,
    site: event.site,
    subject: c.subject,
    rule: c.rule,
    occurrence: c.occurrence,
    revision: c.revision,
    active: true,
    raisedAt: event.at,
    onset: c.onset,
    lag: 0,
    severity: c.verdict.severity,
    worst: c.verdict.severity,
    verdict: c.verdict,
    returnedAt: null,
    revisionAt: [0, 0, 0, 0, 0].with(severityRank(c.verdict.severity), c.revision),
    acknowledged: null,
    stale: null,
    comments: 0,
    n: event.n,
  }
}

function put(table: AlarmTable, alarm: AlarmView): AlarmView {
  table.set(alarm.id, alarm)
  return alarm
}

function change(
  table: AlarmTable,
  { id, n }: { readonly id: AlarmId; readonly n: number },
  patch: Patch,
): AlarmView | null {
  const alarm = table.get(id)
  return alarm ? put(table, { ...alarm, ...patch(alarm), n }) : null
}
