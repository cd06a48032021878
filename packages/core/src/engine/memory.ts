/** The last readings of a sensor: what is a repeat, what is too old to say (I1, I2). */

import { type Quality, qualities } from '../domain/reading.ts'
import { MEMORY } from './limits.ts'

/** One reading: event time by the device's clock, value in the canonical unit, the quality's code. */
export interface Sample {
  readonly t: number
  readonly value: number
  readonly code: number
}

export interface ReadingMemory {
  /** Filled places. */
  size: number
  /** Place of the next one; the oldest once full. */
  next: number
  readonly times: Float64Array
  readonly values: Float64Array
  readonly codes: Uint8Array
}

export function newMemory(): ReadingMemory {
  return {
    size: 0,
    next: 0,
    times: new Float64Array(MEMORY),
    values: new Float64Array(MEMORY),
    codes: new Uint8Array(MEMORY),
  }
}

export function qualityCode(quality: Quality): number {
  return qualities.indexOf(quality)
}

export function remember(memory: ReadingMemory, sample: Sample): void {
  memory.times[memory.next] = sample.t
  memory.values[memory.next] = sample.value
  memory.codes[memory.next] = sample.code
  memory.next = memory.next + 1 === MEMORY ? 0 : memory.next + 1
  if (memory.size < MEMORY) memory.size++
}

/** `repeat`: the same time, value and quality (I1); `forgotten`: older than all that is remembered (I2). */
export function recall(memory: ReadingMemory, { t, value, code }: Sample): 'repeat' | 'forgotten' | 'new' {
  let oldest = Infinity
  for (let i = 0; i < memory.size; i++) {
    const time = memory.times[i] ?? 0
    if (time === t && Object.is(memory.values[i], value) && memory.codes[i] === code) return 'repeat'
    if (time < oldest) oldest = time
  }
  return memory.size === MEMORY && t < oldest ? 'forgotten' : 'new'
}

/** Nothing is remembered any more: the device's clock was set (L2). */
export function forget(memory: ReadingMemory): void {
  memory.size = 0
  memory.next = 0
}
