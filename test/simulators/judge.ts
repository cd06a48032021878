/** Decides, apart from the engine, which colour a series has under the rules: a second opinion for the fleet's tests. */

import { holds } from '@tocsin/core/domain/limit.ts'
import type { Level, RuleSet } from '@tocsin/core/domain/rule.ts'
import { isWorse, type Severity } from '@tocsin/core/domain/severity.ts'
import type { Sensor, SiteConfig } from '@tocsin/core/domain/site.ts'
import { bindRules } from '@tocsin/core/rules/bind.ts'

export interface Verdict {
  readonly rule: string
  readonly severity: Severity
}

/** The gravest level of each rule that is active after a reading; a level waits for its on-delay, and has no off-delay. */
export type Judge = (t: number, value: number) => Verdict[]

/** Reads a sensor's series in order of time; `impatient` ignores on-delays. */
export function judgeOf(
  rules: RuleSet,
  { site, sensor }: { readonly site: SiteConfig; readonly sensor: Sensor },
  { impatient = false } = {},
): Judge {
  const judges = bindRules(rules, site, sensor).flatMap(({ rule }): Judge[] => {
    if (rule.kind === 'silence') return []
    const gravest = gravestOf(rule.levels, impatient)
    const rated = rule.kind === 'rate' ? rateOf(rule) : (_: number, value: number) => value
    return [
      (t, value) => {
        const judged = rated(t, value)
        const severity = judged === undefined ? null : gravest(t, judged)
        return severity === null ? [] : [{ rule: rule.id, severity }]
      },
    ]
  })
  return (t, value) => judges.flatMap((judge) => judge(t, value))
}

function gravestOf(levels: readonly Level[], impatient: boolean): (t: number, value: number) => Severity | null {
  const since = new Map<Level, number>()
  return (t, value) => {
    let worst: Severity | null = null
    for (const level of levels) {
      if (!holds(level.raise, value)) {
        since.delete(level)
        continue
      }
      const from = since.get(level) ?? t
      since.set(level, from)
      if ((impatient || t - from >= level.onDelay) && isWorse(level.severity, worst)) worst = level.severity
    }
    return worst
  }
}

/** The change since the oldest reading within the window, per the rule's time. */
function rateOf(rule: { readonly window: number; readonly per: number; readonly minSpan: number }) {
  const kept: { readonly t: number; readonly value: number }[] = []
  return (t: number, value: number): number | undefined => {
    while (kept[0] && kept[0].t < t - rule.window) kept.shift()
    const oldest = kept[0]
    kept.push({ t, value })
    if (!oldest || t - oldest.t < Math.max(1, rule.minSpan)) return undefined
    return ((value - oldest.value) / (t - oldest.t)) * rule.per
  }
}
