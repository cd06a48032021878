/** How the packs' tests read rules: limits as text, and the colour that a value has at a sensor. */

import type { Hazard } from '@tocsin/core/domain/hazard.ts'
import { holds } from '@tocsin/core/domain/limit.ts'
import type { Rule, RuleSet } from '@tocsin/core/domain/rule.ts'
import { isWorse, type Severity } from '@tocsin/core/domain/severity.ts'
import type { Sensor, SiteConfig } from '@tocsin/core/domain/site.ts'
import { bindRules } from '@tocsin/core/rules/bind.ts'

/** The rule of that id; throws where there is none. */
export function ruleOf(rules: RuleSet, id: string): Rule {
  const found = rules.rules.find(({ rule }) => rule.id === id)
  if (!found) throw new RangeError(`no rule ${id}`)
  return found.rule
}

/** [colour, limit, on-delay] of each level as written; a design value by its name, `× times`, `+ plus`. */
export function limitsOf(rules: RuleSet, id: string): [Severity, string, number][] {
  const rule = ruleOf(rules, id)
  if (rule.kind === 'silence') return []
  const templates = rule.kind === 'threshold' ? (rule.perSensor ?? []) : []
  return [
    ...rule.levels.map(({ severity, raise, onDelay }): [Severity, string, number] => [
      severity,
      `${raise.op} ${raise.value}`,
      onDelay,
    ]),
    ...templates.map(({ severity, op, of, times, plus, onDelay }): [Severity, string, number] => {
      const factor = times === 1 ? '' : ` × ${times}`
      const offset = plus === 0 ? '' : ` + ${plus}`
      return [severity, `${op} ${of}${factor}${offset}`, onDelay]
    }),
  ]
}

/** The gravest colour whose limit each value reaches at a sensor of this kind, without regard to delays. */
export function verdicts(
  rules: RuleSet,
  where: Partial<Sensor> & { readonly hazard: Hazard },
  values: readonly number[],
): (Severity | null)[] {
  const { hazard, ...rest } = where
  const sensor: Sensor = {
    id: 's',
    tag: 's',
    name: 's',
    quantity: 'methane',
    unit: '',
    range: [0, 1],
    location: 'general',
    group: '',
    interval: 1000,
    gateway: 'g',
    overrides: [],
    ...rest,
  }
  const site: SiteConfig = { id: 'x', name: 'x', enterprise: 'e', hazard, area: '', gateways: [], sensors: [sensor] }
  const levels = bindRules(rules, site, sensor).flatMap(({ rule }) => (rule.kind === 'threshold' ? rule.levels : []))
  return values.map((value) =>
    levels.reduce<Severity | null>(
      (worst, { raise, severity }) => (holds(raise, value) && isWorse(severity, worst) ? severity : worst),
      null,
    ),
  )
}
