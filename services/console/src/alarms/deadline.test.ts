import { expect, test } from 'vitest'
import { sampleAlarm, sampleStart, sampleVerdict } from '../testing/samples.ts'
import { acknowledgeBy } from './deadline.ts'

const minute = 60_000

test('red in 2, orange in 5, yellow in 15, blue in 60 minutes', () => {
  const due = (severity: 'red' | 'orange' | 'yellow' | 'blue') =>
    acknowledgeBy(sampleAlarm({ site: 's', sensor: 'a', severity }))
  expect(due('red')).toBe(sampleStart + 2 * minute)
  expect(due('orange')).toBe(sampleStart + 5 * minute)
  expect(due('yellow')).toBe(sampleStart + 15 * minute)
  expect(due('blue')).toBe(sampleStart + 60 * minute)
})

test('an escalation counts from itself, a return and a late reading from the beginning', () => {
  const verdict = { ...sampleVerdict('red'), t: sampleStart + 9 * minute }
  expect(acknowledgeBy(sampleAlarm({ site: 's', sensor: 'a', verdict }))).toBe(sampleStart + 11 * minute)
  expect(acknowledgeBy(sampleAlarm({ site: 's', sensor: 'a', verdict, active: false }))).toBe(sampleStart + 2 * minute)
  const late = { ...verdict, t: sampleStart - 9 * minute }
  expect(acknowledgeBy(sampleAlarm({ site: 's', sensor: 'a', verdict: late }))).toBe(sampleStart + 2 * minute)
})

test('nothing is due of what is acknowledged or has no colour', () => {
  const acknowledged = { severity: 'red', by: 'u', at: sampleStart } as const
  expect(acknowledgeBy(sampleAlarm({ site: 's', sensor: 'a', acknowledged }))).toBeNull()
  expect(acknowledgeBy(sampleAlarm({ site: 's', sensor: 'a', severity: null }))).toBeNull()
})
