/** Decides the normal value of each sensor at each moment: by its quantity, its place and the seed, of nothing else. */

import type { QuantityId } from '@tocsin/core/domain/quantity.ts'
import { coalModel } from './coal.ts'
import { hazchemModel } from './hazchem.ts'
import type { Model, Place } from './place.ts'
import { tailingsModel } from './tailings.ts'

/** Open valve, running pump and fan, live feed, closed air door. */
const states: Partial<Record<QuantityId, number>> = {
  'valve-state': 1,
  'pump-state': 1,
  'fan-state': 1,
  'feed-state': 1,
  'door-state': 0,
}

/** The sensor's normal series; within its range and within its own design values (hazards.md §1.1, §2.1, §3.2). */
export function modelOf(place: Place): Model {
  const state = states[place.sensor.quantity]
  if (state !== undefined) return () => state
  const model = hazchemModel(place) ?? coalModel(place) ?? tailingsModel(place)
  const [low, high] = place.sensor.range
  if (model) return (t) => Math.min(high, Math.max(low, model(t)))
  const middle = (low + high) / 2
  return () => middle
}
