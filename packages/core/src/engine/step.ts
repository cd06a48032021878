/** The engine: one record of `site-log` in, the journal's events out. The file to read first. */

import type { AlarmEvent } from '../domain/alarm-event.ts'
import { type Millis, type SiteId, TOCSIN_SITE } from '../domain/ids.ts'
import type { ReadingsRecord, SiteRecord, TickRecord } from '../domain/site-record.ts'
import { applyTick, newClock } from './clock.ts'
import { onCommand } from './commands.ts'
import { type Configuration, onConfig } from './configure.ts'
import { gatewayTick, sensorDue } from './deadlines.ts'
import { onFinding } from './intake.ts'
import type { Output, Sha256 } from './journal.ts'
import { onBlind, onBootEnded, onHeard, onLink } from './links.ts'
import { onReading } from './readings.ts'
import { type EngineState, newSite, newWheel, type SiteState } from './state.ts'
import { takeDue } from './wheel.ts'

/** What a step needs beside the record. */
export interface StepContext {
  readonly sha256: Sha256
  /** The contents that a config record names (I4): fetched before the step, which does no I/O. */
  readonly configuration?: Configuration
  /** Whether the pseudo-site `tocsin` lives in this partition (T4). */
  readonly ownsTocsin: boolean
}

/** The state of one partition before its first record. */
export function newEngine(): EngineState {
  return {
    clock: newClock(),
    sites: new Map(),
    wheel: newWheel(0),
    programs: new Map(),
  }
}

/**
 * Applies one record of the partition's log, in place. The same records in the same order give the same events (P3):
 * no clock, no chance, nothing but state and record.
 * @param offset the record's place in the log; a site whose state already holds it is left alone (R6)
 * @returns the events, each site's in its order
 */
export function step(engine: EngineState, record: SiteRecord, offset: number, context: StepContext): AlarmEvent[] {
  if (record.kind === 'tick') return onTick(engine, record, offset, context)
  const out = output(engine, context, recordTime(record))
  const site = siteOf(engine, record.site, offset)
  if (offset < site.from) return out.events
  switch (record.kind) {
    case 'readings':
      onReadings(engine, site, out, record)
      break
    case 'link':
      onLink(engine, site, out, record)
      break
    case 'blind':
      onBlind(engine, site, record)
      break
    case 'command':
      onCommand(site, out, record)
      break
    case 'config':
      if (!context.configuration) throw new TypeError('a config record came without its contents')
      onConfig(engine, site, out, record, context.configuration)
      break
  }
  return out.events
}

function onReadings(engine: EngineState, site: SiteState, out: Output, record: ReadingsRecord): void {
  const gateway = site.gateways.get(record.gateway)
  if (gateway) onHeard(engine, site, out, gateway)
  const { sensors, times, values, qualities } = record
  for (let i = 0; i < sensors.length; i++) {
    const sensor = site.sensors.get(sensors[i] ?? '')
    // Intake takes only what the registry knows; a sensor that was removed meanwhile has history and no verdict.
    if (sensor) onReading(engine, site, out, sensor, times[i] ?? 0, values[i] ?? 0, qualities[i] ?? 'good')
  }
}

function onTick(engine: EngineState, tick: TickRecord, offset: number, context: StepContext): AlarmEvent[] {
  const findings = applyTick(engine.clock, tick)
  const out = output(engine, context)
  if (context.ownsTocsin) {
    const tocsin = siteOf(engine, TOCSIN_SITE, offset)
    if (offset >= tocsin.from) for (const finding of findings) onFinding(tocsin, out, finding)
  }
  for (const finding of findings) {
    if (finding.kind !== 'ended') continue
    for (const site of engine.sites.values()) if (offset >= site.from) onBootEnded(engine, site, finding.boot)
  }
  for (const due of takeDue(engine)) {
    if (offset < due.site.from) continue
    if (due.kind === 'sensor') sensorDue(engine, due.site, out, due.sensor)
    else gatewayTick(engine, due.site, out, due.gateway)
  }
  return out.events
}

function siteOf(engine: EngineState, id: SiteId, offset: number): SiteState {
  let site = engine.sites.get(id)
  if (!site) engine.sites.set(id, (site = newSite(id, offset)))
  return site
}

/** What the journal's entries bear before the first tick; deadlines do not run until then. */
function recordTime(record: Exclude<SiteRecord, TickRecord>): Millis {
  switch (record.kind) {
    case 'readings':
    case 'link':
      return record.received
    case 'command':
    case 'config':
      return record.at
    case 'blind':
      return 0
  }
}

function output(engine: EngineState, context: StepContext, fallback = 0): Output {
  const { now } = engine.clock
  return { sha256: context.sha256, engineNow: now, now: Math.round(now ?? fallback), events: [] }
}
