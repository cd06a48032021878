/** Decides what plays when: nothing, or the demo's opening and the occasional events after it. */

import type { Millis } from '@tocsin/core/domain/ids.ts'
import type { Request } from './catalogue.ts'

/** A request at a time after the fleet's start. */
export interface Entry extends Request {
  readonly at: Millis
}

/** What plays; `rotation` goes round for ever, one request each `period`. */
export interface Plan {
  readonly entries: readonly Entry[]
  readonly rotation?: { readonly from: Millis; readonly period: Millis; readonly requests: readonly Request[] }
}

const second = 1000
const minute = 60 * second

/** Normal operation. */
export const calm: Plan = { entries: [] }

/**
 * All four colours within the first minute: the storm passes blue to red within 30 s of its start, methane yellow and
 * orange, the leak yellow, orange and, once 25 % IDLH has held for 30 s, red. Then one small event every four minutes:
 * about fifteen an hour, below the 10 in 10 minutes that is a flood (hazards.md §6).
 */
export const demo: Plan = {
  entries: [
    { at: 2 * second, scenario: 'storm', site: '大坪尾矿库', strength: 'red' },
    { at: 4 * second, scenario: 'methane-rise', site: '七里冲煤矿', strength: 'orange' },
    { at: 6 * second, scenario: 'gas-leak', site: '澄溪化工北厂', strength: 'red' },
    { at: 100 * second, scenario: 'gateway-drop', site: '武溪油气库' },
    { at: 240 * second, scenario: 'tank-overfill', site: '青垴甲醇储运站', strength: 'yellow' },
  ],
  rotation: {
    from: 9 * minute,
    period: 4 * minute,
    requests: [
      { scenario: 'methane-rise', strength: 'blue' },
      { scenario: 'gas-leak', site: '梅滩冷链', strength: 'yellow' },
      { scenario: 'calibration-bump' },
      { scenario: 'co-spike', site: '老鸦山煤矿' },
      { scenario: 'gateway-drop' },
      { scenario: 'tank-overfill', strength: 'yellow' },
      { scenario: 'undeclared-calibration' },
      { scenario: 'storm', site: '石灰坡尾矿库', strength: 'yellow' },
      { scenario: 'frozen-value' },
      { scenario: 'gas-leak', strength: 'orange' },
      { scenario: 'clock-skew' },
      { scenario: 'fan-stop' },
      { scenario: 'wire-break' },
    ],
  },
}

/** The plans by name. */
export const plans: Readonly<Record<string, Plan>> = { calm, demo }
