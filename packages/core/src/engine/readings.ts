/** What one reading does to its sensor: repeat, late, clock set back, or a verdict of each rule (I1, I2, L1, L2, T3). */

import { isMeasurement, qualities } from '../domain/reading.ts'
import { levelsDue, levelsOnValue, rearmLevels } from '../rules/levels.ts'
import { newRateWindow, rateOf } from '../rules/rate.ts'
import { heldDue, hold, overtaken, release } from './held.ts'
import { BEHIND_ARRIVALS, CLOCK_MS, HOLD_MS } from './limits.ts'
import { forget, recall, remember, type Sample } from './memory.ts'
import { markFresh, markStale } from './stale.ts'
import type { RuleState, SensorState } from './state.ts'
import { plainVerdict, systemRules } from './system-rules.ts'
import type { Place, SensorTurn } from './turn.ts'
import { clear, lagOf, publish, raise } from './verdicts.ts'
import { scheduleSensor } from './wheel.ts'

/** Applies the reading to the sensor's state; what follows goes to the journal. */
export function onReading(at: SensorTurn, sample: Sample): void {
  const { sensor } = at
  const { t } = sample
  const measures = isMeasurement(qualities[sample.code] ?? 'fault')
  let wasSetBack = false
  if (t <= sensor.newest) {
    const known = recall(sensor.memory, sample)
    if (known === 'repeat') return // I1
    wasSetBack = t < sensor.newest && setBack(at, t)
    if (known === 'forgotten' && !wasSetBack) return // I2
    if (t < sensor.newest && !wasSetBack) {
      remember(sensor.memory, sample)
      spoke(at)
      if (measures) overtaken(at, sample)
      scheduleSensor(at, sensor, heldDue(sensor))
      return
    }
  }
  if (wasSetBack) reset(sensor, t)
  sensor.behind = 0
  remember(sensor.memory, sample)
  sensor.newest = t
  sensor.value = sample.value
  sensor.quality = sample.code
  spoke(at)
  watchClock(at, t, wasSetBack)
  const mode = modeAt(at, t)
  if (sensor.mode !== 'held') sensor.mode = mode
  if (measures) {
    if (sensor.stale !== null) markFresh(at)
    evaluate(at, sample)
  } else {
    markStale(at, 'quality')
  }
  if (sensor.mode === 'held' && mode !== 'held') {
    sensor.mode = mode
    release(at)
  }
  schedulePending(at, sensor)
}

/** A new reading arrived: silence is over. */
function spoke(at: SensorTurn): void {
  const { sensor } = at
  sensor.lastUp = at.engine.clock.up
  if (sensor.silenceAlarm === null) return
  clear(at, sensor.silenceAlarm, { verdict: plainVerdict(at.out.now, null, null) })
  sensor.silenceAlarm = null
  scheduleSensor(at, sensor, sensor.lastUp + sensor.silenceLimit)
}

/**
 * L2: readings that come at the sensor's pace but behind its newest time are a clock set back, however far behind. Their
 * event time runs as time does; a backlog's runs faster.
 */
function setBack({ engine, sensor }: SensorTurn, t: number): boolean {
  const { interval } = sensor.sensor
  const { up } = engine.clock
  const goesOn = sensor.behind > 0 && t > sensor.behindT && up - sensor.behindUp <= sensor.silenceLimit
  if (!goesOn) {
    sensor.behind = 0
    sensor.behindFromUp = up
    sensor.behindFromT = t
  }
  // What comes in one go counts once.
  if (!goesOn || up > sensor.behindUp) sensor.behind++
  sensor.behindT = t
  sensor.behindUp = up
  const passed = up - sensor.behindFromUp
  const went = t - sensor.behindFromT
  if (sensor.behind < BEHIND_ARRIVALS || passed < Math.max(1.5 * interval, 2_000)) return false
  return went > passed / 2 && went < passed * 2
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
function watchClock(at: SensorTurn, t: number, wasSetBack: boolean): void {
  const { sensor } = at
  const { now } = at.engine.clock
  if (now === null) return
  const off = Math.round(t - now)
  if (sensor.clockAlarm !== null) {
    if (wasSetBack) sensor.clockOffset = off
    if (Math.abs(off) > CLOCK_MS) return
    clear(at, sensor.clockAlarm, { verdict: plainVerdict(t, off / 1_000, null) })
    sensor.clockAlarm = null
    sensor.clockOffset = 0
  } else if (off > CLOCK_MS || wasSetBack) {
    const verdict = plainVerdict(t, off / 1_000, CLOCK_MS / 1_000)
    const subject = { kind: 'sensor', id: sensor.sensor.id } as const
    sensor.clockAlarm = raise(at, { subject, rule: systemRules.clock, verdict, onset: t, lag: 0 })
    sensor.clockOffset = off
  }
}

/**
 * L1: `held` while the sensor catches up (its event time runs faster than time itself), `lagging` when it is late at a
 * steady distance: then verdicts go out, with their lag.
 */
function modeAt({ engine, sensor }: SensorTurn, t: number): SensorState['mode'] {
  if (lagOf(sensor, engine.clock.now, t) === 0) return 'live'
  const passed = engine.clock.up - sensor.modeUp
  if (sensor.mode !== 'live' && passed < HOLD_MS) return sensor.mode
  const mode = sensor.mode !== 'live' && t - sensor.modeT < 2 * passed ? 'lagging' : 'held'
  sensor.modeUp = engine.clock.up
  sensor.modeT = t
  return mode
}

function evaluate(at: SensorTurn, sample: Sample): void {
  const { up } = at.engine.clock
  for (const state of at.sensor.rules) {
    const value = measure(state, sample)
    if (value === undefined) continue
    state.measured = value
    if (levelsOnValue(state.program, state.levels, { value, t: sample.t, up })) settle(at, state, sample.t)
  }
}

/** The rule's levels changed at event time `t`: to the journal, or into the hold. */
export function settle(at: SensorTurn, state: RuleState, t: number): void {
  if (at.sensor.mode === 'held') hold(at, state, t)
  else publish(at, state, { t, since: t })
}

function measure(state: RuleState, sample: Sample): number | undefined {
  const { rule } = state.program
  return state.rate === null || rule.kind !== 'rate' ? sample.value : rateOf(rule, state.rate, sample)
}

/** Holds run on by ticks where no reading comes, delays too unless the sensor is stale (T3, L1). */
export function schedulePending(place: Place, sensor: SensorState): void {
  scheduleSensor(place, sensor, heldDue(sensor))
  if (sensor.stale !== null) return
  for (const { program, levels } of sensor.rules) {
    if (levels.pending !== 0) scheduleSensor(place, sensor, levelsDue(program, levels))
  }
}
