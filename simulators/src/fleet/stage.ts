/** Decides what each sensor shows at each moment: its normal series, and what the scenarios that are playing make of it. */

import type { GatewayId, Millis, SensorId } from '@tocsin/core/domain/ids.ts'
import type { Sensor, SiteConfig } from '@tocsin/core/domain/site.ts'
import { modelOf } from '../models/model.ts'
import type { Model } from '../models/place.ts'
import type { Effect, Sample, Script } from './script.ts'

export interface Stage {
  /** Plays the script from `at` on, UTC ms; scripts that are over at that time are forgotten. */
  play(script: Script, at: Millis): void
  /** In the canonical unit, within the sensor's range; past it the limit, as `over-range`. */
  sample(sensor: SensorId, t: Millis): Sample
  /** How often the sensor is read now, ms. */
  interval(sensor: SensorId, t: Millis): Millis
  /** How far the gateway's clock is off, ms. */
  skew(gateway: GatewayId, t: Millis): Millis
}

interface Playing {
  readonly script: Script
  readonly at: Millis
  readonly effects: ReadonlyMap<SensorId, Effect>
}

/** A stage of these sites; the same seed gives the same series. */
export function createStage(sites: readonly SiteConfig[], seed: number): Stage {
  const sensors = new Map<SensorId, { readonly sensor: Sensor; readonly model: Model }>()
  for (const site of sites) {
    for (const sensor of site.sensors) sensors.set(sensor.id, { sensor, model: modelOf({ site, sensor, seed }) })
  }
  let playing: readonly Playing[] = []

  /** The scripts that run at `t` and touch the sensor; the latest started wins. */
  function effectAt(sensor: SensorId, t: Millis): { readonly effect: Effect; readonly at: Millis } | undefined {
    for (let index = playing.length - 1; index >= 0; index -= 1) {
      const own = playing[index]
      const effect = own?.effects.get(sensor)
      if (own && effect && t >= own.at && t < own.at + own.script.duration) return { effect, at: own.at }
    }
    return undefined
  }

  return {
    play(script, at) {
      const effects = new Map(script.effects.map((effect) => [effect.sensor, effect]))
      playing = [...playing.filter((own) => own.at + own.script.duration > at), { script, at, effects }]
    },
    sample(id, t) {
      const own = sensors.get(id)
      if (!own) throw new RangeError(`no sensor ${id} on this stage`)
      const found = effectAt(id, t)
      const shown = found ? found.effect.at(t - found.at, (elapsed) => own.model(found.at + elapsed)) : own.model(t)
      return limited(own.sensor, typeof shown === 'number' ? { value: shown, quality: 'good' } : shown)
    },
    interval(id, t) {
      const usual = sensors.get(id)?.sensor.interval ?? 1000
      return Math.min(usual, effectAt(id, t)?.effect.every ?? usual)
    },
    skew(gateway, t) {
      let sum = 0
      for (const { script, at } of playing) {
        for (const { gateway: id, from, until, by } of script.skews) {
          if (id === gateway && t >= at + from && t < at + until) sum += by
        }
      }
      return sum
    },
  }
}

function limited({ range: [low, high] }: Sensor, { value, quality }: Sample): Sample {
  if (value > high) return { value: high, quality: quality === 'good' ? 'over-range' : quality }
  return value < low ? { value: low, quality } : { value, quality }
}
