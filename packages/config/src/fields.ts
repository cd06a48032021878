/** The kinds of fields that settings, registry and rule files share, each with the words for what it expects. */

import { hazards } from '@tocsin/core/domain/hazard.ts'
import { idPattern } from '@tocsin/core/domain/ids.ts'
import type { Comparison, Limit } from '@tocsin/core/domain/limit.ts'
import { quantities } from '@tocsin/core/domain/quantity.ts'
import { severities } from '@tocsin/core/domain/severity.ts'
import { z } from 'zod'
import { durationPattern, parseDuration } from './durations.ts'

export const id = z
  .string()
  .regex(idPattern, { error: 'expected an id of letters, digits, dot, hyphen or underscore, 64 at most' })

export const text = z.string().trim().min(1)

/** Text that may be left empty. */
export const note = z.string().trim()

const durationWords = 'expected a duration such as 30s, 5m, 24h or 90d, or a whole number of milliseconds'

/** Milliseconds once parsed. */
export const duration = z
  .union([z.int().nonnegative(), z.string().regex(durationPattern, { error: durationWords })], { error: durationWords })
  .transform((value) => (typeof value === 'number' ? value : (parseDuration(value) ?? 0)))

export const areaCode = z.string({ error: digits(12) }).regex(/^\d{12}$/, { error: digits(12) })

/** GD/J 080 resource code. */
export const ebrId = z.string({ error: digits(23) }).regex(/^\d{23}$/, { error: digits(23) })

function digits(count: number): string {
  return `expected ${count} digits in quotes`
}

export const severity = z.enum(severities)
export const hazard = z.enum(hazards)
export const quantity = z.enum([...quantities.keys()])
export const certainty = z.enum(['S', 'M', 'I'])

const comparisons: Readonly<Record<string, Comparison>> = {
  '>=': '>=',
  '≥': '>=',
  '>': '>',
  '<=': '<=',
  '≤': '<=',
  '<': '<',
}

/** `≥`, or `'>='` in quotes. */
export const comparison = z
  .enum(['≥', '≤', '>=', '<=', '>', '<'], { error: "expected ≥, ≤, '>' or '<'" })
  .transform((sign): Comparison => comparisons[sign] ?? '>=')

const limitPattern = /^(>=|<=|>|<|≥|≤)\s*(-?\d+(?:\.\d+)?)$/
const limitWords = "expected a limit such as ≥ 25, ≤ 3.0, '> 26' or '< 0.25'"

/** A comparison and a number, in the unit that stands beside it. */
export const limit = z
  .string({ error: limitWords })
  .regex(limitPattern, { error: limitWords })
  .transform((written): Limit => {
    const [, sign = '', value] = limitPattern.exec(written) ?? []
    return { op: comparisons[sign] ?? '>=', value: Number(value) }
  })

/** A day, or a moment with its offset. */
export const day = z.string().regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2}))?$/, {
  error: 'expected a date such as 2026-03-02',
})
