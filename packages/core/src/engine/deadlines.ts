/** What happens because time passes: delays run out, holds end, sensors and sensor gateways fall silent (T3, P5, M3). */

import { levelsOnTick } from '../rules/levels.ts'
import { endDue, heldDue } from './held.ts'
import { GATEWAY_OFFLINE_MS } from './limits.ts'
import { schedulePending, settle } from './readings.ts'
import { markStale } from './stale.ts'
import type { EngineState, GatewayState, SensorState } from './state.ts'
import { plainVerdict, systemRules } from './system-rules.ts'
import type { Place, SensorTurn, Turn } from './turn.ts'
import { clear, raise } from './verdicts.ts'
import { scheduleGateway, scheduleSensor, wholeUp } from './wheel.ts'

/** Open time at which the sensor is silent if it does not speak (T4: gaps and a blind ingest move it). */
export function silenceDue({ engine, site }: Place, sensor: SensorState): number {
  const since = Math.max(sensor.lastUp, sensor.armedUp, engine.clock.rearm)
  return Math.max(since + sensor.silenceLimit, site.blindUntil)
}

/** Open time at which the sensor gateway is offline if it does not come back; Infinity while it is connected. */
export function gatewayDue(engine: EngineState, gateway: GatewayState): number {
  if (gateway.connection !== null || gateway.alarm !== null) return Infinity
  return Math.max(gateway.offlineUp, gateway.lastUp, engine.clock.rearm) + GATEWAY_OFFLINE_MS
}

/** A tick looks at one sensor whose second has come. */
export function sensorDue(at: SensorTurn): void {
  const { engine, sensor } = at
  const up = wholeUp(engine)
  const gateway = at.site.gateways.get(sensor.sensor.gateway)
  const silentAt = silenceDue(at, sensor)
  // T3: never while the sensor is stale
  if (sensor.stale === null && silentAt > up && gateway?.down !== true) {
    for (const state of sensor.rules) {
      if (levelsOnTick(state.program, state.levels, up)) settle(at, state, sensor.newest)
    }
  }
  if (heldDue(sensor) <= up) endDue(at, up)
  if (silentAt <= up) silent(at, gateway)
  else scheduleSensor(at, sensor, silentAt)
  schedulePending(at, sensor)
}

function silent(at: SensorTurn, gateway: GatewayState | undefined): void {
  const { sensor, out } = at
  markStale(at, 'silence')
  // M3: one "sensor gateway offline" covers its sensors' silence, from the moment it is known to be away.
  if (sensor.silenceAlarm !== null || (gateway && (gateway.alarm !== null || awaited(at.engine, gateway)))) return
  const hasSpoken = sensor.newest !== -Infinity
  sensor.silenceAlarm = raise(at, {
    subject: { kind: 'sensor', id: sensor.sensor.id },
    rule: sensor.silence?.ref ?? systemRules.silence,
    verdict: plainVerdict(out.now, hasSpoken ? sensor.value : null, sensor.silenceLimit / 1_000),
    onset: hasSpoken ? sensor.newest : out.now,
    lag: 0,
  })
}

/** Whether it is away and its own deadline, which then covers the sensors, is still to come. */
function awaited(engine: EngineState, gateway: GatewayState): boolean {
  const away = gateway.connection === null && (gateway.down || gateway.lastUp === -Infinity)
  return away && gatewayDue(engine, gateway) >= wholeUp(engine)
}

/** A tick looks at one sensor gateway whose second has come. */
export function gatewayTick(at: Turn, gateway: GatewayState): void {
  const { engine, site, out } = at
  const due = gatewayDue(engine, gateway)
  if (due > wholeUp(engine)) {
    scheduleGateway(at, gateway, due)
    return
  }
  const sensors = [...site.sensors.values()].filter((s) => s.sensor.gateway === gateway.id)
  gateway.alarm = raise(at, {
    subject: { kind: 'gateway', id: gateway.id },
    rule: systemRules.gatewayOffline,
    verdict: plainVerdict(out.now, null, GATEWAY_OFFLINE_MS / 1_000),
    onset: out.now,
    lag: 0,
    detail: { sensors: sensors.length },
  })
  for (const sensor of sensors) markStale({ ...at, sensor }, 'gateway-offline')
}

/** The sensor gateway lives: its alarm is over, and its sensors have their whole time to speak (M3). */
export function gatewayBack(at: Turn, gateway: GatewayState): void {
  gateway.down = false
  if (gateway.alarm !== null) {
    clear(at, gateway.alarm, { verdict: plainVerdict(at.out.now, null, null) })
    gateway.alarm = null
  }
  for (const sensor of at.site.sensors.values()) {
    if (sensor.sensor.gateway !== gateway.id) continue
    sensor.armedUp = at.engine.clock.up
    if (sensor.silenceAlarm === null) scheduleSensor(at, sensor, silenceDue(at, sensor))
  }
}
