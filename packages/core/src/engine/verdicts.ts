/** From a rule's verdict to the journal: raise, escalate, de-escalate, clear (L1 and P4 are in held.ts). */

import type { RuleRef, Verdict } from '../domain/alarm-event.ts'
import type { AlarmView } from '../domain/alarm-view.ts'
import { type AlarmId, alarmId, type Subject } from '../domain/ids.ts'
import { quantityOf } from '../domain/quantity.ts'
import { severityRank } from '../domain/severity.ts'
import { gravest } from '../rules/levels.ts'
import { emit } from './journal.ts'
import { LATE_MS, RETURNED_KEPT } from './limits.ts'
import { occurrenceKey, type RuleState, type SensorState } from './state.ts'
import type { SensorTurn, Turn } from './turn.ts'

/** How late the engine learns of event time `t`, ms; 0 while within max(3 × interval, 60 s), which is live (L1). */
export function lagOf(sensor: SensorState, now: number | null, t: number): number {
  if (now === null) return 0
  const lag = Math.round(now - (t - sensor.clockOffset))
  return lag > Math.max(3 * sensor.sensor.interval, LATE_MS) ? lag : 0
}

/** The rule's verdict now, at event time `t`; severity null when no level is active. */
export function verdictOf(sensor: SensorState, state: RuleState, t: number): Verdict {
  const unit = unitOf(sensor, state)
  const level = state.program.levels[gravest(state.program, state.levels)]
  const value = state.measured
  if (!level) return { severity: null, level: '', t, value, op: null, limit: null, unit }
  return { severity: level.severity, level: level.name, t, value, op: level.raise.op, limit: level.raise.value, unit }
}

/** What the rule's numbers are in: the quantity's unit, of a rate rule per stated time. */
export function unitOf(sensor: SensorState, state: RuleState): string {
  const { unit } = quantityOf(sensor.sensor.quantity)
  const { rule } = state.program
  if (rule.kind !== 'rate') return unit
  const named: Readonly<Record<number, string>> = { 60_000: '/min', 3_600_000: '/h', 86_400_000: '/d' }
  return unit + (named[rule.per] ?? `/${rule.per / 1_000} s`)
}

/** When the alarm's condition began: of the active levels the first. */
export function onsetOf(state: RuleState, t: number): number {
  let onset = t
  for (let i = 0; state.levels.active >> i !== 0; i++) {
    if (state.levels.active & (1 << i)) onset = Math.min(onset, state.levels.onset[i] ?? t)
  }
  return onset
}

/** Makes the journal say what the rule says at event time `t`. `since`: the event time that the lag is counted from. */
export function publish(at: SensorTurn, state: RuleState, when: { readonly t: number; readonly since: number }): void {
  const { sensor, site } = at
  const verdict = verdictOf(sensor, state, when.t)
  const lag = lagOf(sensor, at.out.engineNow, when.since)
  if (verdict.severity === null) {
    if (state.alarm !== null) clear(at, state.alarm, { verdict, lag })
    state.alarm = null
    return
  }
  const open = state.alarm === null ? undefined : site.table.get(state.alarm)
  if (!open) {
    const subject: Subject = { kind: 'sensor', id: sensor.sensor.id }
    state.alarm = raise(at, { subject, rule: state.program.ref, verdict, onset: onsetOf(state, when.t), lag })
    return
  }
  const step = severityRank(verdict.severity) - severityRank(open.severity)
  if (step === 0) return
  const kind = step > 0 ? 'escalated' : 'de-escalated'
  emit(site, at.out, { kind, alarm: open.id, revision: open.revision + 1, lag, verdict })
}

export interface Raise {
  readonly subject: Subject
  readonly rule: RuleRef
  readonly verdict: Verdict
  readonly onset: number
  readonly lag: number
  readonly detail?: Readonly<Record<string, string | number>>
}

/** A new occurrence (A1). @returns its id */
export function raise(at: Turn, what: Raise): AlarmId {
  const { site, out } = at
  const key = occurrenceKey(what.subject, what.rule.id)
  const occurrence = (site.occurrences.get(key) ?? 0) + 1
  site.occurrences.set(key, occurrence)
  const alarm = alarmId({ site: site.id, subject: what.subject, rule: what.rule.id, occurrence })
  if (occurrence > RETURNED_KEPT) supersede(at, alarm, what)
  emit(site, out, { kind: 'raised', alarm, occurrence, revision: 1, ...what })
  return alarm
}

/** The alarm's condition is over; `lag` only where it is learned late. */
export function clear(
  { site, out }: Turn,
  alarm: AlarmId,
  by: { readonly verdict: Verdict; readonly lag?: number },
): void {
  const open = site.table.get(alarm)
  if (!open) return
  emit(site, out, { kind: 'cleared', alarm, revision: open.revision + 1, lag: by.lag ?? 0, verdict: by.verdict })
}

/** Of one rule and subject only so many returned occurrences stay open; the oldest gives way. */
function supersede({ site, out }: Turn, by: AlarmId, what: Raise): void {
  let oldest: AlarmView | undefined
  let count = 0
  for (const alarm of site.table.values()) {
    if (alarm.active || alarm.rule.id !== what.rule.id) continue
    if (alarm.subject.id !== what.subject.id || alarm.subject.kind !== what.subject.kind) continue
    count++
    if (!oldest || alarm.occurrence < oldest.occurrence) oldest = alarm
  }
  if (oldest && count >= RETURNED_KEPT) emit(site, out, { kind: 'superseded', alarm: oldest.id, by })
}
