// Decides how numbers, limits and lists of counts are written.

import type { Comparison } from '@tocsin/core/domain/limit.ts'

const signs: Record<Comparison, string> = { '>=': '≥', '>': '>', '<=': '≤', '<': '<' }

/** A measured value with the decimals of its sensor and a true minus sign; from 1,000 on one decimal says enough. */
export function valueText(value: number, decimals: number): string {
  return value
    .toFixed(Math.abs(value) >= 1_000 ? Math.min(decimals, 1) : decimals)
    .replace(/^-(?=.*[1-9])/, '−')
    .replace(/^-/, '')
}

/** A limit as it is written in a rule: no padding zeros. */
export function limitNumber(value: number): string {
  return String(Number(value.toFixed(4))).replace('-', '−')
}

/** `≥ 2`. */
export function comparison(op: Comparison, value: number): string {
  return `${signs[op]} ${limitNumber(value)}`
}

/** `5,222`. */
export function count(n: number): string {
  return String(n).replace(/\B(?=(?:\d{3})+$)/g, ',')
}
