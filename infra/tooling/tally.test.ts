import { expect, test } from 'vitest'
import { countOutcomes } from './tally.ts'

test('a run that passes whole ends with two counts', () => {
  const tally = countOutcomes([{ name: 'a', state: 'passed' }])
  expect(tally).toEqual({ lines: [], summary: '1 passed, 0 failed', passed: true, skipped: false })
})

test('failures and skips are named, and the reason of a skip is told', () => {
  const tally = countOutcomes([
    { name: 'a', state: 'passed' },
    { name: 'b', state: 'failed' },
    { name: 'c', state: 'skipped', why: 'no Chromium' },
  ])
  expect(tally.lines).toEqual(['failed: b', 'skipped: c: no Chromium'])
  expect(tally.summary).toBe('1 passed, 1 failed, 1 skipped')
  expect(tally.passed).toBe(false)
})

test('a run without a test has not passed', () => {
  expect(countOutcomes([])).toMatchObject({ summary: '0 passed, 0 failed', passed: false })
})
