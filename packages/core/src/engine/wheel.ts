/** Who is looked at when open time comes to a second: deadlines without a scan over all sensors. */

import type { Due, EngineState, GatewayState, SensorState, SiteState } from './state.ts'

export function scheduleSensor(engine: EngineState, site: SiteState, sensor: SensorState, at: number): void {
  schedule(engine, sensor, () => ({ kind: 'sensor', site, sensor, second: 0 }), at)
}

export function scheduleGateway(engine: EngineState, site: SiteState, gateway: GatewayState, at: number): void {
  schedule(engine, gateway, () => ({ kind: 'gateway', site, gateway, second: 0 }), at)
}

/** Looked at no later than at `at`; an earlier look that stands already stays. */
function schedule(engine: EngineState, who: SensorState | GatewayState, make: () => Due, at: number): void {
  if (at === Infinity) return
  const second = Math.max(Math.ceil(at / 1_000), engine.wheel.done + 1)
  const known = engine.wheel.due.get(who)
  if (known) {
    if (known.second <= second) return
    engine.wheel.slots.get(known.second)?.delete(known)
  }
  const due = make()
  due.second = second
  engine.wheel.due.set(who, due)
  let set = engine.wheel.slots.get(second)
  if (!set) engine.wheel.slots.set(second, (set = new Set()))
  set.add(due)
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
