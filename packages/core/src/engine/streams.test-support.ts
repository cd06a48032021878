/** Random record streams of two sites, made so that every part of the engine has something to do. */

import fc from 'fast-check'
import type { AlarmEvent } from '../domain/alarm-event.ts'
import { type Quality, qualities } from '../domain/reading.ts'
import type { SiteRecord } from '../domain/site-record.ts'
import type { EngineState } from './state.ts'
import { newEngine, step } from './step.ts'
import { contentsOf, sha256, siteIds } from './stream-contents.test-support.ts'
import { type Act, BEGIN, recordsOf, type Said } from './stream-records.test-support.ts'

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
const kinds = fc.constantFrom('toxic', 'toxic', 'toxic', 'rise', 'silence', 'silent', 'device-clock')

function acts(hasSetBacks: boolean): fc.Arbitrary<Act> {
  const speaking = [
    { weight: 10, arbitrary: fc.array(said(live), { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: backlog },
    ...(hasSetBacks ? [{ weight: 1, arbitrary: fc.array(said(far), { minLength: 1, maxLength: 2 }) }] : []),
  ]
  const passing = (ms: fc.Arbitrary<number>): fc.Arbitrary<Act> =>
    fc.record({
      act: fc.constant('pass'),
      ms,
      ticks: fc.oneof(
        { weight: 12, arbitrary: fc.constant<'both'>('both') },
        { weight: 1, arbitrary: fc.constantFrom<'first' | 'second' | 'none'>('first', 'second', 'none') },
      ),
    })
  return fc.oneof(
    { weight: 140, arbitrary: passing(fc.integer({ min: 200, max: 1_500 })) },
    { weight: 30, arbitrary: passing(fc.constantFrom(3_000, 10_000, 25_000, 70_000)) },
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
      weight: 60,
      arbitrary: fc.record({
        act: fc.constant('command'),
        site,
        command: fc.record({
          kind: fc.constantFrom('acknowledge', 'unacknowledge', 'comment'),
          alarm: fc.tuple(fc.nat({ max: 2 }), kinds, fc.constantFrom(1, 1, 1, 2, 3)).map((parts) => parts.join('/')),
          revision: fc.constantFrom(1, 1, 2, 3),
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

/** Everything that can happen. */
export function streams(): fc.Arbitrary<SiteRecord[]> {
  return fc.array(acts(true), { minLength: 30, maxLength: 250 }).map(recordsOf)
}

/**
 * Streams in which a repeated reading can be told from a new one: no device's clock jumps (after a jump, a reading of
 * before is another one), and every sensor gateway stays connected (a repeat shows that it lives).
 */
export function calmStreams(): fc.Arbitrary<SiteRecord[]> {
  const calm = acts(false).filter(
    (act) =>
      act.act !== 'config' &&
      act.act !== 'link' &&
      act.act !== 'reboot' &&
      act.act !== 'again' &&
      !(act.act === 'pass' && act.ticks !== 'both'),
  )
  return fc.array(calm, { minLength: 30, maxLength: 250 }).map((list) => {
    const [plant, mine, tick, ...rest] = recordsOf(list)
    const links = siteIds.flatMap((id) => ['gw1', 'gw2'].map((gateway) => connected(id, gateway)))
    return [plant, mine, tick, ...links, ...rest].filter((record) => record !== undefined)
  })
}

function connected(id: string, gateway: string): SiteRecord {
  const connection = `in0-1.${id}-${gateway}`
  return { kind: 'link', site: id, gateway, connection, state: 'online', cause: 'connect', received: BEGIN }
}

/** One record of the stream, as the bare engine of a partition takes it. */
export function stepAt(engine: EngineState, record: SiteRecord, offset: number): AlarmEvent[] {
  const configuration = contentsOf(record)
  return step(engine, record, { offset, sha256, ownsTocsin: true, ...(configuration ? { configuration } : {}) })
}

/** The journal of the stream. */
export function journalOf(records: readonly SiteRecord[]): AlarmEvent[] {
  const engine = newEngine()
  return records.flatMap((record, offset) => stepAt(engine, record, offset))
}
