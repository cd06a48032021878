import { expect, test } from 'vitest'
import type { Rule, RuleSet, ThresholdRule } from '../domain/rule.ts'
import type { Sensor, SiteConfig } from '../domain/site.ts'
import { bindRules, overrideOf } from './bind.ts'

const base = { title: '', source: '', certainty: 'S' } as const
const delays = { onDelay: 0, offDelay: 0 }

function threshold(id: string, rest: Partial<ThresholdRule>): ThresholdRule {
  return { ...base, id, kind: 'threshold', select: {}, levels: [], ...rest }
}

function sensor(rest: Partial<Sensor>): Sensor {
  return {
    id: 'S1',
    tag: 'S1',
    name: 'S1',
    quantity: 'methane',
    unit: '%',
    range: [0, 4],
    location: 'return-corner',
    group: '',
    interval: 1000,
    gateway: 'G1',
    overrides: [],
    ...rest,
  }
}

function setOf(...rules: Rule[]): RuleSet {
  return { hash: 'h', rules: rules.map((rule) => ({ hash: `hash of ${rule.id}`, rule })) }
}

const site: SiteConfig = {
  id: 's',
  name: 's',
  enterprise: 'e',
  hazard: 'coal',
  area: '999901000000',
  gateways: [],
  sensors: [],
}
const alarm = { name: '报警', severity: 'yellow', raise: { op: '>=', value: 1 }, ...delays } as const
const signed = { by: '设计', at: '2026-01-01', why: '设计值' }

function idsOf(rules: RuleSet, own: Sensor): string[] {
  return bindRules(rules, site, own).map((bound) => bound.ref.id)
}

test('every rule whose selector matches applies, and its hash goes with it', () => {
  const rules = setOf(
    threshold('all', { levels: [alarm] }),
    threshold('methane', { select: { hazard: 'coal', quantity: 'methane' }, levels: [alarm] }),
    threshold('corner', { select: { locations: ['coal-face', 'return-corner'] }, levels: [alarm] }),
    threshold('elsewhere', { select: { locations: ['coal-face'] }, levels: [alarm] }),
    threshold('other-hazard', { select: { hazard: 'tailings' }, levels: [alarm] }),
    { ...base, id: 'silence', kind: 'silence', select: {}, intervals: 3, atLeast: 60_000 },
  )
  expect(idsOf(rules, sensor({}))).toEqual(['all', 'methane', 'corner', 'silence'])
  expect(bindRules(rules, site, sensor({}))[0]?.ref).toEqual({ id: 'all', kind: 'threshold', hash: 'hash of all' })
})

test('a rule replaces another only where it applies itself', () => {
  const rules = setOf(
    threshold('general', { levels: [alarm] }),
    threshold('corner', { select: { locations: ['return-corner'] }, levels: [alarm], replaces: ['general'] }),
  )
  expect(idsOf(rules, sensor({}))).toEqual(['corner'])
  expect(idsOf(rules, sensor({ location: 'coal-face' }))).toEqual(['general'])
})

test('an override moves the limit of its level; the clear value keeps its distance unless it is given too', () => {
  const level = { ...alarm, clear: { op: '<', value: 0.8 } } as const
  const rules = setOf(threshold('r', { levels: [level, { ...level, name: '断电' }] }))
  const moved = { rule: 'r', level: '报警', raise: { op: '>=', value: 0.7 }, ...signed } as const
  const bound = bindRules(rules, site, sensor({ overrides: [moved] }))
  expect(bound[0]?.rule).toMatchObject({
    levels: [
      { name: '报警', raise: { op: '>=', value: 0.7 }, clear: { op: '<', value: 0.5 } },
      { name: '断电', raise: { op: '>=', value: 1 }, clear: { op: '<', value: 0.8 } },
    ],
  })
  const given = { ...moved, clear: { op: '<', value: 0.65 }, offDelay: 5000 } as const
  expect(bindRules(rules, site, sensor({ overrides: [given] }))[0]?.rule).toMatchObject({
    levels: [{ clear: { op: '<', value: 0.65 }, offDelay: 5000 }, {}],
  })
})

const own = (name: string) => ({ name, of: name, times: 1, plus: 0, deadband: 0, ...delays }) as const

test('a level that needs the design value exists only where an override gives it', () => {
  const rules = setOf(
    threshold('pool', {
      perSensor: [
        { ...own('控制水位'), severity: 'orange', op: '>=', deadband: 0.1 },
        { ...own('设计洪水位'), severity: 'red', op: '>=' },
      ],
    }),
  )
  expect(bindRules(rules, site, sensor({}))).toEqual([])
  const control = { rule: 'pool', level: '控制水位', raise: { op: '>=', value: 413.3 }, ...signed } as const
  const [bound] = bindRules(rules, site, sensor({ overrides: [control] }))
  expect(bound?.rule).not.toHaveProperty('perSensor')
  expect(bound?.rule).toMatchObject({
    levels: [{ name: '控制水位', severity: 'orange', raise: { value: 413.3 }, clear: { op: '<', value: 413.2 } }],
  })
})

test('where lower is worse, the deadband lies above the limit', () => {
  const rules = setOf(
    threshold('low', { perSensor: [{ ...own('低低'), severity: 'orange', op: '<=', deadband: 0.3 }] }),
  )
  const at = sensor({ overrides: [{ rule: 'low', level: '低低', raise: { op: '<=', value: 3 }, ...signed }] })
  expect(bindRules(rules, site, at)[0]?.rule).toMatchObject({ levels: [{ clear: { op: '>', value: 3.3 } }] })
})

test('one design value moves every level that follows from it; a level may still be given by itself', () => {
  const rule = threshold('phreatic', {
    perSensor: [
      { ...own('红'), of: '最小埋深', severity: 'red', op: '<=', fallback: 4 },
      { ...own('橙'), of: '最小埋深', times: 1.1, plus: 0.05, severity: 'orange', op: '<=', fallback: 4 },
    ],
  })
  const design = { rule: 'phreatic', level: '最小埋深', raise: { op: '<=', value: 3 }, ...signed } as const
  const orange = { rule: 'phreatic', level: '橙', raise: { op: '<=', value: 3.5 }, ...signed } as const
  const limits = (overrides: Sensor['overrides']) =>
    bindRules(setOf(rule), site, sensor({ overrides })).flatMap((bound) =>
      bound.rule.kind === 'silence' ? [] : bound.rule.levels.map((level) => level.raise.value),
    )
  expect(limits([])).toEqual([4, 4.45])
  expect(limits([design])).toEqual([3, 3.35])
  expect(limits([design, orange])).toEqual([3, 3.5])
  const both = sensor({ overrides: [design, orange] })
  expect([overrideOf(rule, '红', both), overrideOf(rule, '橙', both)]).toEqual([design, orange])
})
