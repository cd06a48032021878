/** The event times that a published series bears. */

import { expect, test } from 'vitest'
import { scheduleOf } from './schedule.ts'

const times = [0, 30_000, 60_000]

test('shift keeps the spacing and ends when the last row is sent', () => {
  const slots = scheduleOf(times, { mode: 'shift', speed: 6_000, start: 1_000_000 })
  expect(slots.map(({ t }) => t)).toEqual([940_010, 970_010, 1_000_010])
  expect(slots.map(({ due }) => due)).toEqual([1_000_000, 1_000_005, 1_000_010])
})

test('compress divides the spacing and is never ahead of the clock', () => {
  const slots = scheduleOf(times, { mode: 'compress', speed: 6_000, start: 1_000_000 })
  expect(slots.map(({ t }) => t)).toEqual([1_000_000, 1_000_005, 1_000_010])
  expect(slots.every(({ due, t }) => t <= due)).toBe(true)
})

test('keep leaves the times alone', () => {
  expect(scheduleOf(times, { mode: 'keep', speed: 1, start: 5 }).map(({ t }) => t)).toEqual(times)
})
