/** Random record streams of two sites, made so that every part of the engine has something to do. */

import fc from 'fast-check'
import { type Quality, qualities } from '../domain/reading.ts'
import type { Rule, RuleSet } from '../domain/rule.ts'
import type { SiteConfig } from '../domain/site.ts'
import type { SiteRecord, TickRecord } from '../domain/site-record.ts'
import { canonical } from '../domain/canonical.ts'
import { aLevel, aRate, aSensor, aSilence, aSite, aThreshold } from '@tocsin/testkit/builders.ts'
import { createHash } from 'node:crypto'

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
export const BEGIN = Date.UTC(2026, 5, 14)

const general: Rule[] = [
  aThreshold('toxic', { quantity: 'chlorine' }, [
    aLevel('yellow', '>= 1', { offDelay: 3_000 }),
    aLevel('orange', '>= 2', { onDelay: 2_000, clear: '< 1' }),
    aLevel('red', '>= 3'),
  ]),
  aRate(
    'rise',
    { quantity: 'chlorine' },
    {
      window: 20_000,
      per: 60_000,
      minSpan: 3_000,
      levels: [aLevel('yellow', '>= 5'), aLevel('orange', '>= 20', { onDelay: 2_000 })],
    },
  ),
]
const patient: Rule[] = [
  aThreshold('toxic', { quantity: 'chlorine' }, [aLevel('yellow', '>= 1', { onDelay: 10_000, offDelay: 10_000 })]),
  aSilence('silent', {}, 20_000),
]

function setOf(rules: readonly Rule[]): RuleSet {
  const all = rules.map((rule) => ({ hash: sha256(canonical(rule)), rule }))
  return { hash: sha256(canonical(rules)), rules: all }
}

export const ruleSets: readonly RuleSet[] = [setOf(general), setOf(patient)]

const sensorsOf = (site: string) => [
  aSensor(`${site}-1`),
  aSensor(`${site}-2`, { interval: 5_000 }),
  aSensor(`${site}-3`, { gateway: 'gw2', interval: 30_000 }),
]
/** The whole site, one sensor and sensor gateway less, and removed. */
const configs = (site: string): readonly (SiteConfig | null)[] => [
  aSite(site, sensorsOf(site)),
  aSite(site, sensorsOf(site).slice(0, 2)),
  null,
]
export const siteIds = ['plant', 'mine'] as const

/** What stands for a content hash in these streams: `site/variant` and the rule set's hash. */
export function contentsOf(record: SiteRecord): { site: SiteConfig | null; rules: RuleSet } | undefined {
  if (record.kind !== 'config') return undefined
  const rules = ruleSets.find(({ hash }) => hash === record.rules)
  return rules && { site: configOf(record.site, record.config), rules }
}

/** The contents under the hashes that a stored state names. */
export function storedContents(site: string, config: string | null, rules: string | null) {
  const set = ruleSets.find(({ hash }) => hash === rules)
  return set ? { site: configOf(site, config), rules: set } : null
}

function configOf(site: string, config: string | null): SiteConfig | null {
  return config === null ? null : (configs(site)[Number(config.split('/')[1])] ?? null)
}

type Act =
  | { readonly act: 'pass'; readonly ms: number; readonly ticks: 'both' | 'first' | 'second' | 'none' }
  | { readonly act: 'reboot'; readonly ingest: 0 | 1 }
  | { readonly act: 'step'; readonly ingest: 0 | 1; readonly ms: number }
  | { readonly act: 'say'; readonly site: number; readonly said: readonly Said[] }
  | { readonly act: 'again'; readonly back: number }
  | {
      readonly act: 'link'
      readonly site: number
      readonly gateway: number
      readonly online: boolean
      readonly back: number
    }
  | { readonly act: 'blind'; readonly site: number; readonly hold: number }
  | { readonly act: 'command'; readonly site: number; readonly command: Command }
  | { readonly act: 'config'; readonly site: number; readonly variant: number; readonly rules: number }

interface Said {
  readonly sensor: number
  readonly value: number
  readonly quality: Quality
  /** Event time relative to now, ms. */
  readonly at: number
}

interface Command {
  readonly kind: 'acknowledge' | 'unacknowledge' | 'comment'
  readonly alarm: string
  readonly revision: number
  readonly severity: 'red' | 'orange' | 'yellow' | null
}

const site = fc.nat({ max: 1 })
const value = fc.constantFrom(0, -0, 0.5, 1, 1.5, 2, 2.5, 3, 4)
const quality: fc.Arbitrary<Quality> = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Quality>('good') },
  { weight: 1, arbitrary: fc.constantFrom(...qualities) },
)
const said = (at: fc.Arbitrary<number>): fc.Arbitrary<Said> =>
  fc.record({ sensor: fc.nat({ max: 2 }), value, quality, at })
const live = fc.constantFrom(0, 0, 0, -500, -1_000)
/** A backlog: many readings of the last minutes, mostly in order. */
const backlog = fc
  .tuple(
    fc.nat({ max: 2 }),
    fc.integer({ min: 5, max: 60 }),
    fc.integer({ min: 1, max: 6 }),
    fc.array(value, { minLength: 60, maxLength: 60 }),
    fc.boolean(),
  )
  .map(([sensor, count, spacing, values, reversed]): Said[] => {
    const all = Array.from({ length: count }, (_, i) => ({
      sensor,
      value: values[Math.floor(i / 4)] ?? 0,
      quality: 'good' as const,
      at: -(count - i) * spacing * 1_000,
    }))
    return reversed ? all.toReversed() : all
  })
const far = fc.constantFrom(-600_000, -300_000, -130_000, -90_000, -20_000, 5_000, 100_000)
const kinds = fc.constantFrom('toxic', 'rise', 'silence', 'silent', 'device-clock')

function acts(hasSetBacks: boolean): fc.Arbitrary<Act> {
  const speaking = [
    { weight: 10, arbitrary: fc.array(said(live), { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: backlog },
    ...(hasSetBacks ? [{ weight: 1, arbitrary: fc.array(said(far), { minLength: 1, maxLength: 2 }) }] : []),
  ]
  const pass = (ms: fc.Arbitrary<number>): fc.Arbitrary<Act> =>
    fc.record({
      act: fc.constant('pass'),
      ms,
      ticks: fc.oneof(
        { weight: 12, arbitrary: fc.constant<'both'>('both') },
        { weight: 1, arbitrary: fc.constantFrom<'first' | 'second' | 'none'>('first', 'second', 'none') },
      ),
    })
  return fc.oneof(
    { weight: 140, arbitrary: pass(fc.integer({ min: 200, max: 1_500 })) },
    { weight: 30, arbitrary: pass(fc.constantFrom(3_000, 10_000, 25_000, 70_000)) },
    { weight: 140, arbitrary: fc.record({ act: fc.constant('say'), site, said: fc.oneof(...speaking) }) },
    { weight: 20, arbitrary: fc.record({ act: fc.constant('again'), back: fc.nat({ max: 12 }) }) },
    {
      weight: 20,
      arbitrary: fc.record({
        act: fc.constant('link'),
        site,
        gateway: fc.nat({ max: 1 }),
        online: fc.boolean(),
        back: fc.nat({ max: 2 }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ act: fc.constant('blind'), site, hold: fc.constantFrom(5_000, 60_000) }) },
    {
      weight: 15,
      arbitrary: fc.record({
        act: fc.constant('command'),
        site,
        command: fc.record({
          kind: fc.constantFrom('acknowledge', 'unacknowledge', 'comment'),
          alarm: fc.tuple(fc.nat({ max: 2 }), kinds, fc.integer({ min: 1, max: 3 })).map((parts) => parts.join('/')),
          revision: fc.integer({ min: 1, max: 4 }),
          severity: fc.constantFrom('red', 'orange', 'yellow', null),
        }),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        act: fc.constant('config'),
        site,
        variant: fc.nat({ max: 2 }),
        rules: fc.nat({ max: 1 }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ act: fc.constant('reboot'), ingest: fc.constantFrom(0, 1) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        act: fc.constant('step'),
        ingest: fc.constantFrom(0, 1),
        ms: fc.constantFrom(-3_600_000, -700, 900, 5_000),
      }),
    },
  )
}

/** @param hasSetBacks whether device clocks jump: then a duplicate of before the jump is another reading after it */
export function streams(hasSetBacks = true): fc.Arbitrary<SiteRecord[]> {
  return fc.array(acts(hasSetBacks), { minLength: 30, maxLength: 250 }).map(recordsOf)
}

class World {
  readonly records: SiteRecord[] = []
  now = 0
  readonly boots = [1, 1]
  readonly walls = [0, 0]
  connections = 1

  put(...records: SiteRecord[]): void {
    this.records.push(...records)
  }

  /** The second ingest is half a second behind the first, so that open time has fractions. */
  tick(ingest: 0 | 1): TickRecord {
    const mono = this.now + 777.25 * (this.boots[ingest] ?? 1) + ingest * 400
    return {
      kind: 'tick',
      ingest: `in${ingest}`,
      boot: `in${ingest}-${this.boots[ingest]}`,
      mono,
      wall: BEGIN + this.now + (this.walls[ingest] ?? 0),
    }
  }
}

function recordsOf(list: readonly Act[]): SiteRecord[] {
  const world = new World()
  for (const [index, id] of siteIds.entries()) world.put(config(id, 0, index))
  world.put(world.tick(0))
  for (const act of list) apply(world, act)
  return world.records
}

function config(id: string, variant: number, rules: number): SiteRecord {
  return {
    kind: 'config',
    site: id,
    config: variant === 2 ? null : `${id}/${variant}`,
    rules: ruleSets[rules]?.hash ?? '',
    at: BEGIN,
  }
}

function apply(world: World, act: Act): void {
  switch (act.act) {
    case 'pass':
      return pass(world, act)
    case 'reboot':
      world.boots[act.ingest] = (world.boots[act.ingest] ?? 0) + 1
      return
    case 'step':
      world.walls[act.ingest] = (world.walls[act.ingest] ?? 0) + act.ms
      return
    case 'say':
      return world.put(...say(world, siteIds[act.site] ?? 'plant', act.said))
    case 'again': {
      const again = world.records.filter((r) => r.kind !== 'config').at(-1 - act.back)
      if (again) world.put(again)
      return
    }
    case 'link':
      return link(world, act)
    case 'blind':
      return world.put({ kind: 'blind', site: siteIds[act.site] ?? '', ingest: 'in0', hold: act.hold })
    case 'command':
      return command(world, siteIds[act.site] ?? '', act.command)
    case 'config':
      return world.put(config(siteIds[act.site] ?? '', act.variant, act.rules))
  }
}

function pass(world: World, { ms, ticks }: Extract<Act, { act: 'pass' }>): void {
  if (ticks === 'none') {
    world.now += ms
    return
  }
  for (let left = ms; left > 0; left -= 1_000) {
    world.now += Math.min(left, 1_000)
    if (ticks !== 'second') world.put(world.tick(0))
    if (ticks !== 'first') world.put(world.tick(1))
  }
}

/** One record a sensor gateway, as intake makes them. */
function say(world: World, id: string, all: readonly Said[]): SiteRecord[] {
  return ['gw1', 'gw2'].flatMap((gateway): SiteRecord[] => {
    const own = all.filter(({ sensor }) => (sensor === 2 ? 'gw2' : 'gw1') === gateway)
    if (own.length === 0) return []
    return [
      {
        kind: 'readings',
        site: id,
        gateway,
        boot: 'b',
        seq: world.records.length,
        received: BEGIN + world.now,
        sensors: own.map(({ sensor }) => `${id}-${sensor + 1}`),
        times: own.map(({ at }) => BEGIN + world.now + at),
        values: own.map((s) => s.value),
        qualities: own.map((s) => s.quality),
      },
    ]
  })
}

function link(world: World, { site: index, gateway, online, back }: Extract<Act, { act: 'link' }>): void {
  const number = online && back === 0 ? ++world.connections : Math.max(1, world.connections - back)
  const ingest = number % 2
  world.put({
    kind: 'link',
    site: siteIds[index] ?? '',
    gateway: gateway === 0 ? 'gw1' : 'gw2',
    connection: `in${ingest}-${world.boots[ingest]}.${number}`,
    state: online ? 'online' : 'offline',
    cause: online ? 'connect' : 'close',
    received: BEGIN + world.now,
  })
}

function command(world: World, id: string, { kind, alarm, revision, severity }: Command): void {
  const [sensor = '', rule = '', occurrence = ''] = alarm.split('/')
  const base = {
    kind: 'command',
    site: id,
    id: `c${world.records.length}`,
    by: 'officer',
    at: BEGIN + world.now,
    alarm: `${id}/sensor:${id}-${Number(sensor) + 1}/${rule}/${occurrence}`,
  } as const
  if (kind === 'acknowledge') world.put({ ...base, command: 'acknowledge', severity, revision })
  else if (kind === 'unacknowledge') world.put({ ...base, command: 'unacknowledge', why: 'test' })
  else world.put({ ...base, command: 'comment', text: 'test' })
}
