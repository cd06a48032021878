/** A site's state as a versioned record (R5): what a checkpoint or a base holds, with the clock of its offset. */

import type { Hash } from '../domain/ids.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { ClockState } from './clock.ts'
import { applyConfig, type Configuration, scheduleSite } from './configure.ts'
import { MEMORY } from './limits.ts'
import { newMemory, type ReadingMemory, remember } from './memory.ts'
import { type EngineState, newSite, newWheel, type RuleState, type SensorState, type SiteState } from './state.ts'

/*
 * Grammar: JSON of {v: 1, site, n, head, configHash, rulesHash, table: [AlarmView…], occurrences: [[key, n]…], answered: [command…],
 * blindUntil, gateways: [GatewayState…], sensors: [[id, {…}]…], clock: {now, up, rearm, ingests: [[id, …]…]}}.
 * -Infinity, which JSON lacks, is null. Programs are not stored: they follow from the two hashes.
 */

type Stored = ReturnType<typeof toStored>

/** The state of the site after the records before `site.from`, with the partition's clock there. */
export function encodeSiteState(site: SiteState, clock: ClockState): string {
  return JSON.stringify(toStored(site, clock))
}

/** What must be fetched before {@link restoreSite}: the contents' hashes; null for a site without configuration. */
export function storedHashes(text: string): Result<{ config: Hash | null; rules: Hash | null }, string> {
  const stored = parse(text)
  return stored.ok ? ok({ config: stored.value.configHash, rules: stored.value.rulesHash }) : stored
}

/** A stored state, the offset after its last record, and the contents that it names. */
export interface StoredSite {
  readonly text: string
  readonly from: number
  readonly contents: Configuration | null
}

/**
 * Puts the site into the engine as it was. The clock of the record is given back: the partition's is that of the site
 * that lags most (all sites of a partition see the same ticks).
 */
export function restoreSite(
  engine: EngineState,
  { text, from, contents }: StoredSite,
): Result<{ site: SiteState; clock: ClockState }, string> {
  const parsed = parse(text)
  if (!parsed.ok) return parsed
  const stored = parsed.value
  const site = newSite(stored.site, from)
  site.n = stored.n
  site.head = stored.head
  site.table = new Map(stored.table.map((alarm) => [alarm.id, alarm]))
  site.occurrences = new Map(stored.occurrences)
  site.answered = [...(stored.answered ?? [])]
  site.blindUntil = stored.blindUntil
  if (contents) applyConfig({ engine, site }, contents, () => undefined)
  site.configHash = stored.configHash
  site.rulesHash = stored.rulesHash
  for (const gateway of stored.gateways) {
    const known = site.gateways.get(gateway.id)
    if (known) Object.assign(known, gateway, { offlineUp: low(gateway.offlineUp), lastUp: low(gateway.lastUp) })
  }
  for (const [id, state] of stored.sensors) {
    const known = site.sensors.get(id)
    if (known) fill(known, state)
  }
  engine.sites.set(site.id, site)
  return ok({ site, clock: { ...stored.clock, ingests: new Map(stored.clock.ingests) } })
}

/** The partition's clock at the state's offset. */
export function storedClock(text: string): Result<ClockState, string> {
  const stored = parse(text)
  return stored.ok ? ok({ ...stored.value.clock, ingests: new Map(stored.value.clock.ingests) }) : stored
}

/** Deadlines are not stored: they follow from the state once the partition's clock is set. */
export function scheduleAll(engine: EngineState): void {
  engine.wheel = newWheel(Math.floor(engine.clock.up / 1_000))
  for (const site of engine.sites.values()) scheduleSite({ engine, site })
}

function toStored(site: SiteState, clock: ClockState) {
  return {
    v: 1 as const,
    site: site.id,
    n: site.n,
    head: site.head,
    configHash: site.configHash,
    rulesHash: site.rulesHash,
    table: [...site.table.values()],
    occurrences: [...site.occurrences],
    answered: site.answered,
    blindUntil: site.blindUntil,
    gateways: [...site.gateways.values()].map((g) => ({ ...g, offlineUp: high(g.offlineUp), lastUp: high(g.lastUp) })),
    sensors: [...site.sensors.values()].map((s) => [s.sensor.id, sensorToStored(s)] as const),
    clock: { now: clock.now, up: clock.up, rearm: clock.rearm, ingests: [...clock.ingests] },
  }
}

function sensorToStored(s: SensorState) {
  const {
    sensor: _sensor,
    index: _index,
    rules,
    silence: _silence,
    silenceLimit: _limit,
    memory,
    newest,
    lastUp,
    ...rest
  } = s
  return {
    ...rest,
    newest: high(newest),
    lastUp: high(lastUp),
    memory: memoryToStored(memory),
    rules: rules.map(({ program, ...state }) => ({ id: program.ref.id, ...state })),
  }
}

function memoryToStored(memory: ReadingMemory) {
  const order = Array.from({ length: memory.size }, (_, i) => (memory.first + i) % MEMORY)
  return {
    floor: high(memory.floor),
    times: order.map((place) => memory.times[place] ?? 0),
    values: order.map((place) => memory.values[place] ?? 0),
    codes: order.map((place) => memory.codes[place] ?? 0),
  }
}

function fill(sensor: SensorState, stored: Stored['sensors'][number][1]): void {
  const { rules, memory, newest, lastUp, ...rest } = stored
  Object.assign(sensor, rest, { newest: low(newest), lastUp: low(lastUp), memory: memoryFrom(memory) })
  for (const state of rules) {
    const known = sensor.rules.find((r) => r.program.ref.id === state.id)
    if (known) fillRule(known, state)
  }
}

function fillRule(rule: RuleState, stored: Stored['sensors'][number][1]['rules'][number]): void {
  const { id: _id, levels, rate, ...rest } = stored
  Object.assign(rule.levels, levels)
  if (rule.rate && rate) Object.assign(rule.rate, rate)
  Object.assign(rule, rest)
}

function memoryFrom({ floor, times, values, codes }: ReturnType<typeof memoryToStored>): ReadingMemory {
  const memory = newMemory()
  times.forEach((t, i) => remember(memory, { t, value: values[i] ?? 0, code: codes[i] ?? 0 }))
  memory.floor = low(floor)
  return memory
}

const high = (value: number): number | null => (value === -Infinity ? null : value)
const low = (value: number | null): number => value ?? -Infinity

function parse(text: string): Result<Stored, string> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return fail('the state is not JSON')
  }
  return isStored(value) ? ok(value) : fail('the state is not of version 1')
}

/** Only the engine writes this record, and its store checks it for damage: the version is what is to be asked. */
function isStored(value: unknown): value is Stored {
  return typeof value === 'object' && value !== null && 'v' in value && value.v === 1 && 'sensors' in value
}
