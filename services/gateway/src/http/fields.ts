/** The kinds of fields that queries and bodies share: numbers written as digits, ids as they are built. */

import { z } from 'zod'

/** A whole number in a query, between the two; nothing else that JavaScript would take for a number. */
export function wholeNumber(least: number, greatest: number) {
  return z
    .string()
    .regex(/^-?\d{1,16}$/, 'not a whole number')
    .transform(Number)
    .pipe(z.number().min(least).max(greatest))
}

/** UTC milliseconds that a Date can hold (ECMA-262 §21.4.1.1). */
export const millis = wholeNumber(-8.64e15, 8.64e15)

const id = '[A-Za-z0-9][A-Za-z0-9._-]{0,63}'
const alarmPattern = `${id}/(?:sensor|gateway|intake):${id}/${id}/[1-9]\\d{0,9}`

/** `site/sensor:id/rule/3` (A1). */
export const alarmField = z.string().regex(new RegExp(`^${alarmPattern}$`), 'not the id of an alarm')

/** `alarm#type#revision`, with `.round` where it was asked for again. */
export const messageField = z
  .string()
  .regex(
    new RegExp(`^${alarmPattern}#(?:warning|update|cancel|all-clear)#\\d{1,10}(?:\\.\\d{1,10})?$`),
    'not the id of a message',
  )
