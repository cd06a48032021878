/** The last readings of a sensor, by event time: what is a repeat, what is too old to say (I1, I2). */

import { type Quality, qualities } from '../domain/reading.ts'
import { MEMORY } from './limits.ts'

/** One reading: event time by the device's clock, value in the canonical unit, the quality's code. */
export interface Sample {
  readonly t: number
  readonly value: number
  readonly code: number
}

/** A ring in the order of event time: what comes late is put in its place, and the oldest gives way, not the first come. */
export interface ReadingMemory {
  /** Filled places. */
  size: number
  /** Place of the oldest. */
  first: number
  /** Readings up to this event time were given up; -Infinity: none. */
  floor: number
  readonly times: Float64Array
  readonly values: Float64Array
  readonly codes: Uint8Array
}

export function newMemory(): ReadingMemory {
  return {
    size: 0,
    first: 0,
    floor: -Infinity,
    times: new Float64Array(MEMORY),
    values: new Float64Array(MEMORY),
    codes: new Uint8Array(MEMORY),
  }
}

export function qualityCode(quality: Quality): number {
  return qualities.indexOf(quality)
}

export function remember(memory: ReadingMemory, { t, value, code }: Sample): void {
  const { times, values, codes } = memory
  let place = memory.size
  if (memory.size < MEMORY) {
    memory.size++
  } else {
    place = memory.first
    const oldest = times[place] ?? 0
    memory.floor = Math.max(memory.floor, Math.min(oldest, t))
    if (t < oldest) return
    memory.first = place + 1 === MEMORY ? 0 : place + 1
  }
  for (let others = memory.size - 1; others > 0; others--) {
    const before = place === 0 ? MEMORY - 1 : place - 1
    const time = times[before] ?? 0
    if (time <= t) break
    times[place] = time
    values[place] = values[before] ?? 0
    codes[place] = codes[before] ?? 0
    place = before
  }
  times[place] = t
  values[place] = value
  codes[place] = code
}

/**
 * `repeat`: the same time, value and quality (I1); `forgotten`: not newer than what was given up, so nobody can say (I2).
 */
export function recall(memory: ReadingMemory, { t, value, code }: Sample): 'repeat' | 'forgotten' | 'new' {
  const { size, first, times, values, codes } = memory
  for (let i = size - 1; i >= 0; i--) {
    const place = (first + i) % MEMORY
    const time = times[place] ?? 0
    if (time < t) break
    // Not Object.is: a state that was stored knows no -0.
    if (time === t && values[place] === value && codes[place] === code) return 'repeat'
  }
  return t <= memory.floor ? 'forgotten' : 'new'
}

/** Nothing is remembered any more: the device's clock was set (L2). */
export function forget(memory: ReadingMemory): void {
  memory.size = 0
  memory.first = 0
  memory.floor = -Infinity
}
