import { loadRules } from '@tocsin/config/rules.ts'
import { expect, test } from 'vitest'
import { packPath } from './packs.ts'
import { limitsOf, ruleOf, verdicts } from './testing.ts'

const rules = loadRules([packPath('coal')])

// hazards §2.2, typed in again: location, blue (80 % of alarm), alarm ≥, cut-off ≥, restore <
const methane: [string, string, number, number, number | null, number | null][] = [
  ['return-corner', 'return-corner', 0.8, 1.0, 1.5, 1.0],
  ['coal-face', 'coal-face', 0.8, 1.0, 1.5, 1.0],
  ['shearer', 'coal-face', 0.8, 1.0, 1.5, 1.0],
  ['face-return', 'face-return', 0.8, 1.0, 1.0, 1.0],
  ['mid-return', 'face-return', 0.8, 1.0, 1.0, 1.0],
  ['face-intake', 'face-intake', 0.4, 0.5, 0.5, 0.5],
  ['heading-coal', 'heading', 0.8, 1.0, 1.5, 1.0],
  ['heading-rock', 'heading', 0.8, 1.0, 1.5, 1.0],
  ['heading-return', 'heading-return', 0.8, 1.0, 1.0, 1.0],
  ['series-fan', 'series-fan', 0.4, 0.5, 0.5, 0.5],
  ['district-return', 'district-return', 0.8, 1.0, 1.0, 1.0],
  ['wing-return', 'total-return', 0.6, 0.75, null, null],
  ['total-return', 'total-return', 0.6, 0.75, null, null],
  ['drainage-roadway', 'drainage-roadway', 2, 2.5, 2.5, 2.5],
  ['coal-bunker', 'coal-bunker', 1.2, 1.5, 1.5, 1.5],
  ['drainage-pump-room', 'drainage-pump-room', 0.4, 0.5, null, null],
]

test.for(methane)('methane at %s (%s): %d, %d, %d, restore %d', ([location, rule, blue, alarm, cut, restore]) => {
  const found = ruleOf(rules, `coal-methane-${rule}`)
  expect(found.select.locations).toContain(location)
  expect(found.replaces).toEqual(['coal-methane-general'])
  expect(limitsOf(rules, found.id).filter(([, limit]) => rule !== 'series-fan' || limit !== '>= 1.5')).toEqual([
    ['blue', `>= ${blue}`, 0],
    ['yellow', `>= ${alarm}`, 0],
    ...(cut === null ? [] : [['orange', `>= ${cut}`, 0]]),
    ['red', '>= 3', 0],
  ])
  const level = found.kind === 'threshold' ? found.levels.find(({ name }) => name === '断电') : undefined
  expect(level?.clear ?? null).toEqual(restore === null ? null : { op: '<', value: restore })
})

test('before the local fan of a series-ventilated heading, 1.5 cuts the fan too', () => {
  expect(limitsOf(rules, 'coal-methane-series-fan')).toContainEqual(['orange', '>= 1.5', 0])
})

test('CO, temperatures, intake air', () => {
  expect(limitsOf(rules, 'coal-carbon-monoxide').map(([colour, limit]) => [colour, limit])).toEqual([
    ['blue', '>= 24'],
    ['yellow', '>= 50'],
    ['orange', '>= 100'],
    ['red', '>= 200'],
  ])
  expect(limitsOf(rules, 'coal-temperature-face').map(([, limit]) => limit)).toEqual(['> 26', '> 30'])
  expect(limitsOf(rules, 'coal-temperature-machinery').map(([, limit]) => limit)).toEqual(['> 30', '> 34'])
  expect(limitsOf(rules, 'coal-oxygen-intake')).toEqual([['yellow', '< 20', 0]])
  expect(limitsOf(rules, 'coal-carbon-dioxide-intake')).toEqual([['yellow', '> 0.5', 0]])
  expect(limitsOf(rules, 'coal-main-fan')).toEqual([
    ['orange', '< 1', 0],
    ['red', '< 1', 600_000],
  ])
})

// hazards §2.3: location, min, max
const wind: [string, number | null, number | null][] = [
  ['coal-face', 0.25, 4],
  ['heading-coal', 0.25, 4],
  ['heading-rock', 0.15, 4],
  ['conveyor-roadway', 0.25, 6],
  ['district-intake', 0.25, 6],
  ['district-return', 0.25, 6],
  ['trolley-roadway', 1.0, 8],
  ['main-intake', null, 8],
  ['total-return', null, 8],
  ['general', 0.15, null],
]

test.for(wind)('wind speed at %s: %d to %d m/s, both allowed', ([location, min, max]) => {
  const values = [(min ?? 0.1) - 0.01, min ?? 0.1, max ?? 15, (max ?? 15) + 0.01]
  expect(verdicts(rules, { hazard: 'coal', quantity: 'wind-speed', location }, values)).toEqual([
    min === null ? null : 'yellow',
    null,
    null,
    max === null ? null : 'yellow',
  ])
})

test('readings: a location has its own limits instead of the general ones', () => {
  const at = (location: string) =>
    verdicts(rules, { hazard: 'coal', quantity: 'methane', location }, [0.5, 0.8, 1, 1.5, 3])
  expect(at('general')).toEqual([null, 'blue', 'yellow', 'orange', 'red'])
  expect(at('return-corner')).toEqual([null, 'blue', 'yellow', 'orange', 'red'])
  expect(at('face-return')).toEqual([null, 'blue', 'orange', 'orange', 'red'])
  expect(at('face-intake')).toEqual(['orange', 'orange', 'orange', 'orange', 'red'])
  expect(at('coal-bunker')).toEqual([null, null, null, 'orange', 'red'])
  expect(ruleOf(rules, 'coal-silence')).toMatchObject({ intervals: 3, atLeast: 60_000 })
})
