/** What is allowed but most likely not meant: sensors that nothing watches, limits out of reach, villages out of earshot. */

import type { Registry, Sensor, Site } from '@tocsin/core/domain/site.ts'
import type { RuleSet } from '@tocsin/core/domain/rule.ts'
import { quantityOf } from '@tocsin/core/domain/quantity.ts'
import { bindRules, selects } from '@tocsin/core/rules/bind.ts'
import { didYouMean, type Path, type Problem } from './problems.ts'
import type { Complaint } from './yaml.ts'

/** Finds the place of a site or of its sensor in the files. */
export type SitePlace = (site: Site, field: Path, complaint: Complaint) => Problem

/** Warnings, and an error for a location word that no rule knows: a misspelt one would lose its limits unseen. */
export function advice(registry: Registry, rules: RuleSet | null, place: SitePlace): Problem[] {
  return registry.sites.flatMap((site) => [
    ...unheard(site, registry, place),
    ...(rules === null ? [] : site.sensors.flatMap((sensor, index) => ofSensor({ site, sensor, index }, rules, place))),
  ])
}

interface Seat {
  readonly site: Site
  readonly sensor: Sensor
  readonly index: number
}

function ofSensor({ site, sensor, index }: Seat, rules: RuleSet, place: SitePlace): Problem[] {
  const at = (field: Path, complaint: Complaint): Problem => place(site, ['sensors', index, ...field], complaint)
  const words = new Set(
    rules.rules.flatMap(({ rule }) => (rule.select.hazard === site.hazard ? (rule.select.locations ?? []) : [])),
  )
  if (sensor.location !== 'general' && !words.has(sensor.location)) {
    const found = `"${sensor.location}"${didYouMean(sensor.location, words)}`
    return [at(['location'], { expected: 'general, or a location that a rule names', found })]
  }
  const levels = bindRules(rules, site, sensor).flatMap(({ rule }) => (rule.kind === 'threshold' ? rule.levels : []))
  const [low, high] = sensor.range
  const unreachable = levels.filter(({ raise: { op, value } }) =>
    op === '>=' || op === '>' ? value > high : value < low,
  )
  const warnings = unreachable.map((level) =>
    at(['range'], {
      expected: `a range that reaches ${level.name} ${level.raise.op} ${level.raise.value} ${quantityOf(sensor.quantity).unit}`,
      found: `[${low}, ${high}]`,
      severity: 'warning',
    }),
  )
  const waiting = levels.length > 0 ? [] : lacking(site, sensor, rules)
  if (waiting.length > 0) {
    const expected = `an override with the design value ${waiting.join(', ')}`
    warnings.push(at(['overrides'], { expected, found: 'none, so the sensor has no limit', severity: 'warning' }))
  }
  return warnings
}

/** Design values that rules for this sensor wait for. */
function lacking(site: Site, sensor: Sensor, rules: RuleSet): string[] {
  const templates = rules.rules.flatMap(({ rule }) =>
    rule.kind === 'threshold' && selects(rule.select, site, sensor) ? (rule.perSensor ?? []) : [],
  )
  return [...new Set(templates.map((template) => template.of))]
}

function unheard(site: Site, registry: Registry, place: SitePlace): Problem[] {
  return site.villages.flatMap((village, index) => {
    if (registry.platforms.some((platform) => platform.areas.some((prefix) => village.area.startsWith(prefix))))
      return []
    const complaint = {
      expected: 'a loudspeaker platform that drives this area',
      found: 'none',
      severity: 'warning',
    } as const
    return [place(site, ['villages', index, 'area'], complaint)]
  })
}
