/** A limit and how a value is compared with it. */

/** `≥` and `≤` raise at the limit itself, `>` and `<` past it, as the standard writes it. */
export type Comparison = '>=' | '>' | '<=' | '<'

export interface Limit {
  readonly op: Comparison
  readonly value: number
}

/** Whether the value is at or past the limit, in the way the limit is written. */
export function holds(limit: Limit, value: number): boolean {
  switch (limit.op) {
    case '>=':
      return value >= limit.value
    case '>':
      return value > limit.value
    case '<=':
      return value <= limit.value
    case '<':
      return value < limit.value
  }
}

/** The comparison that holds exactly where `op` does not. */
export function opposite(op: Comparison): Comparison {
  switch (op) {
    case '>=':
      return '<'
    case '>':
      return '<='
    case '<=':
      return '>'
    case '<':
      return '>='
  }
}

/** Whether larger values are worse. */
export function isRising(op: Comparison): boolean {
  return op === '>=' || op === '>'
}

/** The limit at which `raise` is left when the value must return `deadband` past it; 12 significant digits, as units.ts. */
export function withDeadband(raise: Limit, deadband: number): Limit {
  const value = raise.value + (isRising(raise.op) ? -deadband : deadband)
  return { op: opposite(raise.op), value: Number(value.toPrecision(12)) }
}
