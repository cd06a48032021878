/**
 * Where readings are kept for charts and replay.
 *
 * Contract
 * - `write` takes the samples of a batch of site-log records with the reader's next offset; what it took can be queried
 *   at once, and `saved` gives an offset before which everything is durable: after a crash the recorder goes on from
 *   there, and samples written again do not show twice (I2: same sensor, time, value, quality).
 * - Two different values of one sensor at one time are both kept.
 * - `query` gives, for each of `buckets` equal spans that has samples, first, last, min, max and count, so that no peak
 *   is lost; spans without samples are absent. `raw` gives the samples themselves, oldest first.
 */

import type { Millis, SensorId, SiteId } from '../domain/ids.ts'
import type { Quality } from '../domain/reading.ts'

/** Columns of equal length. */
export interface SampleBatch {
  readonly site: SiteId
  readonly sensors: readonly SensorId[]
  readonly times: readonly Millis[]
  readonly values: readonly number[]
  readonly qualities: readonly Quality[]
}

export interface Sample {
  readonly t: Millis
  readonly value: number
  readonly quality: Quality
}

export interface Bucket {
  /** Time of the first and the last sample in the span. */
  readonly from: Millis
  readonly to: Millis
  readonly first: number
  readonly last: number
  readonly min: number
  readonly max: number
  readonly count: number
}

export interface HistoryQuery {
  readonly site: SiteId
  readonly sensor: SensorId
  /** Inclusive. */
  readonly from: Millis
  /** Exclusive. */
  readonly to: Millis
}

export interface History {
  write(partition: number, batches: readonly SampleBatch[], next: number): Promise<void>
  saved(partition: number): Promise<number | null>
  /** Makes what was written durable; on stop and by timer inside. */
  flush(): Promise<void>
  query(query: HistoryQuery, buckets: number): Promise<readonly Bucket[]>
  raw(query: HistoryQuery, max: number): Promise<readonly Sample[]>
  /** Drops samples older than this, whole blocks at a time. */
  prune(before: Millis): Promise<void>
  close(): Promise<void>
}
