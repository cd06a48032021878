/** Decides which rules apply to a sensor, and with which limits once its overrides are applied. */

import type { RuleRef } from '../domain/alarm-event.ts'
import { type Limit, withDeadband } from '../domain/limit.ts'
import type { Level, LevelTemplate, Rule, RuleSet, RuleSelector } from '../domain/rule.ts'
import type { Override, Sensor, SiteConfig } from '../domain/site.ts'

/** A rule as it stands at one sensor. */
export interface BoundRule {
  /** Names the rule as written: the hash is of the rule's own content, the overrides are in the site's. */
  readonly ref: RuleRef & { readonly kind: Rule['kind'] }
  /** With the sensor's overrides applied; without `perSensor`. */
  readonly rule: Rule
}

/**
 * Every rule whose selector matches the sensor applies, in the set's order, but for those which another matching rule
 * `replaces`. A threshold or rate rule that is left without a level does not apply: a design value that nobody entered
 * gives no verdict.
 */
export function bindRules(ruleSet: RuleSet, site: SiteConfig, sensor: Sensor): BoundRule[] {
  const matching = ruleSet.rules.filter(({ rule }) => selects(rule.select, site, sensor))
  const replaced = new Set(matching.flatMap(({ rule }) => rule.replaces ?? []))
  const bound: BoundRule[] = []
  for (const { hash, rule } of matching) {
    if (replaced.has(rule.id)) continue
    const applied = withOverrides(rule, sensor.overrides)
    if (applied) bound.push({ ref: { id: rule.id, kind: rule.kind, hash }, rule: applied })
  }
  return bound
}

/** Whether a rule with this selector is for the sensor. */
export function selects(
  select: RuleSelector,
  site: Pick<SiteConfig, 'hazard'>,
  sensor: Pick<Sensor, 'quantity' | 'location'>,
): boolean {
  if (select.hazard !== undefined && select.hazard !== site.hazard) return false
  if (select.quantity !== undefined && select.quantity !== sensor.quantity) return false
  return select.locations === undefined || select.locations.includes(sensor.location)
}

function withOverrides(rule: Rule, overrides: readonly Override[]): Rule | null {
  const own = new Map(overrides.filter((o) => o.rule === rule.id).map((o) => [o.level, o]))
  switch (rule.kind) {
    case 'silence':
      return rule
    case 'rate':
      return rule.levels.length === 0 ? null : { ...rule, levels: rule.levels.map((level) => changed(level, own)) }
    case 'threshold': {
      const { perSensor = [], ...rest } = rule
      const levels = [
        ...rule.levels.map((level) => changed(level, own)),
        ...perSensor.flatMap((template) => completed(template, own)),
      ]
      return levels.length === 0 ? null : { ...rest, levels }
    }
  }
}

function changed(level: Level, own: ReadonlyMap<string, Override>): Level {
  const override = own.get(level.name)
  if (!override) return level
  const { clear: _, ...rest } = level
  const clear = override.clear ?? shifted(level, override.raise)
  return {
    ...rest,
    raise: override.raise,
    ...(clear === undefined ? {} : { clear }),
    onDelay: override.onDelay ?? level.onDelay,
    offDelay: override.offDelay ?? level.offDelay,
  }
}

/** A moved limit keeps its distance to the value that clears it, or a level could clear while it still holds. */
function shifted(level: Level, raise: Limit): Limit | undefined {
  if (level.clear === undefined) return undefined
  return { op: level.clear.op, value: rounded(raise.value + (level.clear.value - level.raise.value)) }
}

/** An override of the level itself stands before one of the design value, that before the rule's own fallback. */
function completed(template: LevelTemplate, own: ReadonlyMap<string, Override>): Level[] {
  const override = own.get(template.name)
  const design = own.get(template.of)?.raise.value ?? template.fallback
  if (!override && design === undefined) return []
  const raise = override?.raise ?? { op: template.op, value: rounded((design ?? 0) * template.times + template.plus) }
  const clear = override?.clear ?? (template.deadband === 0 ? undefined : withDeadband(raise, template.deadband))
  return [
    {
      name: template.name,
      severity: template.severity,
      raise,
      ...(clear === undefined ? {} : { clear }),
      onDelay: override?.onDelay ?? template.onDelay,
      offDelay: override?.offDelay ?? template.offDelay,
      ...(template.source === undefined ? {} : { source: template.source }),
      ...(template.certainty === undefined ? {} : { certainty: template.certainty }),
    },
  ]
}

/** 12 significant digits, as units.ts: 3.6 − 0.3 is 3.3. */
function rounded(value: number): number {
  return Number(value.toPrecision(12))
}

/** The override that a level at this sensor comes from, of the level itself or of its design value. */
export function overrideOf(rule: Rule, level: string, sensor: Pick<Sensor, 'overrides'>): Override | undefined {
  const own = sensor.overrides.filter((o) => o.rule === rule.id)
  const template = rule.kind === 'threshold' ? rule.perSensor?.find((t) => t.name === level) : undefined
  return own.find((o) => o.level === level) ?? own.find((o) => o.level === template?.of)
}
