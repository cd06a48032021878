import { loadRules } from '@tocsin/config/rules.ts'
import { expect, test } from 'vitest'
import { packPath } from './packs.ts'
import { limitsOf, ruleOf, verdicts } from './testing.ts'

const rules = loadRules([packPath('hazchem')])

// hazards §1.2, typed in again from the table: AL, AH, IDLH in mg/m³
const toxic: [string, number, number, number][] = [
  ['chlorine', 1, 2, 88],
  ['ammonia', 20, 40, 360],
  ['hydrogen-sulfide', 10, 20, 430],
  ['carbon-monoxide', 20, 40, 1700],
  ['sulfur-dioxide', 5, 10, 270],
  ['nitrogen-dioxide', 5, 10, 96],
  ['hydrogen-chloride', 7.5, 15, 150],
  ['hydrogen-cyanide', 1, 2, 56],
  ['phosgene', 0.5, 1, 8],
  ['methanol', 25, 50, 33000],
]

test.for(toxic)(
  '%s: level 1 yellow at %d, level 2 orange at %d, a quarter of IDLH %d held 30 s red',
  ([gas, al, ah, idlh]) => {
    expect(limitsOf(rules, `hazchem-${gas}`)).toEqual([
      ['yellow', `>= ${al}`, 0],
      ['orange', `>= ${ah}`, 0],
      ['red', `>= ${idlh / 4}`, 30_000],
    ])
    const rule = ruleOf(rules, `hazchem-${gas}`)
    expect([rule.certainty, rule.kind === 'threshold' && rule.levels[2]?.certainty]).toEqual(['S', 'I'])
  },
)

test('combustible gas, open path and oxygen', () => {
  expect(limitsOf(rules, 'hazchem-combustible')).toEqual([
    ['yellow', '>= 25', 0],
    ['orange', '>= 50', 0],
  ])
  expect(limitsOf(rules, 'hazchem-open-path')).toEqual([
    ['yellow', '>= 1', 0],
    ['orange', '>= 2', 0],
  ])
  expect(limitsOf(rules, 'hazchem-oxygen')).toEqual([
    ['yellow', '<= 19.5', 0],
    ['yellow', '>= 23.5', 0],
  ])
})

test('tanks: high and low yellow after the customary delay, high-high and low-low orange at once', () => {
  expect(limitsOf(rules, 'hazchem-tank-level')).toEqual([
    ['yellow', '>= 85', 60_000],
    ['orange', '>= 90', 0],
    ['yellow', '<= 15', 60_000],
    ['orange', '<= 10', 0],
  ])
  expect(limitsOf(rules, 'hazchem-tank-pressure')).toEqual([
    ['yellow', '>= 高', 15_000],
    ['orange', '>= 高高', 0],
    ['yellow', '<= 低', 15_000],
    ['orange', '<= 低低', 0],
  ])
  expect(limitsOf(rules, 'hazchem-tank-temperature').map(([, , delay]) => delay)).toEqual([60_000, 0, 60_000, 0])
})

test('no reading for three intervals, 60 s at least', () => {
  expect(ruleOf(rules, 'hazchem-silence')).toMatchObject({ kind: 'silence', intervals: 3, atLeast: 60_000 })
})

test('readings: chlorine through its levels, a tank with its own high level', () => {
  expect(verdicts(rules, { hazard: 'hazchem', quantity: 'chlorine' }, [0.9, 1, 1.99, 2, 22])).toEqual([
    null,
    'yellow',
    'yellow',
    'orange',
    'red',
  ])
  const high = {
    rule: 'hazchem-tank-level',
    level: '高',
    raise: { op: '>=', value: 80 },
    by: '设计',
    at: '2026-01-01',
    why: '设计',
  } as const
  expect(verdicts(rules, { hazard: 'hazchem', quantity: 'tank-level', overrides: [high] }, [50, 81, 90, 9])).toEqual([
    null,
    'yellow',
    'orange',
    'orange',
  ])
  expect(verdicts(rules, { hazard: 'hazchem', quantity: 'tank-pressure' }, [-1e6, 1e6])).toEqual([null, null])
  expect(verdicts(rules, { hazard: 'hazchem', quantity: 'oxygen' }, [19.5, 20.9, 23.5])).toEqual([
    'yellow',
    null,
    'yellow',
  ])
})
