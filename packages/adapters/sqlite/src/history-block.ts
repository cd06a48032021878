/**
 * Decides the bytes of a block: the samples of one sensor over some stretch of time.
 *
 * Grammar (version 1, little-endian):
 *   block     = version u8, time mode u8, value mode u8, mark mode u8, count u32, times, values, marks
 *   times     = f64 each (mode 0) | first f64, then the change of the step from one to the next as varint (mode 1)
 *   values    = f64 each (mode 0) | the difference from the last one in units of 10^-(mode-1) as varint (mode 1–7)
 *   marks     = u8 each (mode 255) | nothing: the mode is the mark of them all
 *   varint    = zigzag, seven bits a byte, lowest first
 */

import { TocsinError } from '@tocsin/core/domain/errors.ts'
import { noSamples, type Samples } from './history-samples.ts'

const version = 1
const head = 8
const maxDecimals = 6
/** Scaled values and steps beyond this are stored as they are, so that differences stay 32-bit integers. */
const maxInteger = 2 ** 30
const eachMark = 255

export function encodeBlock(samples: Samples): Uint8Array {
  const count = samples.times.length
  const out = new Uint8Array(head + count * 17 + 8)
  const view = new DataView(out.buffer)
  const [timeMode, afterTimes] = writeTimes(samples.times, view)
  const [valueMode, afterValues] = writeValues(samples.values, view, afterTimes)
  const [markMode, end] = writeMarks(samples.marks, out, afterValues)
  view.setUint8(0, version)
  view.setUint8(1, timeMode)
  view.setUint8(2, valueMode)
  view.setUint8(3, markMode)
  view.setUint32(4, count, true)
  return out.subarray(0, end)
}

/** Throws `data-version` for a block of another version; the caller has checked its checksum. */
export function decodeBlock(bytes: Uint8Array): Samples {
  if (bytes[0] !== version) {
    throw new TocsinError('data-version', `history block of version ${bytes[0]}, this Tocsin reads ${version}`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = view.getUint32(4, true)
  if (count === 0) return noSamples
  const times = new Float64Array(count)
  const values = new Float64Array(count)
  const marks = new Uint8Array(count)
  let at = head
  if (view.getUint8(1) === 0) at = readFloats(view, at, times)
  else at = readTimes(bytes, view, times)
  const decimals = view.getUint8(2) - 1
  if (decimals < 0) at = readFloats(view, at, values)
  else at = readScaled({ bytes, at, scale: 10 ** decimals }, values)
  const mark = view.getUint8(3)
  if (mark === eachMark) marks.set(bytes.subarray(at, at + count))
  else marks.fill(mark)
  return { times, values, marks }
}

function writeTimes(times: Float64Array, view: DataView): [mode: number, end: number] {
  let last = times[0] ?? 0
  let step = 0
  view.setFloat64(head, last, true)
  let at = head + 8
  for (let i = 1; i < times.length; i++) {
    const next = (times[i] ?? 0) - last
    if (!Number.isInteger(next) || next > maxInteger) return [0, writeFloats(times, view, head)]
    at = writeVarint(view, at, next - step)
    step = next
    last += next
  }
  return [1, at]
}

function readTimes(bytes: Uint8Array, view: DataView, times: Float64Array): number {
  let last = view.getFloat64(head, true)
  let step = 0
  let at = head + 8
  times[0] = last
  for (let i = 1; i < times.length; i++) {
    let byte = bytes[at++] ?? 0
    let zigzag = byte & 0x7f
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = bytes[at++] ?? 0
      zigzag |= (byte & 0x7f) << shift
    }
    step += (zigzag >>> 1) ^ -(zigzag & 1)
    last += step
    times[i] = last
  }
  return at
}

function writeValues(values: Float64Array, view: DataView, start: number): [mode: number, end: number] {
  const decimals = decimalsOf(values)
  if (decimals === null) return [0, writeFloats(values, view, start)]
  const scale = 10 ** decimals
  let at = start
  let last = 0
  for (const value of values) {
    const scaled = Math.round(value * scale)
    at = writeVarint(view, at, scaled - last)
    last = scaled
  }
  return [decimals + 1, at]
}

function readScaled(from: { bytes: Uint8Array; at: number; scale: number }, values: Float64Array): number {
  const { bytes, scale } = from
  let { at } = from
  let last = 0
  for (let i = 0; i < values.length; i++) {
    let byte = bytes[at++] ?? 0
    let zigzag = byte & 0x7f
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = bytes[at++] ?? 0
      zigzag |= (byte & 0x7f) << shift
    }
    last += (zigzag >>> 1) ^ -(zigzag & 1)
    values[i] = last / scale
  }
  return at
}

/** The fewest decimals that give every value back exactly; null when none do. */
function decimalsOf(values: Float64Array): number | null {
  let decimals = 0
  let scale = 1
  for (const value of values) {
    let scaled = Math.round(value * scale)
    while (scaled / scale !== value) {
      if (decimals === maxDecimals || Number.isNaN(value)) return null
      decimals++
      scale = 10 ** decimals
      scaled = Math.round(value * scale)
    }
    if (Math.abs(scaled) >= maxInteger) return null
  }
  // With more decimals than an early value was looked at with, it could come back otherwise or be too large.
  for (const value of values) {
    const scaled = Math.round(value * scale)
    if (scaled / scale !== value || Math.abs(scaled) >= maxInteger || Object.is(value, -0)) return null
  }
  return decimals
}

function writeMarks(marks: Uint8Array, out: Uint8Array, start: number): [mode: number, end: number] {
  const first = marks[0] ?? 0
  if (marks.every((mark) => mark === first)) return [first, start]
  out.set(marks, start)
  return [eachMark, start + marks.length]
}

function writeFloats(values: Float64Array, view: DataView, start: number): number {
  for (const [i, value] of values.entries()) view.setFloat64(start + i * 8, value, true)
  return start + values.length * 8
}

function readFloats(view: DataView, start: number, values: Float64Array): number {
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat64(start + i * 8, true)
  return start + values.length * 8
}

function writeVarint(view: DataView, start: number, value: number): number {
  let zigzag = ((value << 1) ^ (value >> 31)) >>> 0
  let at = start
  while (zigzag >= 0x80) {
    view.setUint8(at++, (zigzag & 0x7f) | 0x80)
    zigzag >>>= 7
  }
  view.setUint8(at++, zigzag)
  return at
}
