import { expect, test } from 'vitest'
import { niceScale, spread, timeTicks } from './scale.ts'
import { linePoints, lonePoints, slope } from './trend-data.ts'

const bucket = (from: number, values: number[]) => ({
  from,
  to: from + 10,
  first: values[0] ?? 0,
  last: values.at(-1) ?? 0,
  min: Math.min(...values),
  max: Math.max(...values),
  count: values.length,
})

test('every peak stands in the line, and no line crosses a gap', () => {
  const points = linePoints([bucket(0, [1, 9, 2]), bucket(10, [2]), bucket(100, [3])], [[20, 100]], [[120, 4]])
  expect(points).toEqual([
    [0, 1],
    [5, 1],
    [5, 9],
    [10, 2],
    [20, 2],
    [20, null],
    [110, 3],
    [120, 4],
  ])
})

test('a tail older than the spans is not drawn twice', () => {
  expect(
    linePoints(
      [bucket(100, [3])],
      [],
      [
        [90, 1],
        [100, 3],
        [120, 4],
      ],
    ),
  ).toEqual([
    [110, 3],
    [120, 4],
  ])
})

test('a sample alone between gaps is found', () => {
  expect(
    lonePoints([
      [0, 1],
      [1, null],
      [2, 5],
      [3, null],
      [4, 1],
      [5, 1],
    ]),
  ).toEqual([
    [0, 1],
    [2, 5],
  ])
})

test('the rate is that of the newest points', () => {
  const points = Array.from({ length: 11 }, (_, i) => [i * 10_000, i < 5 ? 0 : (i - 4) * 0.5] as const)
  expect((slope(points, 50_000) ?? 0) * 60_000).toBeCloseTo(3)
  expect(slope(points.slice(0, 3), 0)).toBeNull()
})

test('axes end on round numbers', () => {
  expect(niceScale(0, 4.6, 5)).toEqual({ min: 0, max: 5, step: 1 })
  expect(niceScale(2.9, 4.2, 4)).toEqual({ min: 2.5, max: 4.5, step: 0.5 })
  expect(niceScale(3, 3, 4).step).toBeGreaterThan(0)
})

test('times are round in Beijing', () => {
  const from = Date.UTC(2026, 5, 13, 17, 16)
  const ticks = timeTicks(from, from + 3_600_000, 5)
  expect(ticks.map((at) => new Date(at + 8 * 3_600_000).toISOString().slice(11, 16))).toEqual([
    '01:30',
    '01:45',
    '02:00',
    '02:15',
  ])
})

test('labels move apart and stay inside', () => {
  expect(spread([50, 52, 95], 20, [0, 100])).toEqual([50, 70, 90])
  expect(spread([95, 97], 20, [0, 100])).toEqual([70, 90])
})
