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
