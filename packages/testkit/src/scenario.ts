/** Plays a scenario: writes its records in virtual time, hands each to the bare engine, and compares what follows (X1). */

import { contentHash, rulesContent, ruleSetOf, siteContent } from '@tocsin/config/content.ts'
import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import { type AlarmId, type Hash, type Millis, type SiteId, TOCSIN_SITE } from '@tocsin/core/domain/ids.ts'
import type { Rule, RuleSet } from '@tocsin/core/domain/rule.ts'
import type { SiteConfig } from '@tocsin/core/domain/site.ts'
import type { SiteRecord } from '@tocsin/core/domain/site-record.ts'
import type { EngineState } from '@tocsin/core/engine/state.ts'
import { newEngine, step } from '@tocsin/core/engine/step.ts'
import { partitionOf } from '@tocsin/core/ports/event-log.ts'
import { Devices } from './scenario-devices.ts'
import { rulesFrom, type Scenario, type ScenarioStep, siteConfigFrom } from './scenario-file.ts'
import { Intake } from './scenario-intake.ts'
import { alarmRow, eventWords, inWordsOf } from './scenario-words.ts'

/** 2026-06-14 10:00 in Beijing: the begin of every scenario. */
const BEGIN: Millis = Date.UTC(2026, 5, 14, 2)

/** One record of site-log; its offset is its place among those of the partition. */
export interface LoggedRecord {
  readonly partition: number
  readonly record: SiteRecord
}

/** What a step expects beside what was found, the same lines where it is met. */
export interface Check {
  readonly step: string
  readonly expected: readonly string[]
  readonly found: readonly string[]
}

export interface Play {
  readonly partitions: number
  readonly records: readonly LoggedRecord[]
  /** Every content that a record names (I4). */
  readonly contents: ReadonlyMap<Hash, string>
  /** The bare engine's journal, in the order in which it was written. */
  readonly events: readonly AlarmEvent[]
  /** Of each event, the offset of the record that caused it. */
  readonly inputs: readonly number[]
  readonly checks: readonly Check[]
  /** The engine of each partition after the last record. */
  readonly engines: readonly EngineState[]
}

export interface PlayOptions {
  /** Default 2. */
  readonly partitions?: number
  /** Gives the rules of a pack that the scenario names. */
  readonly pack?: (name: string) => readonly Rule[]
}

export function playScenario(scenario: Scenario, options: PlayOptions = {}): Play {
  return new Player(scenario, options).play()
}

class Player implements Play {
  readonly partitions: number
  readonly records: LoggedRecord[] = []
  readonly contents = new Map<Hash, string>()
  readonly events: AlarmEvent[] = []
  readonly inputs: number[] = []
  readonly checks: Check[] = []
  readonly engines: EngineState[]
  readonly #scenario: Scenario
  readonly #sites = new Map<SiteId, SiteConfig | null>()
  readonly #packed: readonly Rule[]
  readonly #devices = new Devices(BEGIN)
  readonly #intake = new Intake()
  readonly #offsets: number[]
  #rules: RuleSet
  /** Time since the begin, ms. */
  #now = 0
  #commands = 0
  /** How many events expectations have spoken of. */
  #told = 0

  constructor(scenario: Scenario, { partitions = 2, pack }: PlayOptions) {
    this.#scenario = scenario
    this.partitions = partitions
    this.engines = Array.from({ length: partitions }, () => newEngine())
    this.#offsets = this.engines.map(() => 0)
    this.#packed = scenario.packs.flatMap((name) => {
      if (!pack) throw new Error(`no pack ${name}`)
      return pack(name)
    })
    this.#rules = ruleSetOf([...this.#packed, ...rulesFrom(scenario.rules)])
  }

  play(): Play {
    const { sites, links, steps } = this.#scenario
    this.#configure({ sites })
    this.#told = this.events.length
    this.#intake.start('in1', BEGIN)
    this.#tick()
    if (links !== 'none') {
      const gateways = new Set([...this.#sites.values()].flatMap((site) => (site?.gateways ?? []).map((g) => g.id)))
      for (const gateway of gateways) this.#link(`${gateway} online c0`)
    }
    steps.forEach((one, index) => this.#take(one, index + 1))
    this.#expect('after the last step', ['nothing'])
    return this
  }

  get #wall(): Millis {
    return BEGIN + this.#now
  }

  #take(one: ScenarioStep, number: number): void {
    if (one.at !== undefined) this.#advanceTo(one.at)
    for (const [gateway, off] of Object.entries(one.device ?? {})) this.#devices.setClock(gateway, off)
    for (const gateway of one.buffer ?? []) this.#devices.keepBack(gateway)
    for (const gateway of one.resume ?? []) this.#devices.resume(gateway)
    for (const line of one.ingest ?? []) this.#intake.told(line, this.#wall)
    for (const line of one.link ?? []) this.#link(line)
    if (one.blind !== undefined) this.#blind(one.blind)
    if (one.config) this.#configure(one.config)
    this.#talk(one)
    this.#command(one)
    if (one.gap !== undefined) this.#pause(one.gap)
    if (one.down !== undefined) this.#pause(one.down, 'reboot')
    if (one.expect) this.#expect(`step ${number}, expect`, one.expect)
    if (one.table) this.#table(`step ${number}, table`, one.table)
  }

  #talk(one: ScenarioStep): void {
    for (const line of one.steady ?? []) {
      this.#devices.setSteady(line, this.#wall)
      if (!line.endsWith(' off')) this.#say([line])
    }
    if (one.readings) this.#say(one.readings)
    for (const gateway of one.flush ?? []) this.#putAll(this.#devices.flush(gateway, this.#wall))
    if (one.resend !== undefined) this.#putAll(this.#devices.sentSince(this.#wall - one.resend))
  }

  #say(lines: readonly string[]): void {
    const said = lines.map((line) => this.#devices.say(line, this.#wall))
    this.#putAll(this.#devices.messages(said, this.#wall))
  }

  #advanceTo(time: number): void {
    if (time < this.#now) throw new Error(`time does not run back to ${time} ms`)
    for (let second = Math.floor(this.#now / 1_000) + 1; second * 1_000 <= time; second++) {
      this.#pass(second * 1_000 - this.#now)
      this.#tick()
      this.#putAll(this.#devices.messages(this.#devices.steadyAt(this.#wall), this.#wall))
    }
    this.#pass(time - this.#now)
  }

  /** Intake is not open; sensor gateways that do not keep what their sensors say lose it. */
  #pause(ms: number, then?: 'reboot'): void {
    const until = this.#now + ms
    for (let second = Math.floor(this.#now / 1_000) + 1; second * 1_000 <= until; second++) {
      this.#pass(second * 1_000 - this.#now)
      this.#devices.messages(this.#devices.steadyAt(this.#wall), this.#wall)
    }
    this.#pass(until - this.#now)
    if (then) this.#intake.reboot(this.#wall)
    this.#tick()
  }

  #pass(ms: number): void {
    this.#now += ms
    this.#intake.advance(ms)
  }

  #tick(): void {
    this.#putAll(this.#intake.ticks())
  }

  #link(line: string): void {
    const serves = (gateway: string): SiteId[] =>
      [...this.#sites].filter(([, site]) => site?.gateways.some((g) => g.id === gateway)).map(([id]) => id)
    this.#putAll(this.#intake.link(line, serves, this.#wall))
  }

  #blind(line: string): void {
    const [site = '', hold = ''] = line.split(/\s+/)
    this.#put({
      kind: 'blind',
      site,
      ingest: 'in1',
      hold: Number.parseInt(hold, 10) * (hold.endsWith('m') ? 60_000 : 1_000),
    })
  }

  #configure({ sites, rules }: NonNullable<ScenarioStep['config']>): void {
    if (rules) this.#rules = ruleSetOf([...this.#packed, ...rulesFrom(rules)])
    const changed = Object.entries(sites ?? {})
    for (const [id, site] of changed) this.#sites.set(id, site === null ? null : siteConfigFrom(id, site))
    const told = rules ? [...this.#sites.keys()] : changed.map(([id]) => id)
    for (const id of told) {
      const site = this.#sites.get(id) ?? null
      if (site) this.#devices.install(site)
      const config = site === null ? null : this.#content(siteContent(site))
      this.#put({ kind: 'config', site: id, config, rules: this.#content(rulesContent(this.#rules)), at: this.#wall })
    }
  }

  #content(text: string): Hash {
    const hash = contentHash(text)
    this.contents.set(hash, text)
    return hash
  }

  #command({ acknowledge, unacknowledge, comment }: ScenarioStep): void {
    if (acknowledge)
      this.#put({
        ...this.#commandOn(acknowledge),
        command: 'acknowledge',
        severity: acknowledge.severity,
        revision: acknowledge.revision,
      })
    if (unacknowledge)
      this.#put({ ...this.#commandOn(unacknowledge), command: 'unacknowledge', why: unacknowledge.why })
    if (comment) this.#put({ ...this.#commandOn(comment), command: 'comment', text: comment.text })
  }

  #commandOn(on: { readonly alarm: string; readonly by: string }) {
    const alarm = this.#alarm(on.alarm)
    const [site = ''] = alarm.split('/')
    return { kind: 'command', site, id: `command-${++this.#commands}`, by: on.by, at: this.#wall, alarm } as const
  }

  /** `GT-101/toxic#1`, `gw1/gateway-offline#1`, `in1/blind#1`. */
  #alarm(short: string): AlarmId {
    const [, subject = '', rule = '', occurrence = ''] = /^(.+)\/(.+)#(\d+)$/.exec(short) ?? []
    const site = this.#devices.siteOf(subject)
    if (site !== undefined) return `${site}/sensor:${subject}/${rule}/${occurrence}`
    const owner = [...this.#sites].find(([, config]) => config?.gateways.some((g) => g.id === subject))?.[0]
    if (owner !== undefined) return `${owner}/gateway:${subject}/${rule}/${occurrence}`
    return `${TOCSIN_SITE}/intake:${subject}/${rule}/${occurrence}`
  }

  #putAll(records: readonly SiteRecord[]): void {
    for (const record of records) this.#put(record)
  }

  #put(record: SiteRecord): void {
    if (record.kind !== 'tick') return this.#log(record, partitionOf(record.site, this.partitions))
    for (let partition = 0; partition < this.partitions; partition++) this.#log(record, partition)
  }

  #log(record: SiteRecord, partition: number): void {
    const offset = this.#offsets[partition] ?? 0
    this.#offsets[partition] = offset + 1
    this.records.push({ partition, record })
    const engine = this.engines[partition]
    if (!engine) return
    const context = { offset, sha256: contentHash, ownsTocsin: partitionOf(TOCSIN_SITE, this.partitions) === partition }
    const configuration =
      record.kind === 'config'
        ? { configuration: { site: this.#sites.get(record.site) ?? null, rules: this.#rules } }
        : {}
    const events = step(engine, record, { ...context, ...configuration })
    this.events.push(...events)
    this.inputs.push(...events.map(() => offset))
  }

  #expect(where: string, lines: readonly string[]): void {
    const expected = lines.filter((line) => line !== 'nothing')
    const found = this.events.slice(this.#told).map((event) => eventWords(event, BEGIN))
    this.#told = this.events.length
    this.checks.push({ step: where, expected, found: inWordsOf(expected, found) })
  }

  #table(where: string, lines: readonly string[]): void {
    const expected = lines.filter((line) => line !== 'empty').toSorted()
    const alarms = this.engines.flatMap(({ sites }) => [...sites.values()].flatMap(({ table }) => [...table.values()]))
    const rows = alarms.map(alarmRow).toSorted((a, b) => (a.join(' ') < b.join(' ') ? -1 : 1))
    this.checks.push({ step: where, expected, found: inWordsOf(expected, rows) })
  }
}
