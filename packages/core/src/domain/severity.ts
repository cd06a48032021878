/** The four colours of a warning and their order. */

/** 红橙黄蓝, from the gravest to the least (突发事件应对法: 一级 to 四级). */
export type Severity = 'red' | 'orange' | 'yellow' | 'blue'

/** From the gravest to the least. */
export const severities: readonly Severity[] = ['red', 'orange', 'yellow', 'blue']

const rank: Record<Severity, number> = { red: 4, orange: 3, yellow: 2, blue: 1 }

/** 4 red … 1 blue; 0 for an alarm without a colour (blindness, 失联). */
export function severityRank(severity: Severity | null): number {
  return severity === null ? 0 : rank[severity]
}

/** Whether `a` is graver than `b`; an alarm without a colour is graver than none. */
export function isWorse(a: Severity | null, b: Severity | null): boolean {
  return severityRank(a) > severityRank(b)
}
