/** Counts by hand what the methane series must give: reads the CSV and the standard's levels, knows nothing of Tocsin. */

import { readFileSync } from 'node:fs'

export interface Counts {
  raises: number
  escalations: number
  deescalations: number
  clears: number
}

interface Level {
  readonly rank: number
  readonly alarm: number
  readonly restore: number
}

/** One level: alarm at 1.0 or more, restored below 1.0 %. */
export const oneLevel: readonly Level[] = [{ rank: 2, alarm: 1, restore: 1 }]

/** AQ 1029, coal face: alarm 1.0, cut-off 1.5 restored below 1.0; ours: 80 % of the alarm value, 3.0 %. */
export const coalFace: readonly Level[] = [
  { rank: 1, alarm: 0.8, restore: 0.8 },
  { rank: 2, alarm: 1, restore: 1 },
  { rank: 3, alarm: 1.5, restore: 1 },
  { rank: 4, alarm: 3, restore: 3 },
]

/** The values of one column, in the file's order. */
export function column(file: string, name: string): number[] {
  const [header = '', ...lines] = readFileSync(file, 'utf8').trim().split('\n')
  const index = header.split(',').indexOf(name)
  return lines.map((line) => Number(line.split(',')[index]))
}

export function countEvents(values: readonly number[], levels: readonly Level[]): Counts {
  const counts: Counts = { raises: 0, escalations: 0, deescalations: 0, clears: 0 }
  const active = levels.map(() => false)
  let before = 0
  for (const value of values) {
    levels.forEach((level, i) => {
      if (value >= level.alarm) active[i] = true
      else if (value < level.restore) active[i] = false
    })
    const rank = Math.max(0, ...levels.map((level, i) => (active[i] === true ? level.rank : 0)))
    if (before === 0 && rank > 0) counts.raises++
    else if (before > 0 && rank === 0) counts.clears++
    else if (rank > before) counts.escalations++
    else if (rank < before) counts.deescalations++
    before = rank
  }
  return counts
}
