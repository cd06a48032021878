/** Decides the normal values at tailings ponds (hazards.md §3.2): creep, a pool below its limit, and rain with its lags. */

import type { QuantityId } from '@tocsin/core/domain/quantity.ts'
import type { Sensor } from '@tocsin/core/domain/site.ts'
import { type Band, fitted, spread } from './band.ts'
import { levelsOf } from './limits.ts'
import { between, keyOf, wander, white } from './noise.ts'
import type { Model, Place } from './place.ts'
import { day, hour, minute, rainOfHour, skyOf, wetness } from './weather.ts'

/** From where creep is counted: 2026-01-01 in Beijing. */
const epoch = Date.UTC(2025, 11, 31, 16)

/** Design minimum of a class 三 pond (hazards.md §3.1), for a sensor whose own nobody entered. */
const minimum = { phreatic: 5, beach: 70, freeboard: 0.7 }

/** What a maker needs besides the place: the sensor's key, the pool's, and how wet the ground is. */
interface Ground {
  readonly key: number
  readonly pool: number
  readonly sky: string
  readonly wet: (t: number) => number
}

const makers: Partial<Record<QuantityId, (sensor: Sensor, ground: Ground) => Model>> = {
  'surface-displacement': (_sensor, { key }) => displacement(key, between(keyOf(key, 'creep'), 0.01, 0.1)),
  'internal-displacement': (_sensor, { key }) => {
    const creep = between(keyOf(key, 'creep'), 0, 0.05)
    return (t) => (creep * (t - epoch)) / day + 0.1 * wander(key, t / (5 * day))
  },
  'pool-level': (sensor, { pool, wet }) => {
    const band = poolBand(sensor)
    // Moves over days, by less than 0.02 m/h, with 3 mm of ripple.
    return (t) => spread(band, 0.4 + poolShare(pool, t, wet(t))) + 0.003 * white(pool, t)
  },
  'beach-length': (sensor, ground) => besidePool(sensor, minimum.beach, ground),
  freeboard: (sensor, ground) => besidePool(sensor, minimum.freeboard, ground),
  'phreatic-depth': (sensor, { key, wet }) => {
    const least = leastOf(sensor, minimum.phreatic)
    const band = fitted(sensor, [1.42 * least, 2 * least])
    const own = between(key, 0.65, 0.9)
    return (t) => spread(band, own - 0.5 * wet(t) + 0.08 * wander(key, t / (4 * day)) + 0.001 * white(key, t))
  },
  rainfall: (_sensor, { key, sky }) => {
    const catches = between(key, 0.9, 1.1)
    return (t) => catches * rainOfHour(sky, t)
  },
  'seepage-flow': (sensor, { key, wet }) => {
    const band = fitted(sensor, [1, 20])
    const own = between(key, 0.1, 0.4)
    return (t) => spread(band, own + 0.4 * wet(t) + 0.05 * wander(key, t / day) + 0.003 * white(key, t))
  },
  turbidity: (sensor, { key, wet }) => {
    const band = fitted(sensor, [0, 20])
    const own = between(key, 0.1, 0.3)
    return (t) => spread(band, own + 0.4 * wet(t) + 0.06 * wander(key, t / (6 * hour)) + 0.005 * white(key, t))
  },
}

/** @returns undefined when the quantity is not one of these */
export function tailingsModel({ sensor, site, seed }: Place): Model | undefined {
  const sky = skyOf(site.id, seed)
  const ground = { key: keyOf(seed, sensor.id), pool: keyOf(seed, site.id, 'pool'), sky, wet: remembered(sky) }
  return makers[sensor.quantity]?.(sensor, ground)
}

/** {@link wetness} to the minute, since it moves over days and sums twelve days of showers. */
function remembered(sky: string): (t: number) => number {
  let known = Number.NaN
  let value = 0
  return (t) => {
    const now = Math.floor(t / minute)
    if (now !== known) {
      known = now
      value = wetness(sky, now * minute)
    }
    return value
  }
}

/** What the pool gains the beach loses: both follow the same wander of the pool. */
function besidePool(sensor: Sensor, otherwise: number, { key, pool, wet }: Ground): Model {
  const least = leastOf(sensor, otherwise)
  const band = fitted(sensor, [1.6 * least, 3 * least])
  return (t) => spread(band, 0.55 - poolShare(pool, t, wet(t)) + 0.002 * white(key, t))
}

/**
 * Creep and noise with σ 2 mm. The σ is that of the slow part (lattice of 20 days, slope below 0.7 mm/d): a GNSS monitor
 * publishes filtered solutions, whose remaining error is multipath and troposphere that change over days. White noise of
 * 2 mm on each hourly value would be a rate of ±48 mm/d and 20 mm/d is red: no platform receives such a series.
 */
function displacement(key: number, creep: number): Model {
  return (t) =>
    (creep * (t - epoch)) / day +
    4.3 * wander(key, t / (20 * day)) +
    0.03 * Math.sin((2 * Math.PI * t) / day) +
    0.005 * white(key, t)
}

/** The design minimum of a sensor where lower is worse: the gravest of its own limits. */
function leastOf(sensor: Sensor, otherwise: number): number {
  return levelsOf(sensor).low.at(-1) ?? otherwise
}

/** 2 to 5 m below the gravest limit, and at least 1 m below the mildest; without limits, the middle of the range. */
function poolBand(sensor: Sensor): Band {
  const { high } = levelsOf(sensor)
  const [bottom, top] = sensor.range
  const mildest = high[0]
  const gravest = high.at(-1)
  if (mildest === undefined || gravest === undefined) return [0.4 * top + 0.6 * bottom, 0.6 * top + 0.4 * bottom]
  const ceiling = Math.min(gravest - 2, mildest - 1)
  return [Math.max(bottom, Math.min(gravest - 5, ceiling - 1)), ceiling]
}

function poolShare(key: number, t: number, wet: number): number {
  return 0.25 * wander(key, t / (6 * day)) + 0.15 * wet
}
