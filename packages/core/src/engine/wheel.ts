/** Who is looked at when open time comes to a second: deadlines without a scan over all sensors. */

import type { Due, EngineState, GatewayState, SensorState } from './state.ts'
import type { Place } from './turn.ts'

/** The sensor is looked at no later than at open time `at`; an earlier look that stands already stays. */
export function scheduleSensor({ engine, site }: Place, sensor: SensorState, at: number): void {
  const second = secondOf(engine, sensor, at)
  if (second !== undefined) put(engine, sensor, { kind: 'sensor', site, sensor, second })
}

/** The same of a sensor gateway. */
export function scheduleGateway({ engine, site }: Place, gateway: GatewayState, at: number): void {
  const second = secondOf(engine, gateway, at)
  if (second !== undefined) put(engine, gateway, { kind: 'gateway', site, gateway, second })
}

/** Its second in the wheel; undefined when it needs none: never, or an earlier look stands. */
function secondOf(engine: EngineState, who: SensorState | GatewayState, at: number): number | undefined {
  if (at === Infinity) return undefined
  const second = Math.max(Math.ceil(at / 1_000), engine.wheel.done + 1)
  const known = engine.wheel.due.get(who)
  return known && known.second <= second ? undefined : second
}

function put(engine: EngineState, who: SensorState | GatewayState, due: Due): void {
  unschedule(engine, who)
  engine.wheel.due.set(who, due)
  let set = engine.wheel.slots.get(due.second)
  if (!set) engine.wheel.slots.set(due.second, (set = new Set()))
  set.add(due)
}

/** Its site's state is ahead of this tick (R6): it is looked at when the site's own records begin. */
export function defer(engine: EngineState, due: Due): void {
  put(engine, due.kind === 'sensor' ? due.sensor : due.gateway, { ...due, second: engine.wheel.done + 1 })
}

export function unschedule(engine: EngineState, who: SensorState | GatewayState): void {
  const known = engine.wheel.due.get(who)
  if (!known) return
  engine.wheel.slots.get(known.second)?.delete(known)
  engine.wheel.due.delete(who)
}

/** Open time in whole seconds, in ms: what deadlines are compared with, so that it does not matter when one was set. */
export function wholeUp(engine: EngineState): number {
  return Math.floor(engine.clock.up / 1_000) * 1_000
}

/**
 * Takes out all whose second has come, in the order of site, then gateways before sensors, then configuration: the
 * order of a tick's events must not depend on how the wheel was filled (P3).
 */
export function takeDue(engine: EngineState): Due[] {
  const until = Math.floor(engine.clock.up / 1_000)
  const taken: Due[] = []
  for (let second = engine.wheel.done + 1; second <= until; second++) {
    const set = engine.wheel.slots.get(second)
    if (!set) continue
    engine.wheel.slots.delete(second)
    for (const due of set) taken.push(due)
  }
  engine.wheel.done = Math.max(engine.wheel.done, until)
  for (const due of taken) engine.wheel.due.delete(due.kind === 'sensor' ? due.sensor : due.gateway)
  return taken.sort(compare)
}

function compare(a: Due, b: Due): number {
  if (a.site !== b.site) return a.site.id < b.site.id ? -1 : 1
  if (a.kind !== b.kind) return a.kind === 'gateway' ? -1 : 1
  if (a.kind === 'sensor' && b.kind === 'sensor') return a.sensor.index - b.sensor.index
  if (a.kind === 'gateway' && b.kind === 'gateway') return a.gateway.id < b.gateway.id ? -1 : 1
  return 0
}
