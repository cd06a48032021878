/** Rules as data: what a rule file says once it is checked. */

import type { Hazard } from './hazard.ts'
import type { Hash, Millis, RuleId } from './ids.ts'
import type { Comparison, Limit } from './limit.ts'
import type { QuantityId } from './quantity.ts'
import type { Severity } from './severity.ts'

/** Which sensors a rule is for; what is absent does not narrow. */
export interface RuleSelector {
  readonly hazard?: Hazard
  readonly quantity?: QuantityId
  /** The sensor's location is one of these. */
  readonly locations?: readonly string[]
}

interface LevelBase {
  /** The field's own name, e.g. 一级, 报警, 断电, 高高; unique in the rule. */
  readonly name: string
  readonly severity: Severity
  /** How long `raise` must hold, ms of the device's time. */
  readonly onDelay: Millis
  /** How long `clear` must hold, ms of the device's time. */
  readonly offDelay: Millis
  /** Where this level's limit comes from, if not from the rule's source. */
  readonly source?: string
  readonly certainty?: Certainty
}

/** One level of a threshold or rate rule. */
export interface Level extends LevelBase {
  readonly raise: Limit
  /** When the level is left; absent: when `raise` no longer holds. */
  readonly clear?: Limit
}

/**
 * A level whose limit follows from a design value of the sensor's own place (pool level, phreatic minimum):
 * `design value × times + plus`. A sensor whose override gives neither the level nor the design value, in a rule without
 * a `fallback`, has no such level, and hence no verdict from it.
 */
export interface LevelTemplate extends LevelBase {
  readonly op: Comparison
  /** The design value's name, by which an override gives it, e.g. 最小埋深. */
  readonly of: string
  readonly times: number
  readonly plus: number
  /** The design value that the standard's table gives where the design institute's is not entered. */
  readonly fallback?: number
  /** How far past the limit, on the safe side, the value must return; 0: the limit itself. */
  readonly deadband: number
}

/** S seen, M from memory, I ours: what is not S is shown as ours to confirm. */
export type Certainty = 'S' | 'M' | 'I'

interface RuleBase {
  readonly id: RuleId
  readonly title: string
  readonly select: RuleSelector
  /** Standard and clause, with hazards.md's certainty tag. */
  readonly source: string
  readonly certainty: Certainty
  /** Where this rule applies, these do not: a location's own limits instead of the general ones. */
  readonly replaces?: readonly RuleId[]
}

/** The value against levels, in the quantity's canonical unit. */
export interface ThresholdRule extends RuleBase {
  readonly kind: 'threshold'
  /** Worst last or first, as written; any number. */
  readonly levels: readonly Level[]
  /** Levels that follow from the sensor's design values; absent once the rule is bound to a sensor. */
  readonly perSensor?: readonly LevelTemplate[]
}

/** The change per `per` over `window`, in the canonical unit, against levels. */
export interface RateRule extends RuleBase {
  readonly kind: 'rate'
  readonly window: Millis
  /** The unit of time in which the rate is written, ms. */
  readonly per: Millis
  /** No verdict before the window holds readings that span this much, ms. */
  readonly minSpan: Millis
  readonly levels: readonly Level[]
}

/** No reading for max(`intervals` × the sensor's interval, `atLeast`): 失联, an alarm without a colour. */
export interface SilenceRule extends RuleBase {
  readonly kind: 'silence'
  readonly intervals: number
  readonly atLeast: Millis
}

export type Rule = ThresholdRule | RateRule | SilenceRule
export type RuleKind = Rule['kind']

/** What the engine gets: every rule with the hash of its canonical content (I4). */
export interface RuleSet {
  readonly hash: Hash
  readonly rules: readonly { readonly hash: Hash; readonly rule: Rule }[]
}
