// Decides how the answer of the history query is read: spans with least and greatest, and where no line may be drawn.

import type { SensorId, SiteId } from '@tocsin/core/domain/ids.ts'
import type { Result } from '@tocsin/core/domain/result.ts'
import { getJson, type HttpFault } from './http.ts'
import { isRecord, readList } from './read.ts'

/** One pixel's samples; `from` and `to` are the times of the first and the last of them, UTC ms. */
export interface Bucket {
  readonly from: number
  readonly to: number
  readonly first: number
  readonly last: number
  readonly min: number
  readonly max: number
  readonly count: number
}

export type Span = readonly [from: number, to: number]

export interface History {
  readonly buckets: readonly Bucket[]
  readonly gaps: readonly Span[]
}

export interface HistoryQuery {
  readonly site: SiteId
  readonly sensor: SensorId
  readonly from: number
  readonly to: number
  readonly pixels: number
}

export function fetchHistory({ site, sensor, from, to, pixels }: HistoryQuery): Promise<Result<History, HttpFault>> {
  const query = new URLSearchParams({ site, sensor, from: String(from), to: String(to), pixels: String(pixels) })
  return getJson(`/api/history?${query.toString()}`, readHistory)
}

function readHistory(body: unknown): History | null {
  if (!isRecord(body)) return null
  const buckets = readList(body['buckets'], readBucket)
  const gaps = body['gaps'] === undefined ? [] : readList(body['gaps'], readSpan)
  return buckets === null || gaps === null ? null : { buckets, gaps }
}

function readBucket(value: unknown): Bucket | null {
  if (!isRecord(value)) return null
  const { from, to, first, last, min, max, count } = value
  const isWhole =
    typeof from === 'number' &&
    typeof to === 'number' &&
    typeof first === 'number' &&
    typeof last === 'number' &&
    typeof min === 'number' &&
    typeof max === 'number' &&
    typeof count === 'number'
  return isWhole ? { from, to, first, last, min, max, count } : null
}

function readSpan(value: unknown): Span | null {
  if (!Array.isArray(value)) return null
  const from: unknown = value[0]
  const to: unknown = value[1]
  return typeof from === 'number' && typeof to === 'number' ? [from, to] : null
}
