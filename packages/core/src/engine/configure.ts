/** How a site takes a new registry or rule version: state stays where nothing changed, the rest is withdrawn (I4, A4). */

import type { WithdrawnCause } from '../domain/alarm-event.ts'
import type { AlarmId } from '../domain/ids.ts'
import type { RuleSet } from '../domain/rule.ts'
import type { Sensor, SiteConfig } from '../domain/site.ts'
import type { ConfigRecord } from '../domain/site-record.ts'
import { type BoundRule, bindRules } from '../rules/bind.ts'
import { newLevels } from '../rules/levels.ts'
import { compile, type Program } from '../rules/program.ts'
import { newRateWindow } from '../rules/rate.ts'
import { defaultSilence, silenceLimit } from '../rules/silence.ts'
import { canonical } from '../domain/canonical.ts'
import { gatewayDue, silenceDue } from './deadlines.ts'
import { emit } from './journal.ts'
import { newGateway } from './links.ts'
import { newMemory } from './memory.ts'
import { schedulePending } from './readings.ts'
import type { EngineState, RuleState, SensorState, SiteState } from './state.ts'
import type { Place, Turn } from './turn.ts'
import { scheduleGateway, scheduleSensor, unschedule } from './wheel.ts'

/** The contents that a config record names; null: the site is removed. */
export interface Configuration {
  readonly site: SiteConfig | null
  readonly rules: RuleSet
}

export function onConfig(at: Turn, record: ConfigRecord, contents: Configuration): void {
  const { site, out } = at
  if (site.configHash === record.config && site.rulesHash === record.rules) return
  applyConfig(at, contents, (alarm, cause) => emit(site, out, { kind: 'withdrawn', alarm, cause }))
  site.configHash = record.config
  site.rulesHash = record.rules
  emit(site, out, { kind: 'configured', config: record.config, rules: record.rules })
}

type Withdraw = (alarm: AlarmId, cause: WithdrawnCause) => void

/** Makes the site's sensors and gateways those of the configuration; `withdraw` ends what has lost its ground (A4). */
export function applyConfig(place: Place, contents: Configuration, withdraw: Withdraw): void {
  const { engine, site } = place
  const before = site.sensors
  const gateways = site.gateways
  site.config = contents.site
  site.sensors = new Map()
  site.gateways = new Map()
  const cause: WithdrawnCause = contents.site === null ? 'site-removed' : 'sensor-removed'
  for (const { id } of contents.site?.gateways ?? []) {
    site.gateways.set(id, gateways.get(id) ?? newGateway(id, engine.clock.up))
  }
  for (const [id, gateway] of gateways) if (!site.gateways.has(id)) unschedule(engine, gateway)
  contents.site?.sensors.forEach((sensor, index) => {
    const programs = programsOf(engine, bindRules(contents.rules, contents.site as SiteConfig, sensor))
    const known = before.get(sensor.id)
    if (known) unschedule(engine, known)
    site.sensors.set(sensor.id, rebuilt({ sensor, index, programs, known, up: engine.clock.up }))
  })
  withdrawLost(site, cause, withdraw)
  for (const known of before.values()) if (!site.sensors.has(known.sensor.id)) unschedule(engine, known)
  scheduleSite(place)
}

/** Everyone of the site is looked at when the time comes; also after a restart. */
export function scheduleSite(place: Place): void {
  const { engine, site } = place
  for (const gateway of site.gateways.values()) scheduleGateway(place, gateway, gatewayDue(engine, gateway))
  for (const sensor of site.sensors.values()) {
    if (sensor.silenceAlarm === null) scheduleSensor(place, sensor, silenceDue(place, sensor))
    schedulePending(place, sensor)
  }
}

function programsOf(engine: EngineState, bound: readonly BoundRule[]): Program[] {
  return bound.map((rule) => {
    const key = canonical(rule)
    let program = engine.programs.get(key)
    if (!program) engine.programs.set(key, (program = compile(rule, key)))
    return program
  })
}

interface Rebuild {
  readonly sensor: Sensor
  readonly index: number
  readonly programs: readonly Program[]
  readonly known: SensorState | undefined
  readonly up: number
}

function rebuilt({ sensor, index, programs, known, up }: Rebuild): SensorState {
  const silence = programs.find((p) => p.rule.kind === 'silence') ?? null
  const rules = programs
    .filter((p) => p.rule.kind !== 'silence')
    .map((program) => known?.rules.find((r) => r.program.key === program.key) ?? newRule(program))
  const limit = silenceLimit(silence?.rule.kind === 'silence' ? silence.rule : defaultSilence, sensor)
  const base = known ?? newSensor(sensor, index, up)
  return { ...base, sensor, index, rules, silence, silenceLimit: limit }
}

function newRule(program: Program): RuleState {
  const rate = program.rule.kind === 'rate' ? newRateWindow() : null
  return { program, levels: newLevels(), rate, measured: 0, alarm: null, held: null, passed: null }
}

function newSensor(sensor: Sensor, index: number, up: number): SensorState {
  return {
    sensor,
    index,
    rules: [],
    silence: null,
    silenceLimit: 0,
    silenceAlarm: null,
    clockAlarm: null,
    memory: newMemory(),
    newest: -Infinity,
    value: 0,
    quality: 0,
    lastUp: -Infinity,
    armedUp: up,
    clockOffset: 0,
    behind: 0,
    behindT: 0,
    behindUp: 0,
    behindFromT: 0,
    behindFromUp: 0,
    mode: 'live',
    modeUp: 0,
    modeT: 0,
    stale: null,
  }
}

/** A4: an alarm whose rule, sensor, gateway or site is no more, or whose limits changed, ends as withdrawn. */
function withdrawLost(site: SiteState, removed: WithdrawnCause, withdraw: Withdraw): void {
  const kept = new Set<AlarmId>()
  for (const s of site.sensors.values()) {
    for (const id of [s.silenceAlarm, s.clockAlarm, ...s.rules.map((r) => r.alarm)]) if (id !== null) kept.add(id)
  }
  for (const g of site.gateways.values()) if (g.alarm !== null) kept.add(g.alarm)
  for (const alarm of site.table.values()) {
    if (!alarm.active || kept.has(alarm.id)) continue
    const sensor = alarm.subject.kind === 'sensor' ? site.sensors.get(alarm.subject.id) : undefined
    const rule = sensor?.rules.some((r) => r.program.ref.id === alarm.rule.id)
    withdraw(alarm.id, sensor === undefined ? removed : rule ? 'rule-changed' : 'rule-removed')
  }
}
