/** How lengths of time are written in files: `500ms`, `30s`, `5m`, `24h`, `90d`, or a number of milliseconds. */

import type { Millis } from '@tocsin/core/domain/ids.ts'

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

export const durationPattern = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/

/** Milliseconds of `30s` and its like; undefined for anything else. */
export function parseDuration(written: string): Millis | undefined {
  const [, number, unit] = durationPattern.exec(written) ?? []
  const factor = Object.entries(units).find(([name]) => name === unit)?.[1]
  return number === undefined || factor === undefined ? undefined : Math.round(Number(number) * factor)
}
