/** What the history's main thread asks its worker, and how samples travel: as columns of numbers. */

import type { Bucket, HistoryQuery, Sample } from '@tocsin/core/ports/history.ts'

/** Bytes a sample: time and value f64, sensor u32, mark u8. */
const sampleBytes = 21

/** Samples of many sensors in one buffer: all times, then all values, sensors, marks. */
export interface SampleColumns {
  readonly times: Float64Array
  readonly values: Float64Array
  readonly sensors: Uint32Array
  readonly marks: Uint8Array
}

export function sampleColumns(buffer: ArrayBuffer, count: number): SampleColumns {
  return {
    times: new Float64Array(buffer, 0, count),
    values: new Float64Array(buffer, count * 8, count),
    sensors: new Uint32Array(buffer, count * 16, count),
    marks: new Uint8Array(buffer, count * 20, count),
  }
}

export function newColumns(count: number): { buffer: ArrayBuffer; columns: SampleColumns } {
  const buffer = new ArrayBuffer(count * sampleBytes)
  return { buffer, columns: sampleColumns(buffer, count) }
}

export function columnsLength(buffer: ArrayBuffer): number {
  return buffer.byteLength / sampleBytes
}

export type HistoryCalls = {
  /** Answers the name under which a damaged file was put aside, null where the file was sound. */
  open: { ask: null; answer: string | null }
  write: {
    ask: {
      partition: number
      next: number
      /** Sensors not named before, in the order of the numbers by which `samples` names them. */
      names: readonly (readonly [site: string, sensor: string])[]
      samples: ArrayBuffer
    }
    answer: null
  }
  saved: { ask: number; answer: number | null }
  flush: { ask: null; answer: null }
  query: { ask: { query: HistoryQuery; buckets: number }; answer: readonly Bucket[] }
  raw: { ask: { query: HistoryQuery; max: number }; answer: readonly Sample[] }
  /** Removes some blocks that ended before the time; answers how many. */
  prune: { ask: number; answer: number }
}
