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
import { qualityCode } from './memory.ts'
import { onReading } from './readings.ts'
import { type EngineState, newSite, newWheel, type SiteState } from './state.ts'
import type { Turn } from './turn.ts'
import { defer, takeDue } from './wheel.ts'

/** What a step needs beside the record. */
export interface StepContext {
  /** The record's place in the partition's log. */
  readonly offset: number
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
 * @param at the record's offset (a site whose state already holds it is left alone, R6) and what else a step needs
 * @returns the events, each site's in its order
 */
export function step(engine: EngineState, record: SiteRecord, at: StepContext): AlarmEvent[] {
  if (record.kind === 'tick') return onTick(engine, record, at)
  const out = output(engine, at, recordTime(record))
  const site = siteOf(engine, record.site, at.offset)
  if (at.offset < site.from) return out.events
  const turn: Turn = { engine, site, out }
  switch (record.kind) {
    case 'readings':
      onReadings(turn, record)
      break
    case 'link':
      onLink(turn, record)
      break
    case 'blind':
      onBlind(turn, record)
      break
    case 'command':
      onCommand(site, out, record)
      break
    case 'config':
      if (!at.configuration) throw new TypeError('a config record came without its contents')
      onConfig(turn, record, at.configuration)
      break
  }
  return out.events
}

function onReadings(turn: Turn, record: ReadingsRecord): void {
  const { site } = turn
  const gateway = site.gateways.get(record.gateway)
  if (gateway) onHeard(turn, gateway)
  const { sensors, times, values, qualities } = record
  for (let i = 0; i < sensors.length; i++) {
    const sensor = site.sensors.get(sensors[i] ?? '')
    // Intake takes only what the registry knows; a sensor that was removed meanwhile has history and no verdict.
    if (!sensor) continue
    const sample = { t: times[i] ?? 0, value: values[i] ?? 0, code: qualityCode(qualities[i] ?? 'good') }
    onReading({ engine: turn.engine, site, out: turn.out, sensor }, sample)
  }
}

function onTick(engine: EngineState, tick: TickRecord, at: StepContext): AlarmEvent[] {
  const findings = applyTick(engine.clock, tick)
  const out = output(engine, at)
  if (at.ownsTocsin) {
    const site = siteOf(engine, TOCSIN_SITE, at.offset)
    if (at.offset >= site.from) for (const finding of findings) onFinding({ engine, site, out }, finding)
  }
  for (const finding of findings) {
    if (finding.kind !== 'ended') continue
    for (const site of engine.sites.values()) if (at.offset >= site.from) onBootEnded({ engine, site }, finding.boot)
  }
  for (const due of takeDue(engine)) {
    const { site } = due
    if (at.offset < site.from) defer(engine, due)
    else if (due.kind === 'sensor') sensorDue({ engine, site, out, sensor: due.sensor })
    else gatewayTick({ engine, site, out }, due.gateway)
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
