/** Late data never shouts (P4): verdicts of a sensor that is catching up wait, and what is over by then is only noted. */

import { holds } from '../domain/limit.ts'
import { isWorse, type Severity } from '../domain/severity.ts'
import { emit } from './journal.ts'
import { HOLD_MS } from './limits.ts'
import type { Sample } from './memory.ts'
import type { Passed, RuleState, SensorState, SiteState } from './state.ts'
import type { SensorTurn } from './turn.ts'
import { clear, lagOf, onsetOf, publish, unitOf, verdictOf } from './verdicts.ts'

/** The rule's levels changed at event time `t` while the sensor's verdicts are held (L1). */
export function hold(at: SensorTurn, state: RuleState, t: number): void {
  const held = (state.held ??= { worst: null, onset: t, since: t, cleared: null })
  const verdict = verdictOf(at.sensor, state, t)
  const published = publishedSeverity(at.site, state)
  if (isWorse(verdict.severity, published)) {
    if (held.worst === null) Object.assign(held, { onset: onsetOf(state, t), since: t })
    if (isWorse(verdict.severity, held.worst?.severity ?? null)) held.worst = verdict
    return
  }
  if (held.worst !== null) note(at, state, { ...held, worst: held.worst, end: t })
  held.worst = null
  if (verdict.severity === null && state.alarm !== null) held.cleared ??= verdict
}

/** The hold is over: what is due and still is goes out with its lag; what is over goes to the journal only (P4). */
export function release(at: SensorTurn): void {
  const { sensor, out } = at
  for (const state of sensor.rules) {
    const { held } = state
    if (!held) continue
    state.held = null
    if (held.cleared !== null && state.alarm !== null) {
      clear(at, state.alarm, { verdict: held.cleared, lag: lagOf(sensor, out.engineNow, held.cleared.t) })
      state.alarm = null
    }
    const now = verdictOf(sensor, state, sensor.newest).severity
    if (held.worst !== null && isWorse(held.worst.severity, now)) {
      note(at, state, { ...held, worst: held.worst, end: sensor.newest })
    }
    publish(at, state, { t: sensor.newest, since: held.worst === null ? sensor.newest : held.since })
  }
}

/** What the journal's readers hold of the rule, as far as the hold has not ended it. */
function publishedSeverity(site: SiteState, state: RuleState): Severity | null {
  if (state.alarm === null || state.held?.cleared) return null
  return site.table.get(state.alarm)?.severity ?? null
}

/** A reading that newer ones had overtaken: over before it was known; a run of them past a limit is noted as one. */
export function overtaken(at: SensorTurn, { t, value }: Sample): void {
  for (const state of at.sensor.rules) {
    const { program, passed } = state
    if (program.rule.kind !== 'threshold') continue
    const level = program.order
      .map((i) => program.levels[i])
      .find((l) => l !== undefined && l.onDelay === 0 && holds(l.raise, value))
    if (!level || state.alarm !== null) {
      if (passed) endPassed(at, state, passed)
      continue
    }
    const { op, value: limit } = level.raise
    const worst = { severity: level.severity, level: level.name, t, value, op, limit, unit: unitOf(at.sensor, state) }
    if (!passed) {
      state.passed = { worst, onset: t, end: t, up: at.engine.clock.up }
      continue
    }
    passed.end = Math.max(passed.end, t)
    passed.onset = Math.min(passed.onset, t)
    passed.up = at.engine.clock.up
    if (isWorse(level.severity, passed.worst.severity)) passed.worst = worst
  }
}

/** Open time at which {@link endDue} has something to do; Infinity for never. */
export function heldDue(sensor: SensorState): number {
  let due = Infinity
  for (const { held, passed } of sensor.rules) {
    if (held) due = Math.min(due, sensor.lastUp + HOLD_MS)
    if (passed) due = Math.min(due, passed.up + HOLD_MS)
  }
  return due
}

/** A tick at whole open time `up`: holds end where no newer reading came for a few seconds (L1). */
export function endDue(at: SensorTurn, up: number): void {
  for (const state of at.sensor.rules) {
    if (state.passed && up - state.passed.up >= HOLD_MS) endPassed(at, state, state.passed)
  }
  if (up - at.sensor.lastUp >= HOLD_MS) release(at)
}

function endPassed(at: SensorTurn, state: RuleState, passed: Passed): void {
  state.passed = null
  note(at, state, passed)
}

function note(at: SensorTurn, state: RuleState, what: Pick<Passed, 'worst' | 'onset' | 'end'>): void {
  const { sensor, site, out } = at
  emit(site, out, {
    kind: 'late',
    subject: { kind: 'sensor', id: sensor.sensor.id },
    rule: state.program.ref,
    onset: what.onset,
    end: what.end,
    lag: lagOf(sensor, out.engineNow, what.end),
    verdict: what.worst,
  })
}
