/** One sensor's samples that are not yet in a block, and how far they are saved. */

import { merge, type Samples } from './history-samples.ts'

const marks = 8

export class Series {
  readonly id: number
  /** Samples before this time in a block exist already: what comes below is late. */
  sealedTo: number
  /** Chunk up to which everything is in blocks. */
  sealedChunk: number
  /** Chunk that holds the oldest sample that is not in a block; 0 when none is saved. */
  firstChunk = 0
  /** Samples that a chunk has already. */
  saved = 0
  #length = 0
  /** Time × 8 + mark, value; two numbers a sample, so that a sensor costs one array. */
  #pairs = new Float64Array(16)

  constructor(stored: { readonly id: number; readonly sealedTo: number; readonly sealedChunk: number }) {
    this.id = stored.id
    this.sealedTo = stored.sealedTo
    this.sealedChunk = stored.sealedChunk
  }

  get length(): number {
    return this.#length
  }

  push(t: number, value: number, mark: number): void {
    const at = this.#length * 2
    if (at === this.#pairs.length) {
      const grown = new Float64Array(at * 2)
      grown.set(this.#pairs)
      this.#pairs = grown
    }
    this.#pairs[at] = t * marks + mark
    this.#pairs[at + 1] = value
    this.#length++
  }

  /** Samples from the `from`-th on, in the order in which they came. */
  samples(from = 0): Samples {
    const length = this.#length - from
    const found = { times: new Float64Array(length), values: new Float64Array(length), marks: new Uint8Array(length) }
    for (let i = 0; i < length; i++) {
      const key = this.#pairs[(from + i) * 2] ?? 0
      const t = Math.floor(key / marks)
      found.times[i] = t
      found.marks[i] = key - t * marks
      found.values[i] = this.#pairs[(from + i) * 2 + 1] ?? 0
    }
    return found
  }

  /** By time, without repeats. */
  sorted(): Samples {
    return merge([this.samples()])
  }

  /** All of it is in blocks now. */
  sealed(chunk: number, to: number): void {
    this.sealedTo = Math.max(this.sealedTo, to)
    this.sealedChunk = chunk
    this.firstChunk = 0
    this.saved = 0
    this.#length = 0
    if (this.#pairs.length > 4096) this.#pairs = new Float64Array(2048)
  }
}
