/** Turns sensors as written into the engine's: units and ranges made canonical, overrides checked against the rules. */

import { isRising, type Comparison } from '@tocsin/core/domain/limit.ts'
import type { Rule, RuleSet } from '@tocsin/core/domain/rule.ts'
import type { Override, Sensor } from '@tocsin/core/domain/site.ts'
import { type Conversion, conversion, convert } from '@tocsin/core/domain/units.ts'
import { quantityOf } from '@tocsin/core/domain/quantity.ts'
import { selects } from '@tocsin/core/rules/bind.ts'
import type { Item } from './files.ts'
import { didYouMean, type Path, type Problem } from './problems.ts'
import type { SensorFile } from './registry-schema.ts'
import type { SiteEntry } from './registry-read.ts'
import { clearFault } from './rule-convert.ts'
import type { Complaint } from './yaml.ts'

const none: Conversion = { factor: 1, offset: 0, condition: '' }

/** The sensor in canonical units; to be used only where no problem is an error. */
export function convertSensor(
  item: Item<SensorFile>,
  site: SiteEntry['site'],
  rules: RuleSet | null,
): { readonly sensor: Sensor; readonly problems: readonly Problem[] } {
  const { value } = item
  const problems: Problem[] = []
  const complain = (field: Path, complaint: Complaint): void => {
    problems.push(item.file.problem([...item.path, ...field], complaint))
  }
  const unit = value.unit ?? quantityOf(value.quantity).unit
  const own = factorOf(value, unit, (complaint) => complain(['unit'], complaint))
  const [low, high] = value.range
  if (!(low < high)) complain(['range'], { expected: 'a low end below the high end', found: `[${low}, ${high}]` })
  const overrides = value.overrides.map((written, index): Override => {
    const path = ['overrides', index]
    const { unit: other, raise, clear, ...rest } = written
    const factor =
      other === undefined ? own : factorOf(value, other, (complaint) => complain([...path, 'unit'], complaint))
    const fault = clear && clearFault(raise, clear)
    if (fault) complain([...path, 'clear'], fault)
    if (value.overrides.findIndex((o) => o.rule === written.rule && o.level === written.level) < index) {
      complain([...path, 'level'], {
        expected: 'one override for each level of a rule',
        found: `"${written.level}" again`,
      })
    }
    const wrong = rules && misplaced(written, { rules, sensor: value, site })
    if (wrong) complain([...path, wrong.field], wrong)
    return {
      ...rest,
      raise: { op: raise.op, value: convert(factor, raise.value) },
      ...(clear ? { clear: { op: clear.op, value: convert(factor, clear.value) } } : {}),
    }
  })
  return {
    sensor: { ...value, unit, range: [convert(own, low), convert(own, high)], overrides },
    problems,
  }
}

function factorOf(sensor: SensorFile, unit: string, complain: (complaint: Complaint) => void): Conversion {
  const found = conversion(sensor.quantity, unit)
  if (found.ok) return found.value
  complain({ expected: `a unit of ${sensor.quantity}: ${found.error.join(', ')}`, found: `"${unit}"` })
  return none
}

interface Place {
  readonly rules: RuleSet
  readonly sensor: SensorFile
  readonly site: SiteEntry['site']
}

/** Why an override would change nothing: a design value that is lost silently is the worst kind of wrong (hazards §0.1). */
function misplaced(
  written: SensorFile['overrides'][number],
  place: Place,
): (Complaint & { readonly field: string }) | null {
  const ids = place.rules.rules.map(({ rule }) => rule.id)
  const rule = place.rules.rules.find((entry) => entry.rule.id === written.rule)?.rule
  if (!rule)
    return { field: 'rule', expected: 'the id of a rule', found: `"${written.rule}"${didYouMean(written.rule, ids)}` }
  if (!selects(rule.select, place.site.value, place.sensor)) {
    return {
      field: 'rule',
      expected: 'a rule that applies to this sensor',
      found: `"${rule.id}", for ${selected(rule)}`,
    }
  }
  const replacing = place.rules.rules.find(
    (entry) => entry.rule.replaces?.includes(rule.id) && selects(entry.rule.select, place.site.value, place.sensor),
  )
  if (replacing) {
    return {
      field: 'rule',
      expected: `"${replacing.rule.id}", which replaces it at this location`,
      found: `"${rule.id}"`,
    }
  }
  const directions = directionsOf(rule)
  const op = directions.get(written.level)
  if (op === undefined) {
    const names = [...directions.keys()]
    return {
      field: 'level',
      expected: `one of ${names.join(', ')}`,
      found: `"${written.level}"${didYouMean(written.level, names)}`,
    }
  }
  if (isRising(op) !== isRising(written.raise.op)) {
    return {
      field: 'raise',
      expected: `a comparison in the direction of the rule's ${op}`,
      found: `${written.raise.op} ${written.raise.value}`,
    }
  }
  return null
}

/** Each name that an override may use, with the direction in which the level raises. */
function directionsOf(rule: Rule): Map<string, Comparison> {
  if (rule.kind === 'silence') return new Map()
  const templates = rule.kind === 'threshold' ? (rule.perSensor ?? []) : []
  return new Map([
    ...templates.map((template): [string, Comparison] => [template.of, template.op]),
    ...templates.map((template): [string, Comparison] => [template.name, template.op]),
    ...rule.levels.map((level): [string, Comparison] => [level.name, level.raise.op]),
  ])
}

function selected({ select }: Rule): string {
  return [select.hazard, select.quantity, select.locations?.join('/')].filter((part) => part !== undefined).join(' ')
}
