/** Decides the normal values at major hazard sources (hazards.md §1.1): tanks breathe and fill, detectors stay quiet. */

import type { QuantityId } from '@tocsin/core/domain/quantity.ts'
import { type Band, fitted, spread } from './band.ts'
import { toxicLevels } from './limits.ts'
import { between, keyOf, smoothstep, uniform, wander, white } from './noise.ts'
import type { Model, Place } from './place.ts'
import { ambient, day, dayAndNight, hour, minute, skyOf } from './weather.ts'

type Maker = (place: Place, key: number) => Model

const makers: Partial<Record<QuantityId, Maker>> = {
  'tank-level': ({ sensor }, key) => tankLevel(fitted(sensor, [20, 80]), key),
  'tank-temperature': tankTemperature,
  'tank-pressure': tankPressure,
  'combustible-gas': ({ sensor }, key) => background(fitted(sensor, [0, 3]), key),
  'open-path-gas': ({ sensor }, key) => background(fitted(sensor, [0, 0.12]), key),
  oxygen: ({ sensor }, key) => {
    const band = fitted(sensor, [20.7, 21])
    return (t) => spread(band, 0.5 + 0.35 * wander(key, t / hour) + 0.04 * white(key, t))
  },
}

/** @returns undefined when the quantity is not one of these */
export function hazchemModel(place: Place): Model | undefined {
  const { sensor, seed } = place
  const key = keyOf(seed, sensor.id)
  const make = makers[sensor.quantity]
  if (make) return make(place, key)
  const levels = toxicLevels(sensor.quantity)
  return levels && background(fitted(sensor, [0, 0.1 * levels[0]]), key)
}

/** A detector in clean air: near the lower end, wandering over the hour, with the noise of its cell. */
function background(band: Band, key: number): Model {
  const own = between(key, 0.15, 0.35)
  return (t) => spread(band, own + 0.13 * wander(key, t / (40 * minute)) + 0.03 * white(key, t))
}

/** Fills and empties once in 10 to 20 hours, never faster than about 19 % of the tank an hour; ±0.06 % of noise. */
function tankLevel(band: Band, key: number): Model {
  const period = between(keyOf(key, 'period'), 10, 20) * hour
  const phase = between(keyOf(key, 'phase'), 0, period)
  const lowest = (cycle: number): number => 0.03 + 0.3 * uniform(key, 2 * cycle)
  const highest = (cycle: number): number => 0.67 + 0.3 * uniform(key, 2 * cycle + 1)
  return (t) => {
    const cycle = Math.floor((t + phase) / period)
    const inside = (t + phase) / period - cycle
    const top = highest(cycle)
    const filled = lowest(cycle) + (top - lowest(cycle)) * smoothstep(inside / 0.45)
    const emptied = (top - lowest(cycle + 1)) * smoothstep((inside - 0.55) / 0.45)
    return spread(band, filled - emptied) + 0.02 * white(key, t)
  }
}

/** Follows the open air, damped; a warm or a refrigerated tank keeps to what its own limits allow. */
function tankTemperature({ sensor, site, seed }: Place, key: number): Model {
  const [low, high] = fitted(sensor, [5, 40])
  const own = between(key, -1, 1)
  if (high < 15 || low > 30) {
    return (t) => spread([low, high], 0.5 + 0.2 * dayAndNight(t) + 0.1 * wander(key, t / day)) + 0.03 * white(key, t)
  }
  const sky = skyOf(site.id, seed)
  return (t) => {
    // The mean of now and the past half day stands for the tank's lag.
    const air = (ambient(sky, t) + ambient(sky, t - day / 2)) / 2
    const sun = 0.9 * dayAndNight(t - 2 * hour)
    return Math.min(high, Math.max(low, air + sun + own + 0.03 * white(key, t)))
  }
}

/** Atmospheric tanks breathe between −0.3 and 1.5 kPa; liquefied gas stands at its vapour pressure at 25 ℃. */
function tankPressure({ sensor, site }: Place, key: number): Model {
  const [, top] = sensor.range
  if (top <= 20) {
    const band = fitted(sensor, [-0.3, 1.5])
    return (t) => spread(band, 0.5 + 0.2 * dayAndNight(t) + 0.2 * wander(key, t / (3 * hour)) + 0.01 * white(key, t))
  }
  const holds = (quantity: string): boolean => site.sensors.some((other) => other.quantity === quantity)
  const vapour = holds('ammonia') ? 900 : holds('chlorine') ? 680 : 0.4 * top
  const [low, high] = fitted(sensor, [0.85 * vapour, 1.05 * vapour])
  return (t) =>
    spread([low, high], 0.5 + 0.25 * dayAndNight(t) + 0.12 * wander(key, t / (3 * hour)) + 0.003 * white(key, t))
}
