/** Turns a rule as written into one in canonical units, or says which line of it cannot be. */

import { isRising, type Limit, opposite, withDeadband } from '@tocsin/core/domain/limit.ts'
import type { Level, LevelTemplate, Rule } from '@tocsin/core/domain/rule.ts'
import { conversion, type Conversion, convert } from '@tocsin/core/domain/units.ts'
import type { Path, Problem } from './problems.ts'
import type { LevelFile, RuleFile } from './rule-schema.ts'
import type { Complaint } from './yaml.ts'

/** Collects complaints at paths within the rule. */
type Complain = (path: Path, complaint: Complaint) => Problem

export interface Converted {
  readonly rule: Rule
  readonly problems: readonly Problem[]
}

/** The rule with its limits in the quantity's canonical unit; `rule` is only to be used where `problems` is empty. */
export function convertRule(written: RuleFile, complain: Complain): Converted {
  if (written.kind === 'silence') return { rule: written, problems: [] }
  const problems: Problem[] = []
  const factor = unitOf(written, (complaint) => problems.push(complain(['unit'], complaint)))
  const levels: Level[] = []
  const perSensor: LevelTemplate[] = []
  const names = new Set<string>()
  const design = written.kind === 'threshold' ? (written.design ?? {}) : {}
  for (const [index, level] of written.levels.entries()) {
    const wrong = faultOf(level, written.kind)
    if (wrong) problems.push(complain(['levels', index, wrong.field], wrong))
    if (names.has(level.name)) {
      problems.push(
        complain(['levels', index, 'name'], {
          expected: 'a name that no other level of the rule has',
          found: `"${level.name}" again`,
        }),
      )
    }
    names.add(level.name)
    if (level.perSensor) perSensor.push(templateOf(level, level.perSensor, { design, factor }))
    else if (level.raise) levels.push(levelOf(level, level.raise, factor))
  }
  const used = new Set(perSensor.map((template) => template.of))
  for (const name of Object.keys(design)) {
    if (!used.has(name))
      problems.push(
        complain(['design', name], {
          expected: 'a design value that a level is `of`',
          found: 'one that none is',
          key: true,
        }),
      )
  }
  const { levels: _levels, unit, ...rest } = written
  const source = factor.condition === '' ? rest.source : `${rest.source}（由 ${unit} 换算，${factor.condition}）`
  if (rest.kind === 'rate') return { rule: { ...rest, source, levels }, problems }
  const { design: _design, ...threshold } = rest
  return { rule: { ...threshold, source, levels, ...(perSensor.length === 0 ? {} : { perSensor }) }, problems }
}

function unitOf(written: Exclude<RuleFile, { kind: 'silence' }>, complain: (complaint: Complaint) => void): Conversion {
  const none: Conversion = { factor: 1, offset: 0, condition: '' }
  if (written.unit === undefined) return none
  const found = conversion(written.select.quantity, written.unit)
  if (found.ok) return found.value
  complain({ expected: `a unit of ${written.select.quantity}: ${found.error.join(', ')}`, found: `"${written.unit}"` })
  return none
}

function faultOf(level: LevelFile, kind: 'threshold' | 'rate'): (Complaint & { field: string }) | undefined {
  if (level.raise && level.perSensor) {
    return { field: 'perSensor', expected: 'either raise or perSensor', found: 'both', key: true }
  }
  if (!level.raise && !level.perSensor)
    return { field: 'name', expected: 'raise or perSensor in the level', found: 'neither' }
  if (level.perSensor && kind === 'rate') {
    return { field: 'perSensor', expected: 'raise, in a rate rule', found: 'perSensor', key: true }
  }
  if (!level.clear) return undefined
  if (level.deadband !== undefined)
    return { field: 'deadband', expected: 'either clear or deadband', found: 'both', key: true }
  if (!level.raise) return { field: 'clear', expected: 'deadband beside perSensor', found: 'clear', key: true }
  const fault = clearFault(level.raise, level.clear)
  return fault && { field: 'clear', ...fault }
}

/** A level whose clear value can hold together with its limit would flicker: AQ 1029 restores with <, below the limit. */
export function clearFault(raise: Limit, clear: Limit): Complaint | undefined {
  const found = `${clear.op} ${clear.value}`
  const rising = isRising(raise.op)
  if (rising === isRising(clear.op)) return { expected: `a comparison against that of raise (${raise.op})`, found }
  const beyond = rising ? clear.value > raise.value : clear.value < raise.value
  const touching = clear.value === raise.value && clear.op !== opposite(raise.op)
  if (!beyond && !touching) return undefined
  return { expected: `a clear value that excludes ${raise.op} ${raise.value}`, found }
}

function levelOf(level: LevelFile, raise: Limit, factor: Conversion): Level {
  const limit = canonicalLimit(raise, factor)
  const back = level.deadband === undefined ? level.clear : withDeadband(raise, level.deadband)
  const clear = back && canonicalLimit(back, factor)
  return { ...common(level), raise: limit, ...(clear ? { clear } : {}) }
}

interface Context {
  readonly design: Readonly<Record<string, number>>
  readonly factor: Conversion
}

function templateOf(
  level: LevelFile,
  own: NonNullable<LevelFile['perSensor']>,
  { design, factor }: Context,
): LevelTemplate {
  const of = own.of ?? level.name
  const fallback = Object.entries(design).find(([name]) => name === of)?.[1]
  return {
    ...common(level),
    op: own.op,
    of,
    times: own.times,
    plus: own.plus === 0 ? 0 : convert({ ...factor, offset: 0 }, own.plus),
    deadband: level.deadband === undefined ? 0 : convert({ ...factor, offset: 0 }, level.deadband),
    ...(fallback === undefined ? {} : { fallback: convert(factor, fallback) }),
  }
}

function common(level: LevelFile): Pick<Level, 'name' | 'severity' | 'onDelay' | 'offDelay' | 'source' | 'certainty'> {
  const { name, severity, onDelay, offDelay, source, certainty } = level
  return {
    name,
    severity,
    onDelay,
    offDelay,
    ...(source === undefined ? {} : { source }),
    ...(certainty === undefined ? {} : { certainty }),
  }
}

function canonicalLimit(limit: Limit, factor: Conversion): Limit {
  return { op: limit.op, value: convert(factor, limit.value) }
}
