/** Levels against a plain reading of what they mean: hysteresis at once, delays in the device's time and by ticks (T3). */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aLevel } from '@tocsin/testkit/builders.ts'
import { holds } from '../domain/limit.ts'
import type { Level } from '../domain/rule.ts'
import { gravest, levelsDue, levelsOnTick, levelsOnValue, newLevels } from './levels.ts'
import { compile, type Program } from './program.ts'

function program(levels: readonly Level[]): Program {
  const rule = { kind: 'threshold', id: 'r', title: '', select: {}, source: '', certainty: 'I', levels } as const
  return compile({ ref: { id: 'r', kind: 'threshold', hash: '' }, rule }, '')
}

/** Both directions, with and without a clear value, in no order. */
const four = [
  aLevel('yellow', '>= 10', { clear: '< 8' }),
  aLevel('red', '> 20'),
  aLevel('orange', '<= -10', { clear: '> -8' }),
  aLevel('blue', '>= 5'),
]

test('without delays a level is active from its limit to its clear value', () => {
  const rank = ['red', 'orange', 'yellow', 'blue']
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -13, max: 23 }), { minLength: 1 }), (values) => {
      const compiled = program(four)
      const state = newLevels()
      const active = four.map(() => false)
      for (const [t, value] of values.entries()) {
        levelsOnValue(compiled, state, { value, t, up: t })
        for (const [i, level] of four.entries()) {
          const isOver = level.clear ? holds(level.clear, value) : !holds(level.raise, value)
          active[i] = active[i] === true ? !isOver : holds(level.raise, value)
        }
        expect(four.map((_, i) => (state.active & (1 << i)) !== 0)).toEqual(active)
        const worst = four
          .filter((_, i) => active[i])
          .toSorted((a, b) => rank.indexOf(a.name) - rank.indexOf(b.name))[0]
        expect(compiled.levels[gravest(compiled, state)]?.name).toBe(worst?.name)
      }
    }),
  )
})

const delayed = program([aLevel('red', '>= 1', { onDelay: 30_000, offDelay: 10_000 })])
const activeAfter = (values: readonly (readonly [t: number, value: number])[]): boolean => {
  const state = newLevels()
  for (const [t, value] of values) levelsOnValue(delayed, state, { value, t, up: 0 })
  return state.active !== 0
}

test('T3: a delay runs between readings in the device’s time, and from the start after a break', () => {
  expect(
    activeAfter([
      [0, 1],
      [29_999, 1],
    ]),
  ).toBe(false)
  expect(
    activeAfter([
      [0, 1],
      [30_000, 1],
    ]),
  ).toBe(true)
  expect(
    activeAfter([
      [0, 1],
      [20_000, 0],
      [25_000, 1],
      [40_000, 1],
    ]),
  ).toBe(false)
  expect(
    activeAfter([
      [0, 1],
      [20_000, 0],
      [25_000, 1],
      [55_000, 1],
    ]),
  ).toBe(true)
  expect(
    activeAfter([
      [0, 1],
      [30_000, 1],
      [31_000, 0],
      [40_999, 0],
    ]),
  ).toBe(true)
  expect(
    activeAfter([
      [0, 1],
      [30_000, 1],
      [31_000, 0],
      [41_000, 0],
    ]),
  ).toBe(false)
})

test('T3: without a new reading it runs by open time since it was armed', () => {
  const state = newLevels()
  levelsOnValue(delayed, state, { value: 1, t: 0, up: 5_000 })
  expect(levelsDue(delayed, state)).toBe(35_000)
  expect(levelsOnTick(delayed, state, 34_000)).toBe(false)
  expect(levelsOnTick(delayed, state, 35_000)).toBe(true)
  expect(levelsDue(delayed, state)).toBe(Infinity)
  levelsOnValue(delayed, state, { value: 0, t: 40_000, up: 45_000 })
  expect(levelsDue(delayed, state)).toBe(55_000)
})
