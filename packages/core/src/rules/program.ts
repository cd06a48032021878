/** A bound rule made ready for the hot path: levels in the order of gravity and the band in which nothing holds. */

import type { RuleRef } from '../domain/alarm-event.ts'
import type { Level, Rule } from '../domain/rule.ts'
import { severityRank } from '../domain/severity.ts'
import type { BoundRule } from './bind.ts'

export interface Program {
  readonly ref: RuleRef
  readonly rule: Rule
  /** Equal exactly when the rule and the limits in force are: state is kept across a change of the rules (rule stays). */
  readonly key: string
  readonly levels: readonly Level[]
  /** Indexes of `levels`, gravest first; among equals the more extreme limit first. */
  readonly order: readonly number[]
  /** No level's `raise` holds strictly between them. */
  readonly quietLow: number
  readonly quietHigh: number
}

const rising = (level: Level): boolean => level.raise.op === '>=' || level.raise.op === '>'

/** Compiles one bound rule; `key` is its canonical JSON. */
export function compile(bound: BoundRule, key: string): Program {
  const levels = bound.rule.kind === 'silence' ? [] : bound.rule.levels
  let quietLow = -Infinity
  let quietHigh = Infinity
  for (const level of levels) {
    if (rising(level)) quietHigh = Math.min(quietHigh, level.raise.value)
    else quietLow = Math.max(quietLow, level.raise.value)
  }
  const extreme = (level: Level): number => (rising(level) ? level.raise.value : -level.raise.value)
  const order = levels
    .map((level, index) => ({ level, index }))
    .sort(
      (a, b) =>
        severityRank(b.level.severity) - severityRank(a.level.severity) ||
        extreme(b.level) - extreme(a.level) ||
        a.index - b.index,
    )
    .map(({ index }) => index)
  return { ref: bound.ref, rule: bound.rule, key, levels, order, quietLow, quietHigh }
}
