/** What one reading does to its sensor: repeat, late, clock set back, or a verdict of each rule (I1, I2, L1, L2, T3). */

import { isMeasurement, type Quality } from '../domain/reading.ts'
import { levelsDue, levelsOnValue, rearmLevels } from '../rules/levels.ts'
import { newRateWindow, rateOf } from '../rules/rate.ts'
import { heldDue, hold, overtaken, release } from './held.ts'
import type { Output } from './journal.ts'
import { BEHIND_READINGS, CLOCK_MS, HOLD_MS } from './limits.ts'
import { forget, qualityCode, recall, remember } from './memory.ts'
import { markFresh, markStale } from './stale.ts'
import type { EngineState, RuleState, SensorState, SiteState } from './state.ts'
import { plainVerdict, systemRules } from './system-rules.ts'
import { clear, lagOf, publish, raise } from './verdicts.ts'
import { scheduleSensor } from './wheel.ts'

/** Applies the reading to the sensor's state; what follows goes to the journal. */
export function onReading(
  engine: EngineState,
  site: SiteState,
  out: Output,
  sensor: SensorState,
  t: number,
  value: number,
  quality: Quality,
): void {
  const code = qualityCode(quality)
  let wasSetBack = false
  if (t <= sensor.newest) {
    if (recall(sensor.memory, t, value, code) !== 'new') return // I1, I2
    wasSetBack = t < sensor.newest && setBack(engine, sensor, t)
    if (t < sensor.newest && !wasSetBack) {
      remember(sensor.memory, t, value, code)
      spoke(engine, site, out, sensor)
      if (isMeasurement(quality)) overtaken(engine, site, out, sensor, { t, value })
      scheduleSensor(engine, site, sensor, heldDue(sensor))
      return
    }
  }
  if (wasSetBack) reset(sensor, t)
  sensor.behind = 0
  remember(sensor.memory, t, value, code)
  sensor.newest = t
  sensor.value = value
  sensor.quality = code
  spoke(engine, site, out, sensor)
  watchClock(engine, site, out, sensor, t, wasSetBack)
  const mode = modeAt(engine, sensor, t)
  if (sensor.mode !== 'held') sensor.mode = mode
  if (isMeasurement(quality)) {
    if (sensor.stale !== null) markFresh(site, out, sensor)
    evaluate(engine, site, out, sensor, t, value)
  } else {
    markStale(site, out, sensor, 'quality')
  }
  if (sensor.mode === 'held' && mode !== 'held') {
    sensor.mode = mode
    release(site, out, sensor)
  }
  schedulePending(engine, site, sensor)
}

/** A new reading arrived: silence is over. */
function spoke(engine: EngineState, site: SiteState, out: Output, sensor: SensorState): void {
  sensor.lastUp = engine.clock.up
  if (sensor.silenceAlarm === null) return
  clear(site, out, sensor.silenceAlarm, plainVerdict(out.now, null, null, 's'), 0)
  sensor.silenceAlarm = null
  scheduleSensor(engine, site, sensor, sensor.lastUp + sensor.silenceLimit)
}

/** L2: readings that come at the sensor's pace but behind its newest time are a clock set back. */
function setBack(engine: EngineState, sensor: SensorState, t: number): boolean {
  if (sensor.behind === 0 || t <= sensor.behindT) {
    sensor.behind = 1
    sensor.behindUp = engine.clock.up
  } else {
    sensor.behind++
  }
  sensor.behindT = t
  const pace = Math.max(1.5 * sensor.sensor.interval, 2_000)
  return sensor.behind >= BEHIND_READINGS && engine.clock.up - sensor.behindUp >= pace
}

function reset(sensor: SensorState, t: number): void {
  forget(sensor.memory)
  for (const rule of sensor.rules) {
    rearmLevels(rule.levels, t)
    if (rule.rate) Object.assign(rule.rate, newRateWindow())
  }
}

/**
 * P5: a device's clock far ahead of the engine's, or set back, is an alarm without a colour. Event times far behind
 * alone are a backlog (L1), so they raise nothing.
 */
function watchClock(
  engine: EngineState,
  site: SiteState,
  out: Output,
  sensor: SensorState,
  t: number,
  wasSetBack: boolean,
): void {
  const { now } = engine.clock
  if (now === null) return
  const off = Math.round(t - now)
  if (sensor.clockAlarm !== null) {
    if (wasSetBack) sensor.clockOffset = off
    if (Math.abs(off) > CLOCK_MS) return
    clear(site, out, sensor.clockAlarm, plainVerdict(t, off / 1_000, null, 's'), 0)
    sensor.clockAlarm = null
    sensor.clockOffset = 0
  } else if (off > CLOCK_MS || wasSetBack) {
    const verdict = plainVerdict(t, off / 1_000, CLOCK_MS / 1_000, 's')
    const subject = { kind: 'sensor', id: sensor.sensor.id } as const
    sensor.clockAlarm = raise(site, out, { subject, rule: systemRules.clock, verdict, onset: t, lag: 0 })
    sensor.clockOffset = off
  }
}

/**
 * L1: `held` while the sensor catches up (its event time runs faster than time itself), `lagging` when it is late at a
 * steady distance: then verdicts go out, with their lag.
 */
function modeAt(engine: EngineState, sensor: SensorState, t: number): SensorState['mode'] {
  if (lagOf(sensor, engine.clock.now, t) === 0) return 'live'
  const passed = engine.clock.up - sensor.modeUp
  if (sensor.mode !== 'live' && passed < HOLD_MS) return sensor.mode
  const mode = sensor.mode !== 'live' && t - sensor.modeT < 2 * passed ? 'lagging' : 'held'
  sensor.modeUp = engine.clock.up
  sensor.modeT = t
  return mode
}

function evaluate(
  engine: EngineState,
  site: SiteState,
  out: Output,
  sensor: SensorState,
  t: number,
  value: number,
): void {
  for (const state of sensor.rules) {
    const measured = measure(state, t, value)
    if (measured === undefined) continue
    state.measured = measured
    if (levelsOnValue(state.program, state.levels, measured, t, engine.clock.up)) settle(site, out, sensor, state, t)
  }
}

/** The rule's levels changed: to the journal, or into the hold. */
export function settle(site: SiteState, out: Output, sensor: SensorState, state: RuleState, t: number): void {
  if (sensor.mode === 'held') hold(site, out, sensor, state, t)
  else publish(site, out, sensor, state, t, t)
}

function measure(state: RuleState, t: number, value: number): number | undefined {
  const { rule } = state.program
  return state.rate === null || rule.kind !== 'rate' ? value : rateOf(rule, state.rate, t, value)
}

/** Delays and holds run on by ticks where no reading comes (T3, L1). */
export function schedulePending(engine: EngineState, site: SiteState, sensor: SensorState): void {
  for (const { program, levels, held, passed } of sensor.rules) {
    if (levels.pending !== 0) scheduleSensor(engine, site, sensor, levelsDue(program, levels))
    if (held !== null || passed !== null) scheduleSensor(engine, site, sensor, heldDue(sensor))
  }
}
