/** Decides a storm over a tailings pond, a day pressed into minutes: rain, the pool rises, the beach shrinks, seepage lags. */

import type { Severity } from '@tocsin/core/domain/severity.ts'
import type { Sensor } from '@tocsin/core/domain/site.ts'
import { levelsOf } from '../../models/limits.ts'
import { keyOf } from '../../models/noise.ts'
import { type Cue, type Effect, lively, type Script, scripted, sensorsOf, track } from '../script.ts'

const second = 1000
const duration = 420 * second

/** How many of a sensor's levels the pool passes. */
const passed: Record<Severity, number> = { blue: 1, yellow: 2, orange: 3, red: 4 }
/** Rain of the past hour, mm. */
const rain: Record<Severity, number> = { blue: 18, yellow: 26, orange: 33, red: 48 }

/** Needs a pool level with at least one limit of its own. */
export function storm(cue: Cue): Script | null {
  const pools = sensorsOf(cue.site, 'pool-level').filter((sensor) => levelsOf(sensor).high.length > 0)
  if (pools.length === 0) return null
  const effects: Effect[] = [
    ...pools.map((sensor) => ({ sensor: sensor.id, every: second, at: pool(sensor, cue) })),
    ...sensorsOf(cue.site, 'rainfall').map((sensor) => steady(sensor, rain[cue.strength], [0, 12, 60, 240])),
    ...sensorsOf(cue.site, 'beach-length', 'freeboard').map((sensor) =>
      shrink(sensor, cue.strength, [4, 36, 160, 400]),
    ),
    ...sensorsOf(cue.site, 'phreatic-depth').map((sensor, index) =>
      // The wettest two only: six at once would be a flood of their own.
      shrink(sensor, index < 2 ? cue.strength : 'blue', [60, 200, 280, 420]),
    ),
    ...sensorsOf(cue.site, 'seepage-flow').map((sensor) => steady(sensor, 19, [60, 200, 280, 420])),
    ...sensorsOf(cue.site, 'turbidity').map((sensor) => steady(sensor, 19, [30, 120, 240, 400])),
  ]
  return scripted('storm', cue, { duration, effects })
}

/** To just below the first limit in 8 s, past the last one by 28 s, held for two minutes, gone after four more. */
function pool(sensor: Sensor, { strength, seed }: Cue): Effect['at'] {
  const { high } = levelsOf(sensor)
  const count = Math.min(high.length, passed[strength])
  const first = high[0] ?? 0
  const last = high[count - 1] ?? first
  const next = high[count]
  const top = next === undefined ? last + 0.12 : (last + next) / 2
  const line = [
    [0, null],
    [8 * second, first - 0.05],
    [28 * second, top],
    [150 * second, top + (next === undefined ? 0.05 : 0)],
    [400 * second, null],
  ] as const
  return lively(line, 0.006, keyOf(seed, sensor.id))
}

/** Rises to a value, stays, returns: four times in seconds. */
function steady(
  sensor: Sensor,
  value: number,
  [from, up, down, over]: readonly [number, number, number, number],
): Effect {
  const at = track([
    [from * second, null],
    [up * second, value],
    [down * second, value],
    [over * second, null],
  ])
  return { sensor: sensor.id, every: 4 * second, at }
}

/** Towards the mildest of its low limits: past it in a storm that goes to red, else short of it. */
function shrink(sensor: Sensor, strength: Severity, times: readonly [number, number, number, number]): Effect {
  const { low } = levelsOf(sensor)
  const mildest = low[0] ?? sensor.range[0]
  const gap = mildest - (low[1] ?? 0.9 * mildest)
  return steady(sensor, strength === 'red' ? mildest - 0.4 * gap : mildest + 0.5 * gap, times)
}
