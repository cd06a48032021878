/** Decides which limits a simulated sensor knows of: those of hazards.md §1.2 and §2.2, and its own design values. */

import type { QuantityId } from '@tocsin/core/domain/quantity.ts'
import type { Sensor } from '@tocsin/core/domain/site.ts'

/** GB/T 50493-2019 (hazards.md §1.2): level 1 and 2 and the concentration dangerous at once, mg/m³. */
const toxic: Partial<Record<QuantityId, readonly [al: number, ah: number, idlh: number]>> = {
  chlorine: [1, 2, 88],
  ammonia: [20, 40, 360],
  'hydrogen-sulfide': [10, 20, 430],
  'carbon-monoxide': [20, 40, 1700],
  'sulfur-dioxide': [5, 10, 270],
  'nitrogen-dioxide': [5, 10, 96],
  'hydrogen-chloride': [7.5, 15, 150],
  'hydrogen-cyanide': [1, 2, 56],
  phosgene: [0.5, 1, 8],
  methanol: [25, 50, 33_000],
}

/** AQ 1029 (hazards.md §2.2): alarm and cut-off, %CH₄, where they are not 1.0 and 1.5. */
const methane: Record<string, readonly [alarm: number, cut: number]> = {
  'face-return': [1, 1],
  'mid-return': [1, 1],
  'heading-return': [1, 1],
  'face-intake': [0.5, 0.5],
  'series-fan': [0.5, 0.5],
  'district-return': [1, 1],
  'wing-return': [0.75, 0.75],
  'total-return': [0.75, 0.75],
  'drainage-roadway': [2.5, 2.5],
  'drainage-pump-room': [0.5, 0.5],
  'coal-bunker': [1.5, 1.5],
}

/** hazards.md §3.1: least freeboard and beach by class, m; phreatic depth by the height of the fill, m. */
const pond: Partial<Record<QuantityId, Record<string, number>>> = {
  freeboard: {
    'class-1': 1.5,
    'class-1-downstream': 1.5,
    'class-2': 1,
    'class-2-downstream': 1,
    'class-3': 0.7,
    'class-3-downstream': 0.7,
    'class-4': 0.5,
    'class-4-downstream': 0.5,
    'class-5': 0.4,
    'class-5-downstream': 0.4,
  },
  'beach-length': {
    'class-1': 150,
    'class-1-downstream': 100,
    'class-2': 100,
    'class-2-downstream': 70,
    'class-3': 70,
    'class-3-downstream': 50,
    'class-4': 50,
    'class-4-downstream': 35,
    'class-5': 40,
    'class-5-downstream': 25,
  },
  'phreatic-depth': {
    'fill-150': 10,
    'fill-100-150': 8,
    'fill-60-100': 6,
    'fill-30-60': 4,
    'fill-under-30': 2,
    'seismic-grade-1-3': 6,
    'seismic-grade-4-5': 4,
  },
}

/** The limits that a value meets from the normal side on: `[mildest, …, gravest]`, any number. */
export interface Levels {
  readonly high: readonly number[]
  readonly low: readonly number[]
}

/** Level 1 (mildest) of a toxic gas, mg/m³; undefined for anything else. */
export function toxicLevels(quantity: QuantityId): readonly [al: number, ah: number, idlh: number] | undefined {
  return toxic[quantity]
}

/** Alarm and cut-off level of methane at a location, %. */
export function methaneLevels(location: string): readonly [alarm: number, cut: number] {
  return methane[location] ?? [1, 1.5]
}

/**
 * The limits that follow from the design values entered at the sensor, or from its pond's class, by the way they are
 * compared. Values of a rate rule would be read as levels too, so displacement, which has no level (hazards.md §3.3), has
 * none here either.
 */
export function levelsOf({ quantity, location, overrides }: Sensor): Levels {
  if (quantity === 'surface-displacement' || quantity === 'internal-displacement') return { high: [], low: [] }
  const raises = overrides.map((override) => override.raise)
  const high = raises.filter(({ op }) => op === '>=' || op === '>').map(({ value }) => value)
  const low = raises.filter(({ op }) => op === '<=' || op === '<').map(({ value }) => value)
  const least = low.length === 0 ? pond[quantity]?.[location] : undefined
  if (least !== undefined) low.push(least)
  const rising = high.toSorted((a, b) => a - b)
  const falling = low.toSorted((a, b) => b - a)
  return { high: derived(quantity, rising), low: derived(quantity, falling) }
}

/** hazards.md §3.3: one or two design values of a pond give four levels. */
function derived(quantity: QuantityId, own: readonly number[]): readonly number[] {
  const gravest = own.at(-1)
  if (gravest === undefined || own.length >= 4) return own
  if (quantity === 'pool-level') {
    const control = own.at(-2) ?? gravest
    return own.length < 2 ? [control - 0.5, control - 0.3, control] : [control - 0.5, control - 0.3, control, gravest]
  }
  if (quantity === 'phreatic-depth' || quantity === 'beach-length' || quantity === 'freeboard') {
    return [1.3 * gravest, 1.2 * gravest, 1.1 * gravest, gravest]
  }
  return own
}
