/** Which readings of a message are taken, under which sensor and in which unit, and why the others are not (M2). */

import type { Millis } from '@tocsin/core/domain/ids.ts'
import type { Quality } from '@tocsin/core/domain/reading.ts'
import type { Rejection } from '@tocsin/core/domain/rejected.ts'
import type { ReadingsRecord } from '@tocsin/core/domain/site-record.ts'
import { convert } from '@tocsin/core/domain/units.ts'
import { decodeReadingsMessage, readingField, type RawReading } from '@tocsin/wire/mqtt-readings-v1.ts'
import type { SensorView, SiteView } from './registry-view.ts'

/** A device whose clock was never set says 1970. */
const OLDEST: Millis = Date.UTC(2020, 0, 1)
/** So far may a device's clock be ahead of ours; the engine says more about clocks (P5). */
const AHEAD: Millis = 10 * 60_000

export interface TakenReadings {
  /** null: nothing of the message could be taken. */
  readonly record: ReadingsRecord | null
  readonly rejections: readonly Rejection[]
  /** Of the message, as far as they could be read. */
  readonly boot: string | null
  readonly seq: number | null
}

interface Source {
  readonly site: SiteView
  readonly gateway: string
  /** Ingest's wall clock, UTC ms. */
  readonly now: Millis
}

export function takeReadings(payload: Uint8Array, source: Source): TakenReadings {
  const { boot, seq, readings, batch, rejections: unreadable } = decodeReadingsMessage(payload)
  const rejections: Rejection[] = [...unreadable]
  const sensors: string[] = []
  const times: Millis[] = []
  const values: number[] = []
  const qualities: Quality[] = []
  for (let i = 0; i < readings.length; i++) {
    const reading = readings[i]
    if (!reading) continue // its rejection is among the unreadable
    const sensor = source.site.byTag.get(reading.tag)
    const value = sensor === undefined ? Number.NaN : convert(sensor.conversion, reading.value)
    const wrong = check(reading, { sensor, value, site: source.site.id, now: source.now })
    if (wrong !== null) {
      rejections.push({ ...wrong, field: readingField(batch, i, wrong.field) })
    } else if (sensor !== undefined) {
      sensors.push(sensor.id)
      times.push(reading.t)
      values.push(value)
      qualities.push(reading.quality)
    }
  }
  if (sensors.length === 0 || boot === null || seq === null) return { record: null, rejections, boot, seq }
  const { site, gateway, now } = source
  const head = { kind: 'readings', site: site.id, gateway, boot, seq, received: now } as const
  return { record: { ...head, sensors, times, values, qualities }, rejections, boot, seq }
}

interface Facts {
  readonly sensor: SensorView | undefined
  readonly value: number
  readonly site: string
  readonly now: Millis
}

/** @returns what is wrong, with the field's name inside the reading; null: nothing */
function check(reading: RawReading, { sensor, value, site, now }: Facts): Rejection | null {
  if (sensor === undefined) {
    return {
      code: 'unknown-sensor',
      field: 'tag',
      detail: `site ${site} has no sensor with the tag ${JSON.stringify(reading.tag)}`,
    }
  }
  if (reading.t < OLDEST) {
    return { code: 'time-too-old', field: 't', detail: `${date(reading.t)} lies before ${date(OLDEST)}` }
  }
  if (reading.t > now + AHEAD) {
    return {
      code: 'time-in-future',
      field: 't',
      detail: `${date(reading.t)} lies more than 10 min ahead of ${date(now)}`,
    }
  }
  if (!Number.isFinite(value)) return { code: 'not-finite', field: 'value', detail: 'too large in the canonical unit' }
  if (sensor.state && !Number.isInteger(value)) {
    return { code: 'wrong-type', field: 'value', detail: `a state is an integer, ${reading.value} found` }
  }
  return null
}

function date(t: Millis): string {
  // ECMA-262 §21.4.1.1: the range of a Date
  return Math.abs(t) <= 8.64e15 ? new Date(t).toISOString() : `${t} ms`
}
