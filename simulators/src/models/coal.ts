/** Decides the normal values in coal mines (hazards.md §2.1): shifts move methane and dust, the fan holds the rest. */

import type { QuantityId } from '@tocsin/core/domain/quantity.ts'
import type { Sensor } from '@tocsin/core/domain/site.ts'
import { type Band, fitted, spread } from './band.ts'
import { between, keyOf, smoothstep, wander, white } from './noise.ts'
import type { Model, Place } from './place.ts'
import { day, hour, hourOfDay, minute } from './weather.ts'

interface Behaviour {
  /** hazards.md §2.1. */
  readonly band: Band
  /** Where in the band the sensor lives, as shares of it. */
  readonly home: Band
  /** Shares of the band: with the working shifts, over the half hour, from sample to sample. */
  readonly shift: number
  readonly drift: number
  readonly noise: number
}

const behaviours: Partial<Record<QuantityId, Behaviour>> = {
  methane: { band: [0, 0.3], home: [0.15, 0.55], shift: 0.15, drift: 0.13, noise: 0.03 },
  'mine-carbon-monoxide': { band: [0, 2], home: [0.2, 0.5], shift: 0.15, drift: 0.15, noise: 0.03 },
  'mine-temperature': { band: [17.8, 27.4], home: [0.25, 0.65], shift: 0.05, drift: 0.06, noise: 0.005 },
  'wind-speed': { band: [0.5, 4], home: [0.25, 0.65], shift: 0.04, drift: 0.08, noise: 0.02 },
  'mine-oxygen': { band: [20.5, 20.9], home: [0.5, 0.7], shift: -0.1, drift: 0.15, noise: 0.03 },
  'carbon-dioxide': { band: [0.05, 0.3], home: [0.15, 0.5], shift: 0.1, drift: 0.1, noise: 0.02 },
  'negative-pressure': { band: [1, 3], home: [0.3, 0.7], shift: 0, drift: 0.08, noise: 0.01 },
  dust: { band: [0, 0.7], home: [0.15, 0.35], shift: 0.35, drift: 0.12, noise: 0.03 },
}

/** Coal faces and headings are worked below 26 ℃ (hazards.md §2.3), so they live in the lower part of the band. */
const faces: readonly string[] = [
  'coal-face',
  'shearer',
  'return-corner',
  'face-return',
  'mid-return',
  'heading-coal',
  'heading-rock',
  'heading-return',
]

/** @returns undefined when the quantity is not one of these */
export function coalModel({ sensor, site, seed }: Place): Model | undefined {
  const behaviour = behaviours[sensor.quantity]
  if (!behaviour) return undefined
  const key = keyOf(seed, sensor.id)
  const band = fitted(sensor, localBand(sensor) ?? behaviour.band)
  const home = between(keyOf(key, 'home'), ...behaviour.home)
  const handover = between(keyOf(seed, site.id, 'shift'), 0, hour)
  return (t) =>
    spread(
      band,
      home +
        behaviour.shift * working(t - handover) +
        behaviour.drift * wander(key, t / (35 * minute)) +
        behaviour.drift * 0.5 * wander(keyOf(key, 'day'), t / day) +
        behaviour.noise * white(key, t),
    )
}

/** The part of the band that is normal where the place has a limit of its own inside it. */
function localBand({ quantity, location }: Sensor): Band | undefined {
  if (quantity === 'mine-temperature' && faces.includes(location)) return [17.8, 25.4]
  // 1.0 m/s is the least on a trolley road.
  return quantity === 'wind-speed' && location === 'trolley-roadway' ? [1.3, 4] : undefined
}

/** 1 while coal is cut in the three shifts, 0 at the handovers and in the maintenance shift from 6 to 12 o'clock. */
function working(t: number): number {
  const clock = hourOfDay(t)
  const inShift = (from: number): number => smoothstep((clock - from) * 2) * smoothstep((from + 5.5 - clock) * 2)
  return inShift(0.25) + inShift(12.25) + inShift(18.25)
}
