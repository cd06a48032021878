/** Decides which villages the platform has and how well it reaches them: as given, or by chance from a seed. */

import { fail, ok, type Result } from '@tocsin/core/domain/result.ts'
import { keyOf, uniform } from '../models/noise.ts'
import type { Reach } from './messages.ts'
import type { Village } from './village.ts'

export interface VillageSpec {
  /** 12 digits. */
  readonly area: string
  readonly name?: string
  readonly terminals: number
  /** Its adapter never answers. */
  readonly dead?: boolean
}

export interface ReachOptions {
  /** Absent: villages are learnt from the messages. */
  readonly villages?: readonly VillageSpec[]
  readonly seed: number
  /** Share of villages with a fault: half of them lack terminals always, half are not reached by every second message. */
  readonly failRate: number
  /** Times run so much faster. */
  readonly speed: number
}

const LEARNT_TERMINALS = 12
/** A front end passes a message on within seconds (GD/J 088 allows ten); one that does not answer is given up. */
const RELAY_MS = 2_000
const GIVE_UP_MS = 5_000

/** @param faults area → terminals that still play, as someone tells while it runs; before all else */
export function createReach(options: ReachOptions, faults: ReadonlyMap<string, number>): Reach {
  const { seed, failRate, speed } = options
  const dead = new Set<string>()
  const villages = new Map<string, Village>()
  const add = (spec: VillageSpec): Village => {
    const { area, name = area, terminals } = spec
    const village: Village = { area, name, terminals, plays: [], at: 0 }
    villages.set(area, village)
    if (spec.dead === true) dead.add(area)
    return village
  }
  for (const spec of options.villages ?? []) add(spec)
  const isLearning = options.villages === undefined

  const workingTerminals = ({ area, terminals }: Village, ebmId: string): number => {
    const told = faults.get(area)
    if (told !== undefined) return Math.min(told, terminals)
    if (dead.has(area)) return 0
    if (uniform(keyOf(seed, area, 'fault'), 0) >= failRate) return terminals
    if (uniform(keyOf(seed, area, 'kind'), 0) < 0.5) {
      return Math.max(1, Math.floor(terminals * uniform(keyOf(seed, area, 'share'), 0)))
    }
    return uniform(keyOf(seed, area, ebmId), 0) < 0.5 ? 0 : terminals
  }

  return {
    village: (area) => villages.get(area) ?? (isLearning ? add({ area, terminals: LEARNT_TERMINALS }) : null),
    villages: () => [...villages.values()],
    of(village, ebmId) {
      const terminals = workingTerminals(village, ebmId)
      const relay = RELAY_MS * uniform(keyOf(seed, village.area, ebmId, 'relay'), 0)
      return { delay: Math.round((terminals === 0 ? GIVE_UP_MS : relay) / speed), terminals }
    },
  }
}

/** Reads `{"999901101201": {"name": "柳树湾村", "terminals": 12}, …}`. @returns the villages, or what is wrong */
export function parseVillages(json: string): Result<readonly VillageSpec[], string> {
  let root: unknown
  try {
    root = JSON.parse(json)
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
  if (typeof root !== 'object' || root === null || Array.isArray(root)) return fail('not an object')
  const found: VillageSpec[] = []
  const entries: [string, unknown][] = Object.entries(root)
  for (const [area, value] of entries) {
    const fields: object = typeof value === 'object' && value !== null ? value : {}
    const name: unknown = 'name' in fields ? fields.name : undefined
    const terminals: unknown = 'terminals' in fields ? fields.terminals : undefined
    if (!/^\d{12}$/.test(area)) return fail(`${area}: not an area code of 12 digits`)
    if (typeof name !== 'string') return fail(`${area}.name: not a text`)
    if (typeof terminals !== 'number' || !Number.isInteger(terminals) || terminals < 1) {
      return fail(`${area}.terminals: not a whole number above 0`)
    }
    found.push({ area, name, terminals })
  }
  return ok(found)
}
