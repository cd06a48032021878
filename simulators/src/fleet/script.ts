/** Decides what a scenario is: for a while, some sensors leave their normal series, or a sensor gateway misbehaves. */

import type { GatewayId, Millis, SensorId, SiteId } from '@tocsin/core/domain/ids.ts'
import type { Quality } from '@tocsin/core/domain/reading.ts'
import type { Severity } from '@tocsin/core/domain/severity.ts'
import type { Sensor, SiteConfig } from '@tocsin/core/domain/site.ts'
import type { QuantityId } from '@tocsin/core/domain/quantity.ts'
import { keyOf, uniform, wander } from '../models/noise.ts'

/** A value in the canonical unit. */
export interface Sample {
  readonly value: number
  readonly quality: Quality
}

/** What a sensor does instead of its normal series, ms after the scenario's start. */
export interface Effect {
  readonly sensor: SensorId
  /** The sensor reads at least this often while the scenario runs (观测加密), ms. */
  readonly every?: Millis
  /** `normal` is the sensor's own series, asked by elapsed time. */
  readonly at: (elapsed: Millis, normal: (elapsed: Millis) => number) => number | Sample
}

/** The sensor gateway's connection breaks and returns; the last `shuffled` messages kept come out of order. */
export interface Drop {
  readonly gateway: GatewayId
  readonly from: Millis
  readonly until: Millis
  readonly shuffled: number
}

/** The device's clock is off by `by` ms. */
export interface Skew {
  readonly gateway: GatewayId
  readonly from: Millis
  readonly until: Millis
  readonly by: Millis
}

export interface Script {
  readonly scenario: string
  readonly site: SiteId
  readonly duration: Millis
  readonly effects: readonly Effect[]
  readonly drops: readonly Drop[]
  readonly skews: readonly Skew[]
}

/** What a scenario is told. The same cue gives the same script. */
export interface Cue {
  readonly site: SiteConfig
  readonly seed: number
  /** How far it goes: up to the limit of that colour. */
  readonly strength: Severity
}

/** @returns null where the site has not what the scenario needs */
export type Scenario = (cue: Cue) => Script | null

/** The site's sensors of these quantities. */
export function sensorsOf(site: SiteConfig, ...quantities: readonly QuantityId[]): Sensor[] {
  return site.sensors.filter((sensor) => quantities.includes(sensor.quantity))
}

/** One of several, by the cue's seed. */
export function pick<T>(cue: Cue, what: string, from: readonly T[]): T | undefined {
  return from[Math.floor(uniform(keyOf(cue.seed, cue.site.id, what), 0) * from.length)]
}

/** A line through points `[elapsed, value]`, `null` standing for the sensor's normal value; beyond the ends, normal. */
export function track(points: readonly (readonly [Millis, number | null])[]): Effect['at'] {
  return (elapsed, normal) => {
    const next = points.findIndex(([at]) => at > elapsed)
    const before = points[next - 1]
    const after = points[next]
    if (before === undefined || after === undefined) return normal(elapsed)
    const own = normal(elapsed)
    const from = before[1] ?? own
    const to = after[1] ?? own
    return from + ((to - from) * (elapsed - before[0])) / (after[0] - before[0])
  }
}

/** A track that lives: the line with a slow wave of at most `amplitude`, so that no value stands quite still. */
export function lively(points: Parameters<typeof track>[0], amplitude: number, key: number): Effect['at'] {
  const line = track(points)
  const last = points.at(-1)?.[0] ?? 0
  return (elapsed, normal) => {
    const value = line(elapsed, normal)
    if (typeof value !== 'number' || elapsed >= last) return value
    return value + amplitude * wander(key, elapsed / 9000)
  }
}

/** A script of what is given, and of nothing else. */
export function scripted(scenario: string, cue: Cue, rest: { duration: Millis } & Partial<Script>): Script {
  return { scenario, site: cue.site.id, effects: [], drops: [], skews: [], ...rest }
}
