/** An alarm whose sensor no longer tells stays active and is marked stale (A4). */

import type { StaleCause } from '../domain/alarm-event.ts'
import { emit } from './journal.ts'
import type { SensorTurn } from './turn.ts'

/** Marks the sensor's active alarms; one cause at a time, the first. */
export function markStale({ site, out, sensor }: SensorTurn, cause: StaleCause): void {
  if (sensor.stale !== null) return
  sensor.stale = cause
  for (const { alarm } of sensor.rules) if (alarm !== null) emit(site, out, { kind: 'stale', alarm, cause })
}

/** A measurement came: its alarms are fresh again. */
export function markFresh({ site, out, sensor }: SensorTurn): void {
  sensor.stale = null
  for (const { alarm } of sensor.rules) {
    if (alarm !== null && site.table.get(alarm)?.stale) emit(site, out, { kind: 'fresh', alarm })
  }
}
