/** Decides what a model is made from, and that its value depends on that and the time alone. */

import type { Sensor, SiteConfig } from '@tocsin/core/domain/site.ts'

/** The value in the quantity's canonical unit at `t`, UTC ms. */
export type Model = (t: number) => number

/** What a model is made from. */
export interface Place {
  readonly site: SiteConfig
  readonly sensor: Sensor
  readonly seed: number
}
