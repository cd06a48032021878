import { expect, test } from 'vitest'
import { parseDuration } from './durations.ts'

test.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['1.5m', 90_000],
  ['24h', 86_400_000],
  ['90d', 7_776_000_000],
  ['30 s', 30_000],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each(['', '30', 's', '-1s', '1w', '1s ago'])('%s is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined()
})
