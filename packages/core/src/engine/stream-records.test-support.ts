/** From acts, drawn at random, to the records that they leave in the log. */

import type { Quality } from '../domain/reading.ts'
import type { SiteRecord, TickRecord } from '../domain/site-record.ts'
import { ruleSets, siteIds } from './stream-contents.test-support.ts'

export const BEGIN = Date.UTC(2026, 5, 14)

/** What can happen. */
export type Act =
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

export interface Said {
  readonly sensor: number
  readonly value: number
  readonly quality: Quality
  /** Event time relative to now, ms. */
  readonly at: number
}

export interface Command {
  readonly kind: 'acknowledge' | 'unacknowledge' | 'comment'
  readonly alarm: string
  readonly revision: number
  readonly severity: 'red' | 'orange' | 'yellow' | null
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

/** The records that these acts leave in the log. */
export function recordsOf(list: readonly Act[]): SiteRecord[] {
  const world = new World()
  for (const [index, id] of siteIds.entries()) world.put(configRecord(id, 0, index))
  world.put(world.tick(0))
  for (const act of list) apply(world, act)
  return world.records
}

function configRecord(id: string, variant: number, rules: number): SiteRecord {
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
      return passTime(world, act)
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
      return world.put(configRecord(siteIds[act.site] ?? '', act.variant, act.rules))
  }
}

function passTime(world: World, { ms, ticks }: Extract<Act, { act: 'pass' }>): void {
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
