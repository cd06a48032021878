/** Decides a leak: its plume reaches one detector after another, is held, and thins out once the leak is closed. */

import type { Severity } from '@tocsin/core/domain/severity.ts'
import type { Sensor } from '@tocsin/core/domain/site.ts'
import { toxicLevels } from '../../models/limits.ts'
import { keyOf, smoothstep, wander } from '../../models/noise.ts'
import { type Cue, type Effect, pick, type Script, scripted } from '../script.ts'

const second = 1000
/** Wind carries the plume from one detector to the next. */
const apart = 12 * second
const rise = 15 * second
/** Above 25 % IDLH for longer than the 30 s after which it is red (hazards.md §1.2). */
const held = 75 * second
const thinning = 35 * second

/** Needs detectors of one toxic or combustible gas; three of one hazard unit where there are. */
export function gasLeak(cue: Cue): Script | null {
  const detectors = plume(cue)
  if (detectors.length === 0) return null
  const effects = detectors.flatMap((sensor, index): Effect[] => {
    const peak = peaks(sensor, cue.strength)[index]
    if (peak === undefined) return []
    return [
      {
        sensor: sensor.id,
        every: 2 * second,
        at: passing(peak, 2 * second + index * apart, keyOf(cue.seed, sensor.id)),
      },
    ]
  })
  return scripted('gas-leak', cue, { duration: 2 * apart + rise + held + 6 * thinning, effects })
}

function passing(peak: number, arrival: number, key: number): Effect['at'] {
  return (elapsed, normal) => {
    const since = elapsed - arrival
    const after = Math.max(0, since - rise - held)
    // Gusts of ±4 %, so that a red concentration stays red while the leak lasts.
    const gust = 1 + 0.04 * wander(key, elapsed / (8 * second))
    return normal(elapsed) + peak * gust * smoothstep(since / rise) * Math.exp(-after / thinning)
  }
}

/** Up to three detectors of one gas: the hazard unit that has most of them, the order turned by the seed. */
function plume(cue: Cue): Sensor[] {
  const units = new Map<string, Sensor[]>()
  for (const sensor of cue.site.sensors) {
    if (toxicLevels(sensor.quantity) === undefined && sensor.quantity !== 'combustible-gas') continue
    const unit = `${sensor.quantity} ${sensor.group}`
    units.set(unit, [...(units.get(unit) ?? []), sensor])
  }
  const most = Math.max(0, ...[...units.values()].map((sensors) => Math.min(3, sensors.length)))
  const toxicFirst = [...units.values()]
    .filter((sensors) => Math.min(3, sensors.length) === most)
    .toSorted((a, b) => Number(isCombustible(a)) - Number(isCombustible(b)))
  const best = toxicFirst.filter((sensors) => isCombustible(sensors) === isCombustible(toxicFirst[0] ?? []))
  const unit = pick(cue, 'unit', best) ?? []
  const first = Math.max(
    0,
    unit.findIndex((sensor) => sensor === pick(cue, 'first', unit)),
  )
  return [...unit.slice(first), ...unit.slice(0, first)].slice(0, 3)
}

function isCombustible(sensors: readonly Sensor[]): boolean {
  return sensors[0]?.quantity === 'combustible-gas'
}

/** The peaks at the first, second and third detector, in the canonical unit. */
function peaks(sensor: Sensor, strength: Severity): readonly number[] {
  const [al, ah, idlh] = toxicLevels(sensor.quantity) ?? [25, 50, 260]
  switch (strength) {
    case 'blue':
      return [0.7 * al, 0.5 * al, 0.3 * al]
    case 'yellow':
      return [1.3 * al, 0.7 * al, 0.4 * al]
    case 'orange':
      return [1.3 * ah, 1.3 * al, 0.7 * al]
    case 'red': {
      // Where 25 % IDLH is below level 2 (HCN would not be, COCl₂ is not far), level 2 is the least.
      const red = Math.max(0.25 * idlh, ah) * 1.15
      return [red, Math.max(0.3 * red, 1.2 * ah), 1.3 * al]
    }
  }
}
