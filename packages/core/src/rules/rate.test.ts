/** The change over a window: from its oldest reading, and nothing before it holds enough. */

import { expect, test } from 'vitest'
import { aLevel, aRate } from '@tocsin/testkit/builders.ts'
import { newRateWindow, RATE_POINTS, rateOf } from './rate.ts'

const rule = aRate('r', {}, { window: 600_000, per: 3_600_000, minSpan: 300_000, levels: [aLevel('red', '>= 1')] })

test('nothing before the readings span enough, then the change per stated time', () => {
  const window = newRateWindow()
  expect(rateOf(rule, window, { t: 0, value: 10 })).toBeUndefined()
  expect(rateOf(rule, window, { t: 299_000, value: 10 })).toBeUndefined()
  expect(rateOf(rule, window, { t: 300_000, value: 11 })).toBeCloseTo(12)
  expect(rateOf(rule, window, { t: 600_000, value: 11 })).toBeCloseTo(6)
})

test('what is older than the window does not count', () => {
  const window = newRateWindow()
  rateOf(rule, window, { t: 0, value: 0 })
  rateOf(rule, window, { t: 100_000, value: 50 })
  expect(rateOf(rule, window, { t: 650_000, value: 50 })).toBeCloseTo(0)
  // After a long silence it begins anew.
  expect(rateOf(rule, window, { t: 5_000_000, value: 90 })).toBeUndefined()
})

test('a fast sensor is thinned, and the rate stays that of the whole window', () => {
  const window = newRateWindow()
  let rate: number | undefined
  for (let t = 0; t <= 1_200_000; t += 1_000) rate = rateOf(rule, window, { t, value: t / 1_000 })
  expect(window.times.length).toBeLessThanOrEqual(RATE_POINTS + 1)
  expect(rate).toBeCloseTo(3_600)
})
