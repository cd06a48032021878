/** What a sensor gateway sends, version 1: one reading or a batch of one site, checked field by field (P8). */

import { canonical } from '@tocsin/core/domain/canonical.ts'
import type { Millis } from '@tocsin/core/domain/ids.ts'
import { qualities, type Quality } from '@tocsin/core/domain/reading.ts'
import type { Rejection, RejectionCode } from '@tocsin/core/domain/rejected.ts'
import { nestsDeeper, NOT_FINITE, withoutNaN } from './json-depth.ts'

/*
 * payload  = single / batch             ; JSON, UTF-8; other fields are ignored; field names as here
 * single   = { "v": 1, "boot": boot, "seq": seq, "tag": tag, "t": t, "value": value [, "q": q] }
 * batch    = { "v": 1, "boot": boot, "seq": seq, "readings": [ 1*10000 reading ] }
 * reading  = { "tag": tag, "t": t, "value": value [, "q": q] }
 * boot     = string, 1–64 printable ASCII characters; new at every start of the sensor gateway
 * seq      = integer 0 … 2^53-1; counts messages since boot
 * tag      = string, 1–64 characters: the enterprise's own 测点编号
 * t        = integer, UTC ms since 1970: when it was measured, by the device's clock
 * value    = number; a state (valve, fan, feed) is an integer
 * q        = "good" / "over-range" / "calibration" / "fault" / "disconnected" / "maintenance"; absent: good
 */

export const MAX_READINGS = 10_000
/** Of what the contract has, three levels; other fields may nest a little. */
const MAX_DEPTH = 8

export interface RawReading {
  readonly tag: string
  readonly t: Millis
  readonly value: number
  readonly quality: Quality
}

export interface ReadingsMessage {
  readonly boot: string
  readonly seq: number
  readonly readings: readonly RawReading[]
}

/** What could be read of a payload: what is wrong never hides what is right (M2). */
export interface ReadingsIntake {
  /** null: not readable. */
  readonly boot: string | null
  readonly seq: number | null
  /** By their place in the message; null where rejected. Empty when the whole message is. */
  readonly readings: readonly (RawReading | null)[]
  /** Whether the message was a batch: its fields are then named `readings[i].…`. */
  readonly batch: boolean
  readonly rejections: readonly Rejection[]
}

/** The batch form, however many readings. */
export function encodeReadingsMessage(message: ReadingsMessage): Uint8Array {
  const readings = message.readings.map(({ tag, t, value, quality }) => ({
    tag,
    t,
    value,
    q: quality === 'good' ? undefined : quality,
  }))
  return Buffer.from(canonical({ v: 1, boot: message.boot, seq: message.seq, readings }))
}

/** How a field of the i-th reading is called in a rejection. */
export function readingField(batch: boolean, i: number, field: string): string {
  return batch ? `readings[${i}].${field}` : field
}

/** Never throws, whatever the bytes are. */
export function decodeReadingsMessage(payload: Uint8Array): ReadingsIntake {
  if (nestsDeeper(payload, MAX_DEPTH)) return refused('too-deep', `at most ${MAX_DEPTH} levels`)
  let message: unknown
  try {
    message = JSON.parse(withoutNaN(payload))
  } catch (error) {
    return refused('not-json', error instanceof Error ? error.message : String(error))
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    return refused('wrong-type', `an object expected, ${found(message)} found`)
  }
  return decodeObject(message)
}

interface Fields {
  readonly v?: unknown
  readonly boot?: unknown
  readonly seq?: unknown
  readonly readings?: unknown
  readonly tag?: unknown
  readonly t?: unknown
  readonly value?: unknown
  readonly q?: unknown
}

function decodeObject(message: Fields): ReadingsIntake {
  const rejections: Rejection[] = []
  const boot = isBoot(message.boot) ? message.boot : null
  const seq = isSeq(message.seq) ? message.seq : null
  if (message.v !== 1) rejections.push(version(message.v))
  if (boot === null) rejections.push(wrong('boot', message.boot, 'a string of 1 to 64 printable ASCII characters'))
  if (seq === null) rejections.push(wrong('seq', message.seq, 'an integer from 0 to 2^53-1'))
  const batch = message.readings !== undefined
  if (rejections.length > 0) return { boot, seq, readings: [], batch, rejections }
  if (!batch) return { boot, seq, readings: [decodeReading(message, '', rejections)], batch, rejections }
  if (!Array.isArray(message.readings)) {
    return { boot, seq, readings: [], batch, rejections: [wrong('readings', message.readings, 'an array')] }
  }
  const rows: readonly unknown[] = message.readings
  if (rows.length === 0) rejections.push({ code: 'empty', field: 'readings', detail: 'at least one reading' })
  if (rows.length > MAX_READINGS) {
    const detail = `at most ${MAX_READINGS} readings, ${rows.length} found`
    return { boot, seq, readings: [], batch, rejections: [{ code: 'too-many', field: 'readings', detail }] }
  }
  const readings: (RawReading | null)[] = []
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) {
      readings.push(decodeReading(row, i, rejections))
    } else {
      readings.push(null)
      rejections.push(wrong(`readings[${i}]`, row, 'an object'))
    }
  }
  return { boot, seq, readings, batch, rejections }
}

/** @param place index in the batch, '' for the single form */
function decodeReading(row: Fields, place: number | '', rejections: Rejection[]): RawReading | null {
  const { tag, t, value } = row
  const quality = row.q === undefined ? 'good' : qualities.find((known) => known === row.q)
  if (
    typeof tag === 'string' &&
    tag.length > 0 &&
    tag.length <= 64 &&
    typeof t === 'number' &&
    Number.isSafeInteger(t) &&
    typeof value === 'number' &&
    Number.isFinite(value) &&
    quality !== undefined
  ) {
    return { tag, t, value, quality }
  }
  // named only now, so that a good reading costs no text
  const field = (name: string): string => (place === '' ? name : readingField(true, place, name))
  if (typeof tag !== 'string' || tag.length === 0 || tag.length > 64) {
    rejections.push(wrong(field('tag'), tag, 'a string of 1 to 64 characters'))
  }
  if (typeof t !== 'number' || !Number.isSafeInteger(t)) rejections.push(wrong(field('t'), t, 'an integer, UTC ms'))
  if (value === NOT_FINITE || (typeof value === 'number' && !Number.isFinite(value))) {
    rejections.push({ code: 'not-finite', field: field('value'), detail: 'a finite number expected' })
  } else if (typeof value !== 'number') rejections.push(wrong(field('value'), value, 'a number'))
  if (quality === undefined) {
    rejections.push({
      code: 'bad-quality',
      field: field('q'),
      detail: `one of ${qualities.join(', ')}, ${found(row.q)} found`,
    })
  }
  return null
}

function isBoot(boot: unknown): boot is string {
  return typeof boot === 'string' && /^[ -~]{1,64}$/.test(boot)
}

function isSeq(seq: unknown): seq is number {
  return typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 0
}

function refused(code: RejectionCode, detail: string): ReadingsIntake {
  return { boot: null, seq: null, readings: [], batch: false, rejections: [{ code, field: '', detail }] }
}

function version(v: unknown): Rejection {
  return v === undefined
    ? { code: 'missing-field', field: 'v', detail: 'the version, 1' }
    : { code: 'wrong-version', field: 'v', detail: `1 expected, ${found(v)} found` }
}

function wrong(field: string, value: unknown, expected: string): Rejection {
  return value === undefined
    ? { code: 'missing-field', field, detail: `${expected} expected` }
    : { code: 'wrong-type', field, detail: `${expected} expected, ${found(value)} found` }
}

/** The value in a few characters: senders may send anything. */
function found(value: unknown): string {
  if (value === NOT_FINITE) return 'NaN or Infinity'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object' && value !== null) return 'an object'
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
