import type { Severity } from '@tocsin/core/domain/severity.ts'
import { isWorse } from '@tocsin/core/domain/severity.ts'
import { type Request, scriptOf } from '@tocsin/simulators/fleet/catalogue.ts'
import { demo } from '@tocsin/simulators/fleet/plan.ts'
import { createStage } from '@tocsin/simulators/fleet/stage.ts'
import { expect, test } from 'vitest'
import { city, hour, minute, rules, second } from './city.ts'
import { judgeOf } from './judge.ts'

interface Raised {
  readonly at: number
  readonly site: string
  readonly sensor: string
  readonly rule: string
  readonly severity: Severity
}

const start = Date.UTC(2026, 10, 24, 1)
const seed = 1

/** Plays the plan in virtual time and notes each time a rule reaches a graver colour at a sensor. */
function play(length: number): Raised[] {
  const stage = createStage(city.sites, seed)
  const starting: [at: number, request: Request, seed: number][] = demo.entries.map((entry) => [entry.at, entry, seed])
  const { rotation } = demo
  for (let turn = 0; rotation && rotation.from + turn * rotation.period < length; turn += 1) {
    const request = rotation.requests[turn % rotation.requests.length]
    if (request) starting.push([rotation.from + turn * rotation.period, request, seed + turn])
  }
  const seats = city.sites.flatMap((site) =>
    site.sensors.map((sensor) => ({ site, sensor, judge: judgeOf(rules, { site, sensor }), last: -Infinity })),
  )
  const active = new Map<string, Severity>()
  const raised: Raised[] = []
  for (let at = 0; at < length; at += second) {
    for (const [, request, own] of starting.filter(([due]) => due === at)) {
      const script = scriptOf(request, city.sites, { seed: own })
      expect(script, request.scenario).not.toBeNull()
      if (script) stage.play(script, start + at)
    }
    for (const seat of seats) {
      const { site, sensor, judge } = seat
      if (at - seat.last < stage.interval(sensor.id, start + at)) continue
      seat.last = at
      const { value, quality } = stage.sample(sensor.id, start + at)
      if (quality !== 'good' && quality !== 'over-range') continue
      const now = new Map(judge(start + at, value).map(({ rule, severity }) => [`${sensor.id} ${rule}`, severity]))
      for (const [key, severity] of now) {
        if (!isWorse(severity, active.get(key) ?? null)) continue
        raised.push({ at, site: site.id, sensor: sensor.id, rule: key.slice(sensor.id.length + 1), severity })
      }
      for (const key of active.keys()) if (key.startsWith(`${sensor.id} `) && !now.has(key)) active.delete(key)
      for (const [key, severity] of now) active.set(key, severity)
    }
  }
  return raised
}

const opening = play(9 * minute)

test('every site that the plan names is in the demo city and has what its scenario needs', () => {
  for (const request of [...demo.entries, ...(demo.rotation?.requests ?? [])]) {
    expect(scriptOf(request, city.sites, { seed, strict: true }), request.scenario).not.toBeNull()
  }
})

test('within the first minute each colour is raised, and the pond that broadcasts by itself is red by the 32nd second', () => {
  const early = opening.filter(({ at }) => at <= minute)
  expect(new Set(early.map(({ severity }) => severity))).toEqual(new Set(['blue', 'yellow', 'orange', 'red']))
  const pool = opening.filter(({ site, rule }) => site === 'daping' && rule === 'tailings-pool-level')
  expect(pool.map(({ severity }) => severity)).toEqual(['blue', 'yellow', 'orange', 'red'])
  expect(pool.at(-1)?.at).toBeLessThanOrEqual(32 * second)
})

test('the leak at the chlorine store is yellow, orange, and red within the minute, one detector after another', () => {
  const leak = opening.filter(({ site, rule }) => site === 'chengxi-north' && rule === 'hazchem-chlorine')
  expect(new Set(leak.map(({ sensor }) => sensor)).size).toBe(3)
  const reds = leak.filter(({ severity }) => severity === 'red')
  expect(reds).toHaveLength(1)
  expect(reds[0]?.at).toBeLessThanOrEqual(minute)
})

test('methane at 七里冲煤矿 reaches yellow and orange, and the methanol tank its high level', () => {
  const colours = (site: string, rule: RegExp): Severity[] =>
    opening.filter((own) => own.site === site && rule.test(own.rule)).map(({ severity }) => severity)
  expect(colours('qilichong', /methane/)).toEqual(['blue', 'yellow', 'orange'])
  expect(colours('qingnao-methanol', /tank-level/)).toEqual(['yellow'])
})

test('after the opening it is calm: no red, and never 10 new alarms within 10 minutes', () => {
  const later = play(2 * hour).filter(({ at }) => at >= 9 * minute)
  expect(later.filter(({ severity }) => severity === 'red')).toEqual([])
  expect(later.length).toBeGreaterThan(10)
  for (const { at } of later) {
    const within = later.filter((other) => other.at >= at && other.at < at + 10 * minute)
    expect(within.length, `from ${at / minute} min`).toBeLessThan(10)
  }
})
