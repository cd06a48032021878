import { loadRules } from '@tocsin/config/rules.ts'
import type { Limit } from '@tocsin/core/domain/limit.ts'
import type { Override } from '@tocsin/core/domain/site.ts'
import { expect, test } from 'vitest'
import { packPath } from './packs.ts'
import { limitsOf, ruleOf, verdicts } from './testing.ts'

const rules = loadRules([packPath('tailings')])

function design(rule: string, level: string, raise: Limit): Override {
  return { rule, level, raise, by: '设计单位', at: '2026-03-02', why: '设计值' }
}

test.each([
  ['tailings-phreatic', '最小埋深'],
  ['tailings-freeboard', '最小安全超高'],
  ['tailings-beach', '最小干滩长度'],
])('%s: the minimum is red, 1.1 times orange, 1.2 yellow, 1.3 blue', (id, basis) => {
  expect(limitsOf(rules, id).map(([colour, limit]) => [colour, limit])).toEqual([
    ['red', `<= ${basis}`],
    ['orange', `<= ${basis} × 1.1`],
    ['yellow', `<= ${basis} × 1.2`],
    ['blue', `<= ${basis} × 1.3`],
  ])
})

// hazards §3.1: class, freeboard, beach upstream, beach down- and centre-line
test.for([
  [1, 1.5, 150, 100],
  [2, 1.0, 100, 70],
  [3, 0.7, 70, 50],
  [4, 0.5, 50, 35],
  [5, 0.4, 40, 25],
] as const)('class %d: freeboard %d m, beach %d m, downstream %d m', ([grade, freeboard, beach, downstream]) => {
  const red = (quantity: 'freeboard' | 'beach-length', location: string, value: number) =>
    verdicts(rules, { hazard: 'tailings', quantity, location }, [value, value + 0.01])
  expect(red('freeboard', `class-${grade}`, freeboard)).toEqual(['red', 'orange'])
  expect(red('freeboard', `class-${grade}-downstream`, freeboard)).toEqual(['red', 'orange'])
  expect(red('beach-length', `class-${grade}`, beach)).toEqual(['red', 'orange'])
  expect(red('beach-length', `class-${grade}-downstream`, downstream)).toEqual(['red', 'orange'])
})

test.each([
  ['fill-150', 10],
  ['fill-100-150', 8],
  ['fill-60-100', 6],
  ['fill-30-60', 4],
  ['fill-under-30', 2],
  ['seismic-grade-1-3', 6],
  ['seismic-grade-4-5', 4],
])('phreatic depth without a design value at %s: %d m', (location, minimum) => {
  const near = [1, 1.1, 1.2, 1.3, 1.31].map((times) => Number((minimum * times).toPrecision(12)))
  expect(verdicts(rules, { hazard: 'tailings', quantity: 'phreatic-depth', location }, near)).toEqual([
    'red',
    'orange',
    'yellow',
    'blue',
    null,
  ])
})

test('pool level by flood-design and control level, its rise, and displacement', () => {
  expect(limitsOf(rules, 'tailings-pool-level').map(([colour, limit]) => [colour, limit])).toEqual([
    ['red', '>= 设计洪水位'],
    ['orange', '>= 控制水位'],
    ['yellow', '>= 控制水位 + -0.3'],
    ['blue', '>= 控制水位 + -0.5'],
  ])
  expect(limitsOf(rules, 'tailings-pool-rate').map(([colour, limit]) => [colour, limit])).toEqual([['blue', '>= 0.1']])
  expect(ruleOf(rules, 'tailings-pool-rate')).toMatchObject({ kind: 'rate', per: 3_600_000 })
  for (const id of ['tailings-surface-rate', 'tailings-internal-rate']) {
    expect(limitsOf(rules, id).map(([colour, limit]) => [colour, limit])).toEqual([
      ['blue', '>= 2'],
      ['yellow', '>= 5'],
      ['orange', '>= 10'],
      ['red', '>= 20'],
    ])
    expect(ruleOf(rules, id)).toMatchObject({ kind: 'rate', window: 86_400_000, per: 86_400_000 })
  }
  expect(ruleOf(rules, 'tailings-silence')).toMatchObject({ intervals: 3, atLeast: 60_000 })
})

test('readings: limits follow from the design values that the registry gives, and without them there is no verdict', () => {
  const phreatic = { hazard: 'tailings', quantity: 'phreatic-depth' } as const
  expect(verdicts(rules, phreatic, [0.1])).toEqual([null])
  const minimum = [design('tailings-phreatic', '最小埋深', { op: '<=', value: 3 })]
  expect(verdicts(rules, { ...phreatic, overrides: minimum }, [4, 3.9, 3.6, 3.3, 3.1, 3])).toEqual([
    null,
    'blue',
    'yellow',
    'orange',
    'orange',
    'red',
  ])
  const pool = [
    design('tailings-pool-level', '控制水位', { op: '>=', value: 413 }),
    design('tailings-pool-level', '设计洪水位', { op: '>=', value: 413.6 }),
  ]
  const levels = [412.49, 412.5, 412.7, 413, 413.6]
  expect(verdicts(rules, { hazard: 'tailings', quantity: 'pool-level', overrides: pool }, levels)).toEqual([
    null,
    'blue',
    'yellow',
    'orange',
    'red',
  ])
  // A design value replaces the table's also where the location has one.
  const own = [design('tailings-freeboard-class-3', '最小安全超高', { op: '<=', value: 0.9 })]
  expect(
    verdicts(rules, { hazard: 'tailings', quantity: 'freeboard', location: 'class-3', overrides: own }, [0.9]),
  ).toEqual(['red'])
})
