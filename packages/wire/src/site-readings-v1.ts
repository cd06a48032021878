/** The binary columns of one readings record: the hot path of `site-log`, so no JSON and one string per record. */

import { qualities, type Quality } from '@tocsin/core/domain/reading.ts'
import { fail, ok, type Result } from '@tocsin/core/domain/result.ts'
import type { ReadingsRecord } from '@tocsin/core/domain/site-record.ts'

/*
 * readings = %x01 seq received count lengths text times quality values
 * seq      = uint                    ; the sensor gateway's message number
 * received = int                     ; intake's wall clock, UTC ms
 * count    = uint                    ; readings in the record
 * lengths  = (3 + count)uint         ; of site, gateway, boot and each sensor id, in bytes
 * text     = *%x00-7F                ; those strings after one another, ASCII: ids match core's idPattern, intake takes
 *                                    ; only printable ASCII as a boot id
 * times    = count(int)              ; event time UTC ms, each as the difference from the one before; the first from
 *                                    ; received
 * quality  = %x00                    ; all good
 *          / %x01 count(OCTET)       ; index in core's list of qualities
 * values   = count(float64)          ; IEEE 754, little-endian
 * uint     = LEB128                  ; 7 bits a byte, least significant first, high bit: more follows; below 2^53
 * int      = uint                    ; zigzag: 0 -1 1 -2 … as 0 1 2 3 …
 */

export const READINGS_V1 = 1

const MAX_INT = 2 ** 52

let scratch = Buffer.allocUnsafe(16 * 1024)
let at = 0

function putUint(n: number): void {
  let rest = n
  while (rest >= 0x80) {
    scratch[at++] = (rest & 0x7f) | 0x80 // & takes the low 32 bits, whatever stands above them
    rest = rest < 0x80000000 ? rest >>> 7 : Math.floor(rest / 128)
  }
  scratch[at++] = rest
}

function putInt(n: number): void {
  if (!(n > -MAX_INT && n < MAX_INT) || !Number.isInteger(n)) throw new TypeError(`${n} does not fit a readings record`)
  putUint(n >= 0 ? n * 2 : -n * 2 - 1)
}

function putText(text: string): void {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c > 0x7f) throw new TypeError(`"${text}" is not ASCII`)
    scratch[at++] = c
  }
}

/** @throws TypeError when columns have unequal lengths, an id is not ASCII, or a time or seq is no integer within bounds */
export function encodeReadings(record: ReadingsRecord): Uint8Array {
  const { site, gateway, boot, sensors, times, values, qualities: marks } = record
  const count = sensors.length
  if (times.length !== count || values.length !== count || marks.length !== count) {
    throw new TypeError('the columns of a readings record have unequal lengths')
  }
  if (!Number.isSafeInteger(record.seq) || record.seq < 0)
    throw new TypeError(`seq ${record.seq} is not a message number`)
  let text = site.length + gateway.length + boot.length
  for (const sensor of sensors) text += sensor.length
  reserve(64 + text + count * 32)
  at = 0
  scratch[at++] = READINGS_V1
  putUint(record.seq)
  putInt(record.received)
  putUint(count)
  putUint(site.length)
  putUint(gateway.length)
  putUint(boot.length)
  for (const sensor of sensors) putUint(sensor.length)
  putText(site)
  putText(gateway)
  putText(boot)
  for (const sensor of sensors) putText(sensor)
  let before = record.received
  for (const t of times) {
    putInt(t - before)
    before = t
  }
  putQualities(marks)
  for (const value of values) at = scratch.writeDoubleLE(value, at)
  return Buffer.from(scratch.subarray(0, at))
}

function putQualities(marks: readonly Quality[]): void {
  if (marks.every((mark) => mark === 'good')) {
    scratch[at++] = 0
    return
  }
  scratch[at++] = 1
  for (const mark of marks) scratch[at++] = qualities.indexOf(mark)
}

function reserve(bytes: number): void {
  if (scratch.length < bytes) scratch = Buffer.allocUnsafe(bytes * 2)
}

let source: Uint8Array = scratch
let pos = 0

/** NaN past the end or above 2^53: every later check fails on it. */
function takeUint(): number {
  let byte = source[pos++]
  if (byte === undefined) return Number.NaN
  if (byte < 0x80) return byte
  let n = byte & 0x7f
  let scale = 128
  do {
    byte = source[pos++]
    if (byte === undefined || scale > 2 ** 49) return Number.NaN
    n += (byte & 0x7f) * scale
    scale *= 128
  } while (byte >= 0x80)
  return n
}

function takeInt(): number {
  const n = takeUint()
  return n % 2 === 0 ? n / 2 : -(n + 1) / 2
}

/** @returns the record, or which part of the bytes is wrong */
export function decodeReadings(bytes: Uint8Array): Result<ReadingsRecord, string> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  source = buffer
  pos = 1
  const seq = takeUint()
  const received = takeInt()
  const count = takeUint()
  // a reading takes 11 bytes at least: what claims more than the bytes can hold is refused before anything is allocated
  if (!(count * 10 <= bytes.length)) return fail('count: more than the record holds')
  const lengths: number[] = []
  let length = 0
  for (let i = 0; i < count + 3; i++) {
    const n = takeUint()
    lengths.push(n)
    length += n
  }
  const begin = pos
  const end = begin + length
  if (!(end <= bytes.length)) return fail('lengths: past the end')
  // one string cut into pieces is cheaper than one call into the runtime for each id
  const text = buffer.toString('latin1', begin, end)
  pos = end
  const strings: string[] = []
  let from = 0
  for (const n of lengths) {
    strings.push(text.slice(from, from + n))
    from += n
  }
  const [site = '', gateway = '', boot = ''] = strings
  const times: number[] = []
  let t = received
  for (let i = 0; i < count; i++) {
    t += takeInt()
    times.push(t)
  }
  const marks = takeQualities(count)
  if (marks === null) return fail('quality: not a known code')
  // NaN fails every comparison, and t carries one from any time or from received
  if (!(Math.abs(t) < MAX_INT * 2)) return fail('times: not integers')
  if (!(seq <= Number.MAX_SAFE_INTEGER)) return fail('seq: not an integer')
  if (pos + count * 8 !== bytes.length) return fail(`values: ${bytes.length - pos} bytes for ${count} readings`)
  const values: number[] = []
  for (let i = 0; i < count; i++) values.push(buffer.readDoubleLE(pos + i * 8))
  return ok({
    kind: 'readings',
    site,
    gateway,
    boot,
    seq,
    received,
    sensors: strings.slice(3),
    times,
    values,
    qualities: marks,
  })
}

function takeQualities(count: number): Quality[] | null {
  const form = source[pos++]
  if (form === 0) return Array.from({ length: count }, () => 'good')
  if (form !== 1) return null
  const marks: Quality[] = []
  for (let i = 0; i < count; i++) {
    const mark = qualities[source[pos++] ?? 255]
    if (mark === undefined) return null
    marks.push(mark)
  }
  return marks
}
