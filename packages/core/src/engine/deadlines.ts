/** What happens because time passes: delays run out, holds end, sensors and sensor gateways fall silent (T3, P5, M3). */

import { levelsOnTick } from '../rules/levels.ts'
import { endDue, heldDue } from './held.ts'
import type { Output } from './journal.ts'
import { GATEWAY_OFFLINE_MS } from './limits.ts'
import { schedulePending, settle } from './readings.ts'
import { markStale } from './stale.ts'
import type { EngineState, GatewayState, SensorState, SiteState } from './state.ts'
import { plainVerdict, systemRules } from './system-rules.ts'
import { clear, raise } from './verdicts.ts'
import { scheduleGateway, scheduleSensor, wholeUp } from './wheel.ts'

/** Open time at which the sensor is silent if it does not speak (T4: gaps and a blind ingest move it). */
export function silenceDue(engine: EngineState, site: SiteState, sensor: SensorState): number {
  const since = Math.max(sensor.lastUp, sensor.armedUp, engine.clock.rearm)
  return Math.max(since + sensor.silenceLimit, site.blindUntil)
}

/** Open time at which the sensor gateway is offline if it does not come back; Infinity while it is connected. */
export function gatewayDue(engine: EngineState, gateway: GatewayState): number {
  if (gateway.connection !== null || gateway.alarm !== null) return Infinity
  return Math.max(gateway.offlineUp, gateway.lastUp, engine.clock.rearm) + GATEWAY_OFFLINE_MS
}

/** A tick looks at one sensor whose second has come. */
export function sensorDue(engine: EngineState, site: SiteState, out: Output, sensor: SensorState): void {
  const up = wholeUp(engine)
  const gateway = site.gateways.get(sensor.sensor.gateway)
  const silentAt = silenceDue(engine, site, sensor)
  // T3: never while the sensor is stale
  if (sensor.stale === null && silentAt > up && gateway?.down !== true) {
    for (const state of sensor.rules) {
      if (levelsOnTick(state.program, state.levels, up)) settle(site, out, sensor, state, sensor.newest)
    }
  }
  if (heldDue(sensor) <= up) endDue(site, out, sensor, up)
  if (silentAt <= up) silent(engine, site, out, sensor, gateway)
  else scheduleSensor(engine, site, sensor, silentAt)
  if (sensor.stale === null && silentAt > up) schedulePending(engine, site, sensor)
}

function silent(
  engine: EngineState,
  site: SiteState,
  out: Output,
  sensor: SensorState,
  gateway: GatewayState | undefined,
): void {
  markStale(site, out, sensor, 'silence')
  // M3: one "sensor gateway offline" covers its sensors' silence, from the moment it is known to be away.
  if (sensor.silenceAlarm !== null || (gateway && (gateway.alarm !== null || awaited(engine, gateway)))) return
  const since = sensor.newest === -Infinity ? null : sensor.value
  sensor.silenceAlarm = raise(site, out, {
    subject: { kind: 'sensor', id: sensor.sensor.id },
    rule: sensor.silence?.ref ?? systemRules.silence,
    verdict: plainVerdict(out.now, since, sensor.silenceLimit / 1_000, 's'),
    onset: sensor.newest === -Infinity ? out.now : sensor.newest,
    lag: 0,
  })
}

/** Whether it is away and its own deadline, which then covers the sensors, is still to come. */
function awaited(engine: EngineState, gateway: GatewayState): boolean {
  const away = gateway.connection === null && (gateway.down || gateway.lastUp === -Infinity)
  return away && gatewayDue(engine, gateway) >= wholeUp(engine)
}

/** A tick looks at one sensor gateway whose second has come. */
export function gatewayTick(engine: EngineState, site: SiteState, out: Output, gateway: GatewayState): void {
  const due = gatewayDue(engine, gateway)
  if (due > wholeUp(engine)) {
    scheduleGateway(engine, site, gateway, due)
    return
  }
  const sensors = [...site.sensors.values()].filter((s) => s.sensor.gateway === gateway.id)
  gateway.alarm = raise(site, out, {
    subject: { kind: 'gateway', id: gateway.id },
    rule: systemRules.gatewayOffline,
    verdict: plainVerdict(out.now, null, GATEWAY_OFFLINE_MS / 1_000, 's'),
    onset: out.now,
    lag: 0,
    detail: { sensors: sensors.length },
  })
  for (const sensor of sensors) markStale(site, out, sensor, 'gateway-offline')
}

/** The sensor gateway lives: its alarm is over, and its sensors have their whole time to speak (M3). */
export function gatewayBack(engine: EngineState, site: SiteState, out: Output, gateway: GatewayState): void {
  gateway.down = false
  if (gateway.alarm !== null) {
    clear(site, out, gateway.alarm, plainVerdict(out.now, null, null, 's'), 0)
    gateway.alarm = null
  }
  for (const sensor of site.sensors.values()) {
    if (sensor.sensor.gateway !== gateway.id) continue
    sensor.armedUp = engine.clock.up
    if (sensor.silenceAlarm === null) scheduleSensor(engine, site, sensor, silenceDue(engine, site, sensor))
  }
}
