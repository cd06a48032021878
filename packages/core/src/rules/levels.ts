/** Which levels of a rule are active: on-delay, off-delay and hysteresis, in the device's time and by ticks (T3). */

import { holds } from '../domain/limit.ts'
import type { Level } from '../domain/rule.ts'
import type { Program } from './program.ts'

/** Per sensor and rule. Bits of `active` and `pending` are level indexes. */
export interface LevelsState {
  active: number
  /** A level whose change waits for its delay. */
  pending: number
  /** Since when the pending change's condition holds: device time, and open time (see engine/clock). */
  sinceT: number[]
  sinceUp: number[]
  /** Device time at which each level's condition began, for the onset. */
  onset: number[]
}

export function newLevels(): LevelsState {
  return { active: 0, pending: 0, sinceT: [], sinceUp: [], onset: [] }
}

/** Index of the gravest active level; -1 for none. */
export function gravest(program: Program, state: LevelsState): number {
  if (state.active === 0) return -1
  for (const index of program.order) if (state.active & (1 << index)) return index
  return -1
}

/** What is compared: a value, or a rate; at the device's time `t`, when open time was `up`. */
export interface Measured {
  readonly value: number
  readonly t: number
  readonly up: number
}

/** @returns whether a level changed */
export function levelsOnValue(program: Program, state: LevelsState, measured: Measured): boolean {
  const { value, t, up } = measured
  if (state.active === 0 && state.pending === 0 && value > program.quietLow && value < program.quietHigh) return false
  const before = state.active
  for (let index = 0; index < program.levels.length; index++) {
    const level = program.levels[index]
    if (level === undefined) continue
    const bit = 1 << index
    const active = (state.active & bit) !== 0
    const wants = active ? !left(level, value) : holds(level.raise, value)
    if (wants === active) {
      state.pending &= ~bit
      continue
    }
    if ((state.pending & bit) === 0) {
      state.pending |= bit
      state.sinceT[index] = t
      state.sinceUp[index] = up
    }
    const delay = active ? level.offDelay : level.onDelay
    if (t - (state.sinceT[index] ?? t) >= delay) flip(state, index)
  }
  return state.active !== before
}

/** Open time at which the earliest pending change is due; Infinity for none. */
export function levelsDue(program: Program, state: LevelsState): number {
  let due = Infinity
  for (let index = 0; state.pending >> index !== 0; index++) {
    if (state.pending & (1 << index)) due = Math.min(due, dueOf(program, state, index))
  }
  return due
}

/**
 * A tick: pending changes whose delay has passed in open time since they were armed take place (T3).
 * @returns whether a level changed
 */
export function levelsOnTick(program: Program, state: LevelsState, up: number): boolean {
  const before = state.active
  for (let index = 0; state.pending >> index !== 0; index++) {
    if (state.pending & (1 << index) && dueOf(program, state, index) <= up) flip(state, index)
  }
  return state.active !== before
}

/** The device's clock was set: what is pending begins anew at the reading's time (L2). */
export function rearmLevels(state: LevelsState, t: number): void {
  for (let index = 0; state.pending >> index !== 0; index++) if (state.pending & (1 << index)) state.sinceT[index] = t
}

/** AQ 1029 and its like: alarm ≥, restore <; without a clear value the level is left when it no longer holds. */
function left(level: Level, value: number): boolean {
  return level.clear ? holds(level.clear, value) : !holds(level.raise, value)
}

function dueOf(program: Program, state: LevelsState, index: number): number {
  const level = program.levels[index]
  if (!level) return Infinity
  const delay = state.active & (1 << index) ? level.offDelay : level.onDelay
  return (state.sinceUp[index] ?? Infinity) + delay
}

function flip(state: LevelsState, index: number): void {
  const bit = 1 << index
  state.active ^= bit
  state.pending &= ~bit
  if (state.active & bit) state.onset[index] = state.sinceT[index] ?? 0
}
