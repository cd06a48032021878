/** What happens in the recorded story: two sites in virtual time, told so that every kind of journal entry occurs. */

import { partitionOf } from '@tocsin/core/ports/event-log.ts'
import type { Quality } from '@tocsin/core/domain/reading.ts'
import type { CommandRecord, LinkRecord, SiteRecord } from '@tocsin/core/domain/site-record.ts'
import { rulesContent, ruleSetOf, siteContent, contentHash } from '@tocsin/config/content.ts'
import { changedPlant, mine, plant, rules } from './story-config.ts'

export const PARTITIONS = 2
/** 2026-06-14 02:15:12 in Beijing. */
export const START = 1_781_374_512_000

const ruleSet = ruleSetOf(rules)
/** With one rule less than {@link ruleSet}. */
const fewerRules = ruleSetOf(rules.filter(({ id }) => id !== 'story-level'))

/** Every content that a record of the story names. */
export const contents = {
  plant: siteContent(plant),
  'plant-changed': siteContent(changedPlant),
  mine: siteContent(mine),
  rules: rulesContent(ruleSet),
  'rules-fewer': rulesContent(fewerRules),
}

/** What is told to one place after another; each second ends with a tick for every partition. */
class Story {
  readonly partitions: SiteRecord[][] = Array.from({ length: PARTITIONS }, () => [])
  /** Seconds since the start. */
  now = 0
  #boot = 'boot-1'
  /** The ingest's wall clock, ahead of its monotonic one by so much. */
  #departed = 0
  #seq = 0
  #commands = 0

  get time(): number {
    return START + this.now * 1_000
  }

  put(record: Exclude<SiteRecord, { kind: 'tick' }>): void {
    this.partitions[partitionOf(record.site, PARTITIONS)]?.push(record)
  }

  /** Ends this second, and so many more in which nothing else happens. */
  tick(seconds = 1): void {
    for (let i = 0; i < seconds; i++) {
      this.now++
      const mono = 5_000.25 + this.now * 1_000
      const wall = this.time + this.#departed
      for (const partition of this.partitions)
        partition.push({ kind: 'tick', ingest: 'intake', boot: this.#boot, mono, wall })
    }
  }

  /** Intake is not open for so long; then the same ingest, or a new boot of it. */
  gap(seconds: number, boot = this.#boot): void {
    this.now += seconds - 1
    this.#boot = boot
    this.tick()
  }

  depart(ms: number): void {
    this.#departed = ms
  }

  /** One message: `[tag, value, quality, ms before now]` each. */
  say(gateway: string, ...readings: readonly (readonly [string, number, Quality?, number?])[]): void {
    const site = gateway.startsWith('cx') ? plant : mine
    const prefix = site === plant ? 'cx-' : 'qlc-'
    this.put({
      kind: 'readings',
      site: site.id,
      gateway,
      boot: 'b7f3',
      seq: this.#seq++,
      received: this.time + 40,
      sensors: readings.map(([tag]) => prefix + tag),
      times: readings.map(([, , , ago = 0]) => this.time - ago),
      values: readings.map(([, value]) => value),
      qualities: readings.map(([, , quality = 'good']) => quality),
    })
  }

  /** @param connection its number; an ended one never comes back */
  link(gateway: string, [state, cause]: readonly [LinkRecord['state'], LinkRecord['cause']], connection = 1): void {
    const site = gateway.startsWith('cx') ? plant.id : mine.id
    const id = `${this.#boot}.${gateway}.${connection}`
    this.put({ kind: 'link', site, gateway, connection: id, state, cause, received: this.time })
  }

  configure(site: string, config: string | null, set = contents.rules): void {
    this.put({
      kind: 'config',
      site,
      config: config === null ? null : contentHash(config),
      rules: contentHash(set),
      at: this.time,
    })
  }

  command(alarm: string, what: Act): void {
    const base = { kind: 'command', site: alarm.split('/')[0] ?? '', by: 'u-duty-1', at: this.time, alarm } as const
    this.put({ ...base, id: `c-${++this.#commands}`, ...what })
  }
}

type Act = CommandRecord extends infer R
  ? R extends CommandRecord
    ? Omit<R, 'kind' | 'site' | 'id' | 'by' | 'at' | 'alarm'>
    : never
  : never

const leak = (occurrence: number): string => `${plant.id}/sensor:cx-GT-101/story-chlorine/${occurrence}`
const methane = (occurrence: number): string => `${mine.id}/sensor:qlc-T2/story-methane/${occurrence}`

/** The records of `site-log`, partition by partition. */
export function tellStory(): readonly (readonly SiteRecord[])[] {
  const story = new Story()
  story.configure(plant.id, contents.plant)
  story.configure(mine.id, contents.mine)
  for (const gateway of ['cx-gw-1', 'cx-gw-2', 'qlc-gw-1']) story.link(gateway, ['online', 'connect'])
  story.tick()
  leakIsSeen(story)
  commandsAreRefused(story)
  tankFills(story)
  mineRises(story)
  lateAndFaulty(story)
  devicesFail(story)
  intakeFails(story)
  registryChanges(story)
  story.tick(3)
  return story.partitions
}

function leakIsSeen(story: Story): void {
  for (const value of [0.1, 0.2, 1.2, 2.5]) {
    story.say('cx-gw-1', ['GT-101', value], ['GT-102', value / 2])
    story.tick(2)
  }
  story.command(leak(1), { command: 'acknowledge', severity: 'yellow', revision: 1 }) // P6: it is red meanwhile
  story.command(leak(1), { command: 'acknowledge', severity: 'red', revision: 2 })
  story.command(leak(1), { command: 'comment', text: '已电话核实' })
  story.command(leak(1), { command: 'unacknowledge', why: '误操作' })
  story.command(leak(1), { command: 'acknowledge', severity: 'red', revision: 2 })
  for (const value of [1.9, 1.1, 0.7]) {
    story.tick(2)
    story.say('cx-gw-1', ['GT-101', value])
  }
  story.tick()
}

function commandsAreRefused(story: Story): void {
  story.command(leak(1), { command: 'acknowledge', severity: 'red', revision: 2 })
  story.command(leak(7), { command: 'unacknowledge', why: '无此报警' })
  story.tick()
}

function tankFills(story: Story): void {
  for (const value of [40, 42, 45, 49, 53]) {
    story.say('cx-gw-2', ['LT-201', value], ['XV-201', 1])
    story.say('cx-gw-1', ['GT-101', 0.1], ['GT-102', 0.1])
    story.tick(5)
  }
}

/** On- and off-delays, then so many returns that the oldest is superseded. */
function mineRises(story: Story): void {
  for (const value of [0.4, 1.1, 1.6, 1.7, 1.8, 0.9, 0.8, 0.7]) {
    story.say('qlc-gw-1', ['T2', value], ['T1', 3.2])
    story.tick(2)
  }
  story.tick(4)
  for (let i = 0; i < 52; i++) {
    story.say('qlc-gw-1', ['T2', 1.2])
    story.tick()
    story.say('qlc-gw-1', ['T2', 0.5])
    if (i % 5 === 0) story.say('cx-gw-1', ['GT-101', 0.1], ['GT-102', 0.1])
    if (i % 5 === 0) story.say('cx-gw-2', ['LT-201', 53], ['XV-201', 1])
    story.tick()
  }
  story.command(methane(52), { command: 'acknowledge', severity: 'yellow', revision: 2 })
  story.tick()
}

/** A spike that newer readings had overtaken, a backlog, a detector that says of itself that it is broken. */
function lateAndFaulty(story: Story): void {
  story.say('cx-gw-1', ['GT-101', 0.1], ['GT-102', 0.1])
  story.tick()
  story.say('cx-gw-1', ['GT-101', 2.2, 'good', 3_000])
  story.tick(7)
  story.say('cx-gw-1', ['GT-101', 1.3])
  story.tick()
  story.say('cx-gw-1', ['GT-101', 0, 'fault'])
  story.tick(2)
  story.say('cx-gw-1', ['GT-101', 3, 'over-range'])
  story.tick(2)
  story.say('cx-gw-1', ['GT-101', 0.1], ['GT-102', 0.1, 'calibration'])
  story.tick()
}

/** A sensor gateway's last will, its sensors' silence, a device's clock ahead. */
function devicesFail(story: Story): void {
  story.say('cx-gw-1', ['GT-102', 1.6])
  story.link('cx-gw-1', ['offline', 'will'])
  for (let i = 0; i < 14; i++) {
    story.say('qlc-gw-1', ['T2', 0.5], ['T1', 0.4])
    story.tick(5)
  }
  story.link('cx-gw-1', ['online', 'connect'], 2)
  story.say('cx-gw-1', ['GT-101', 0.1], ['GT-102', 1.6])
  story.tick(2)
  story.say('cx-gw-1', ['GT-101', 0.1, 'good', -120_000])
  story.tick(2)
  story.put({ kind: 'blind', site: mine.id, ingest: 'intake', hold: 30_000 })
  story.tick()
}

/** Tocsin is blind; its clock departs and comes back; it starts anew. */
function intakeFails(story: Story): void {
  story.gap(30)
  story.depart(5_000)
  story.tick(2)
  story.depart(0)
  story.tick(2)
  story.gap(20, 'boot-2')
  story.link('cx-gw-1', ['online', 'connect'])
  story.say('cx-gw-1', ['GT-102', 1.7])
  story.say('qlc-gw-1', ['T2', 1.2], ['T1', 0.4])
  story.tick(2)
}

/** Limits change under an alarm, a rule and sensors go, a site goes. */
function registryChanges(story: Story): void {
  story.say('cx-gw-2', ['LT-201', 53])
  story.tick(5)
  story.say('cx-gw-2', ['LT-201', 60])
  story.tick(5)
  story.say('cx-gw-2', ['LT-201', 70])
  story.tick()
  story.configure(plant.id, contents.plant, contents['rules-fewer'])
  story.tick()
  story.configure(plant.id, contents['plant-changed'], contents['rules-fewer'])
  story.tick()
  story.configure(mine.id, null)
  story.tick()
}
