/** Decides an overfill: the level runs past high, or high-high, where the inlet's shut-off valve closes. */

import { levelsOf } from '../../models/limits.ts'
import { keyOf } from '../../models/noise.ts'
import { type Cue, type Effect, lively, pick, type Script, scripted, sensorsOf } from '../script.ts'

const second = 1000

/** Needs a tank level; its own high levels where they are entered, else 85 and 90 %. */
export function tankOverfill(cue: Cue): Script | null {
  const tank = pick(cue, 'tank', sensorsOf(cue.site, 'tank-level'))
  if (!tank) return null
  const { high } = levelsOf(tank)
  const h = high[0] ?? 85
  const hh = high[1] ?? Math.min(h + 5, tank.range[1])
  const isOver = cue.strength === 'orange' || cue.strength === 'red'
  const peak = isOver ? Math.min(hh + 2, tank.range[1]) : h + 0.4 * (hh - h)
  const effects: Effect[] = [
    {
      sensor: tank.id,
      every: 2 * second,
      at: lively(
        [
          [0, null],
          [10 * second, h - 2],
          [50 * second, peak],
          [140 * second, peak - 0.3],
          [300 * second, null],
        ],
        0.05,
        keyOf(cue.seed, tank.id),
      ),
    },
  ]
  const valve = sensorsOf(cue.site, 'valve-state').find((sensor) => sensor.group === tank.group)
  // SH/T 3007 5.4.3 (hazards.md §1.2): high-high closes the inlet.
  if (valve && isOver) effects.push({ sensor: valve.id, every: second, at: shut(45 * second, 240 * second) })
  return scripted('tank-overfill', cue, { duration: 300 * second, effects })
}

/** State 0 between the two times. */
export function shut(from: number, until: number): Effect['at'] {
  return (elapsed, normal) => (elapsed >= from && elapsed < until ? 0 : normal(elapsed))
}
