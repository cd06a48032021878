/**
 * Decides what a chart gets: first, last, min, max and count of each span. A block that lies within one span and overlaps
 * no other counts by its summary, without being decoded.
 */

import type { Bucket, Sample } from '@tocsin/core/ports/history.ts'
import { lowerBound, merge, sampleAt, type Samples } from './history-samples.ts'

/** A stretch of samples, of which the summary is known and the rest can be had. */
export interface Stretch {
  readonly from: number
  readonly to: number
  readonly count: number
  readonly first: number
  readonly last: number
  readonly min: number
  readonly max: number
  /** Stretches of one time come in the order in which they were stored. */
  readonly load: () => Samples
}

export interface Span {
  /** Inclusive. */
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

/** `stretches` by their `from`, those of one `from` in the order stored. */
export function bucketsOf(stretches: readonly Stretch[], span: Span, buckets: number): Bucket[] {
  const fold = new Fold(span, buckets)
  for (const group of overlapping(stretches)) {
    const only = group[0]
    if (group.length === 1 && only !== undefined && fold.holds(only)) fold.add(only)
    else fold.addAll(within(merge(group.map((stretch) => stretch.load())), span))
  }
  return fold.buckets
}

export function samplesOf(stretches: readonly Stretch[], span: Span, max: number): Sample[] {
  const found: Sample[] = []
  for (const group of overlapping(stretches)) {
    const samples = within(merge(group.map((stretch) => stretch.load())), span)
    for (let i = 0; i < samples.times.length && found.length < max; i++) found.push(sampleAt(samples, i))
    if (found.length >= max) break
  }
  return found
}

export function summaryOf(samples: Samples): Omit<Stretch, 'load'> {
  const { times, values } = samples
  let min = Infinity
  let max = -Infinity
  for (const value of values) {
    if (value < min) min = value
    if (value > max) max = value
  }
  return {
    from: times[0] ?? 0,
    to: times.at(-1) ?? 0,
    count: times.length,
    first: values[0] ?? 0,
    last: values.at(-1) ?? 0,
    min,
    max,
  }
}

/** Stretches that share time stand together: a repeat or a tie can only be among them. */
function* overlapping(stretches: readonly Stretch[]): Generator<Stretch[]> {
  let group: Stretch[] = []
  let to = -Infinity
  for (const stretch of stretches) {
    if (group.length > 0 && stretch.from > to) {
      yield group
      group = []
    }
    group.push(stretch)
    to = Math.max(to, stretch.to)
  }
  if (group.length > 0) yield group
}

function within(samples: Samples, span: Span): Samples {
  const from = lowerBound(samples.times, span.from)
  const to = lowerBound(samples.times, span.to)
  return {
    times: samples.times.subarray(from, to),
    values: samples.values.subarray(from, to),
    marks: samples.marks.subarray(from, to),
  }
}

/** Adds up stretches that come by time. */
class Fold {
  readonly buckets: Bucket[] = []
  readonly #span: Span
  readonly #width: number
  readonly #count: number
  #index = -1

  constructor(span: Span, count: number) {
    this.#span = span
    this.#count = Math.max(1, Math.floor(count))
    this.#width = (span.to - span.from) / this.#count
  }

  holds(stretch: Stretch): boolean {
    const { from, to } = stretch
    return from >= this.#span.from && to < this.#span.to && this.#indexOf(from) === this.#indexOf(to)
  }

  add(part: Omit<Stretch, 'load'>): void {
    const index = this.#indexOf(part.from)
    const { from, to, first, last, min, max, count } = part
    const open = index === this.#index ? this.buckets.pop() : undefined
    this.#index = index
    if (open === undefined) this.buckets.push({ from, to, first, last, min, max, count })
    else {
      this.buckets.push({
        from: open.from,
        to,
        first: open.first,
        last,
        min: Math.min(open.min, min),
        max: Math.max(open.max, max),
        count: open.count + count,
      })
    }
  }

  addAll(samples: Samples): void {
    let start = 0
    while (start < samples.times.length) {
      const index = this.#indexOf(samples.times[start] ?? 0)
      let end = start + 1
      while (end < samples.times.length && this.#indexOf(samples.times[end] ?? 0) === index) end++
      this.add(
        summaryOf({
          times: samples.times.subarray(start, end),
          values: samples.values.subarray(start, end),
          marks: samples.marks.subarray(start, end),
        }),
      )
      start = end
    }
  }

  #indexOf(t: number): number {
    return Math.min(this.#count - 1, Math.floor((t - this.#span.from) / this.#width))
  }
}
