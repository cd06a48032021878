/** Decides how samples lie in memory and in what order: columns sorted by time, repeats left out (I1, I2). */

import { qualities } from '@tocsin/core/domain/reading.ts'
import type { Sample } from '@tocsin/core/ports/history.ts'

/** Columns of equal length. */
export interface Samples {
  readonly times: Float64Array
  readonly values: Float64Array
  /** Index in the domain's list of qualities. */
  readonly marks: Uint8Array
}

export const noSamples: Samples = { times: new Float64Array(0), values: new Float64Array(0), marks: new Uint8Array(0) }

export function sampleAt(samples: Samples, i: number): Sample {
  return {
    t: samples.times[i] ?? 0,
    value: samples.values[i] ?? 0,
    quality: qualities[samples.marks[i] ?? 0] ?? 'fault',
  }
}

export function slice(samples: Samples, from: number, to: number): Samples {
  return {
    times: samples.times.subarray(from, to),
    values: samples.values.subarray(from, to),
    marks: samples.marks.subarray(from, to),
  }
}

/**
 * One run of samples from several, by time; samples of one time stay in the order in which the parts give them. A sample
 * with the time, value and quality of another one is left out.
 */
export function merge(parts: readonly Samples[]): Samples {
  const only = parts[0]
  if (parts.length === 1 && only !== undefined && isStrictlyAscending(only.times)) return only
  const all = concat(parts)
  return withoutRepeats(isAscending(all.times) ? all : sortByTime(all))
}

/** Index of the first sample at or after `t`. */
export function lowerBound(times: Float64Array, t: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? 0) < t) low = middle + 1
    else high = middle
  }
  return low
}

function concat(parts: readonly Samples[]): Samples {
  let length = 0
  for (const part of parts) length += part.times.length
  const all = { times: new Float64Array(length), values: new Float64Array(length), marks: new Uint8Array(length) }
  let at = 0
  for (const part of parts) {
    all.times.set(part.times, at)
    all.values.set(part.values, at)
    all.marks.set(part.marks, at)
    at += part.times.length
  }
  return all
}

function sortByTime({ times, values, marks }: Samples): Samples {
  const order = Uint32Array.from({ length: times.length }, (_, i) => i)
  order.sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b)
  return {
    times: Float64Array.from(order, (i) => times[i] ?? 0),
    values: Float64Array.from(order, (i) => values[i] ?? 0),
    marks: Uint8Array.from(order, (i) => marks[i] ?? 0),
  }
}

function withoutRepeats(sorted: Samples): Samples {
  const { times, values, marks } = sorted
  if (isStrictlyAscending(times)) return sorted
  const kept = concat([sorted])
  let n = 0
  let group = 0
  for (let i = 0; i < times.length; i++) {
    if (n > 0 && kept.times[n - 1] !== times[i]) group = n
    let repeat = false
    for (let j = group; j < n; j++) {
      if (Object.is(kept.values[j], values[i]) && kept.marks[j] === marks[i]) repeat = true
    }
    if (repeat) continue
    kept.times[n] = times[i] ?? 0
    kept.values[n] = values[i] ?? 0
    kept.marks[n] = marks[i] ?? 0
    n++
  }
  return slice(kept, 0, n)
}

function isAscending(times: Float64Array): boolean {
  for (let i = 1; i < times.length; i++) if ((times[i] ?? 0) < (times[i - 1] ?? 0)) return false
  return true
}

function isStrictlyAscending(times: Float64Array): boolean {
  for (let i = 1; i < times.length; i++) if ((times[i] ?? 0) <= (times[i - 1] ?? 0)) return false
  return true
}
