import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { siteOf, smallSites } from '../testing/small-registry.ts'
import { type Request, scenarioNames, scriptOf } from './catalogue.ts'
import { demo } from './plan.ts'
import type { Sample, Script } from './script.ts'
import { createStage } from './stage.ts'

const start = Date.UTC(2026, 5, 14, 2)
const second = 1000

interface Run {
  readonly script: Script
  readonly at: (tag: string, seconds: number) => Sample
  /** The first second at which the tag is at or past the limit, null for never. */
  readonly reaches: (tag: string, limit: number, worse?: 'high' | 'low') => number | null
}

function run(request: Request, seed = 1): Run {
  const script = scriptOf(request, smallSites, { seed })
  if (!script) throw new RangeError(`nothing plays ${request.scenario}`)
  const stage = createStage(smallSites, seed)
  stage.play(script, start)
  const sensorAt = (tag: string): string => siteOf(script.site).sensors.find((sensor) => sensor.tag === tag)?.id ?? tag
  const at: Run['at'] = (tag, seconds) => stage.sample(sensorAt(tag), start + seconds * second)
  return {
    script,
    at,
    reaches: (tag, limit, worse = 'high') => {
      for (let seconds = 0; seconds <= script.duration / second; seconds += 1) {
        const { value } = at(tag, seconds)
        if (worse === 'high' ? value >= limit : value <= limit) return seconds
      }
      return null
    },
  }
}

function longestAbove(own: Run, tag: string, limit: number): number {
  let longest = 0
  let since = 0
  for (let seconds = 0; seconds <= own.script.duration / second; seconds += 1) {
    since = own.at(tag, seconds).value >= limit ? since + 1 : 0
    longest = Math.max(longest, since)
  }
  return longest
}

test('a leak reaches three detectors one after another; the first is above 25 % IDLH for more than 30 s, then it thins', () => {
  const own = run({ scenario: 'gas-leak', site: 'north' })
  expect(own.script.effects).toHaveLength(3)
  const tags = own.script.effects.map(({ sensor }) => sensor.replace('north.', ''))
  const arrivals = tags.map((tag) => own.reaches(tag, 1))
  expect(arrivals).toEqual([...arrivals].toSorted((a, b) => Number(a) - Number(b)))
  expect(new Set(arrivals).size).toBe(3)
  const [first = '', secondTag = '', third = ''] = tags
  expect(longestAbove(own, first, 22)).toBeGreaterThan(40)
  expect(own.reaches(first, 22)).toBeLessThan(20)
  expect(own.reaches(secondTag, 2)).not.toBeNull()
  expect(own.reaches(secondTag, 22)).toBeNull()
  expect(own.reaches(third, 1)).not.toBeNull()
  expect(own.at(first, own.script.duration / second - 1).value).toBeLessThan(0.5)
})

test.each([
  ['blue', null, null],
  ['yellow', 1, null],
  ['orange', 2, 22],
] as const)('a %s leak stops short of the next colour', (strength, reached, not) => {
  const own = run({ scenario: 'gas-leak', site: 'north', strength })
  const first = own.script.effects[0]?.sensor.replace('north.', '') ?? ''
  if (reached === null) expect(own.reaches(first, 1)).toBeNull()
  else expect(own.reaches(first, reached)).not.toBeNull()
  if (not !== null) expect(own.reaches(first, not)).toBeNull()
})

test('the storm lifts the pool past blue, yellow, orange and red within 30 s, each apart, holds for two minutes, recedes', () => {
  const own = run({ scenario: 'storm' })
  const times = [412.5, 412.7, 413, 414].map((limit) => own.reaches('WL-1', limit) ?? Number.NaN)
  for (const [index, time] of times.entries()) {
    expect(time).toBeLessThanOrEqual(30)
    if (index > 0) expect(time - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(1)
  }
  expect(longestAbove(own, 'WL-1', 414)).toBeGreaterThan(110)
  expect(own.at('WL-1', 420).value).toBeLessThan(412.1)
})

test('in the storm it rains, the beach shrinks to blue, and the phreatic line lags', () => {
  const own = run({ scenario: 'storm' })
  expect(own.at('RF-1', 20).value).toBeGreaterThan(35)
  const beach = own.reaches('BL-1', 1.3 * 70, 'low')
  const phreatic = own.reaches('PZ-1', 1.3 * 6, 'low')
  expect(beach).toBeLessThan(40)
  expect(phreatic).toBeGreaterThan(100)
  expect(own.reaches('BL-1', 1.2 * 70, 'low')).toBeNull()
  expect(own.reaches('PZ-1', 1.2 * 6, 'low')).toBeNull()
})

test('a storm to yellow leaves orange alone', () => {
  const own = run({ scenario: 'storm', strength: 'yellow' })
  expect(own.reaches('WL-1', 412.7)).not.toBeNull()
  expect(own.reaches('WL-1', 413)).toBeNull()
  expect(own.reaches('BL-1', 1.3 * 70, 'low')).toBeNull()
})

test('methane rises past alarm and cut-off; the feed is cut', () => {
  const own = run({ scenario: 'methane-rise' })
  expect(own.script.effects[0]?.sensor).toBe('mine.MM-1')
  const [alarm, cut] = [own.reaches('MM-1', 1), own.reaches('MM-1', 1.5)]
  expect(Number(cut) - Number(alarm)).toBeGreaterThan(5)
  expect(cut).toBeLessThan(40)
  expect(own.reaches('MM-1', 3)).toBeNull()
  expect(own.at('FD-1', 60).value).toBe(0)
  expect(run({ scenario: 'methane-rise', strength: 'yellow' }).reaches('MM-1', 1.5)).toBeNull()
  expect(run({ scenario: 'methane-rise', strength: 'blue' }).reaches('MM-1', 1)).toBeNull()
  expect(run({ scenario: 'methane-rise', strength: 'red' }).reaches('MM-1', 3)).not.toBeNull()
})

test('an overfill holds high for more than the 60 s of its delay; high-high closes the inlet', () => {
  const high = run({ scenario: 'tank-overfill', strength: 'yellow' })
  expect(longestAbove(high, 'LT-1', 85)).toBeGreaterThan(70)
  expect(high.reaches('LT-1', 90)).toBeNull()
  expect(high.at('XV-1', 100).value).toBe(1)
  const over = run({ scenario: 'tank-overfill' })
  expect(over.reaches('LT-1', 90)).toBeLessThan(60)
  expect(over.at('XV-1', 100).value).toBe(0)
})

test('a declared calibration says so, an undeclared one looks like methane', () => {
  const declared = run({ scenario: 'calibration-bump' })
  const tag = declared.script.effects[0]?.sensor.replace('mine.', '') ?? ''
  expect(declared.at(tag, 60)).toMatchObject({ quality: 'calibration' })
  expect(declared.at(tag, 60).value).toBeGreaterThan(1)
  const silent = run({ scenario: 'undeclared-calibration' })
  expect(silent.at(tag, 60)).toMatchObject({ quality: 'good', value: declared.at(tag, 60).value })
})

test('devices: a frozen value stands still, a broken wire says so, a clock is five minutes behind', () => {
  const frozen = run({ scenario: 'frozen-value' })
  const tag = frozen.script.effects[0]?.sensor.replace(/^\w+\./, '') ?? ''
  expect(frozen.at(tag, 10)).toEqual(frozen.at(tag, 500))
  const broken = run({ scenario: 'wire-break' })
  const wire = broken.script.effects[0]?.sensor.replace(/^\w+\./, '') ?? ''
  expect(broken.at(wire, 5).quality).toBe('disconnected')
  expect(broken.at(wire, 121).quality).toBe('good')
  const skew = scriptOf({ scenario: 'clock-skew', site: 'mine' }, smallSites, { seed: 1 })
  const stage = createStage(smallSites, 1)
  if (skew) stage.play(skew, start)
  expect(stage.skew('mine-gw', start + second)).toBe(-300_000)
  expect(stage.skew('pond-gw', start + second)).toBe(0)
  expect(stage.skew('mine-gw', start + 601 * second)).toBe(0)
})

test('carbon monoxide passes 24 ppm for half a minute and not 50', () => {
  const own = run({ scenario: 'co-spike' })
  expect(longestAbove(own, 'CO-1', 24)).toBeGreaterThan(25)
  expect(own.reaches('CO-1', 50)).toBeNull()
})

test('before and after its time a scenario changes nothing, and during it only what it names', () => {
  for (const scenario of scenarioNames) {
    const script = scriptOf({ scenario }, smallSites, { seed: 3 })
    expect(script, scenario).not.toBeNull()
    if (!script) continue
    const touched = new Set(script.effects.map(({ sensor }) => sensor))
    const [plain, staged] = [createStage(smallSites, 3), createStage(smallSites, 3)]
    staged.play(script, start)
    for (const { sensors } of smallSites) {
      for (const { id } of sensors) {
        for (const seconds of [-1, 30, script.duration / second]) {
          if (seconds === 30 && touched.has(id)) continue
          const t = start + seconds * second
          expect(staged.sample(id, t), `${scenario} ${id} at ${seconds} s`).toEqual(plain.sample(id, t))
        }
      }
    }
  }
})

test('the same seed plays the same script, at the named site where there is one', () => {
  for (const scenario of scenarioNames) {
    const [one, two] = [1, 1].map((seed) => scriptOf({ scenario }, smallSites, { seed }))
    expect(JSON.stringify(one)).toBe(JSON.stringify(two))
  }
  expect(scriptOf({ scenario: 'gateway-drop', site: '一号煤矿' }, smallSites, { seed: 1 })?.site).toBe('mine')
  expect(scriptOf({ scenario: 'storm', site: '没有' }, smallSites, { seed: 1 })?.site).toBe('pond')
  expect(() => scriptOf({ scenario: 'storm', site: 'mine' }, smallSites, { seed: 1, strict: true })).toThrow(
    /no site mine/,
  )
})

test('every request of the demo can be played on a registry with one site of each hazard', () => {
  for (const request of [...demo.entries, ...(demo.rotation?.requests ?? [])]) {
    expect(scriptOf(request, smallSites, { seed: 1 }), request.scenario).not.toBeNull()
  }
})

test('docs/simulators.md lists the scenarios that there are', async () => {
  const page = await readFile(new URL('../../../docs/simulators.md', import.meta.url), 'utf8')
  const listed = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name = '']) => name)
  expect(new Set(listed)).toEqual(new Set<string>(scenarioNames))
})
