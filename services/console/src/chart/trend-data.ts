// Decides the line that is drawn: every peak, no line across silence; and how fast a value moves.

import type { Bucket, Span } from '../api/history.ts'

/** null breaks the line. */
export type Point = readonly [at: number, value: number | null]

/**
 * Each span as first, least, greatest, last: a stroke as tall as what happened in that pixel.
 * @param tail newer values than the spans hold, oldest first
 */
export function linePoints(
  buckets: readonly Bucket[],
  gaps: readonly Span[],
  tail: readonly (readonly [at: number, value: number])[],
): Point[] {
  const points: Point[] = []
  let before: number | null = null
  const breakBefore = (at: number): void => {
    const gap = before === null ? undefined : gaps.find(([from, to]) => from >= (before ?? 0) && to <= at)
    if (gap !== undefined) points.push([gap[0], null])
  }
  for (const { from, to, first, last, min, max, count } of buckets) {
    breakBefore(to)
    const middle = (from + to) / 2
    if (count === 1) points.push([to, last])
    else points.push([from, first], [middle, min], [middle, max], [to, last])
    before = from
  }
  for (const [at, value] of tail) {
    if (before !== null && at <= before) continue
    breakBefore(at)
    points.push([at, value])
    before = at
  }
  return points
}

/** Points with a break on both sides: a line does not show them. */
export function lonePoints(points: readonly Point[]): Point[] {
  return points.filter(
    ([, value], index) =>
      value !== null && (points[index - 1]?.[1] ?? null) === null && (points[index + 1]?.[1] ?? null) === null,
  )
}

/** Units per ms by least squares over the points since `from`; null when there are too few or they span too little. */
export function slope(points: readonly Point[], from: number): number | null {
  const recent = points.flatMap(([at, value]) => (value === null || at < from ? [] : [[at - from, value] as const]))
  const [first] = recent
  const last = recent.at(-1)
  if (recent.length < 4 || first === undefined || last === undefined || last[0] - first[0] < 20_000) return null
  const mean = (n: 0 | 1): number => recent.reduce((sum, point) => sum + point[n], 0) / recent.length
  const [meanAt, meanValue] = [mean(0), mean(1)]
  let [up, down] = [0, 0]
  for (const [at, value] of recent) {
    up += (at - meanAt) * (value - meanValue)
    down += (at - meanAt) ** 2
  }
  return down === 0 ? null : up / down
}
