/** Decides what goes wrong with devices rather than with the hazard: connections, clocks, calibrations, frozen values. */

import type { Quality } from '@tocsin/core/domain/reading.ts'
import { methaneLevels } from '../../models/limits.ts'
import { type Cue, type Effect, pick, type Script, scripted, sensorsOf, track } from '../script.ts'

const second = 1000
const minute = 60 * second

/** Any site: its sensor gateway is off the net for 100 s, then sends what it kept, the last messages out of order. */
export function gatewayDrop(cue: Cue): Script | null {
  const gateway = pick(cue, 'gateway', cue.site.gateways)
  if (!gateway) return null
  const drop = { gateway: gateway.id, from: 0, until: 100 * second, shuffled: 5 }
  return scripted('gateway-drop', cue, { duration: 110 * second, drops: [drop] })
}

/** Any site: the sensor gateway's clock is set back five minutes, and right again after ten. */
export function clockSkew(cue: Cue): Script | null {
  const gateway = pick(cue, 'clock', cue.site.gateways)
  if (!gateway) return null
  const skew = { gateway: gateway.id, from: 0, until: 10 * minute, by: -5 * minute }
  return scripted('clock-skew', cue, { duration: 10 * minute, skews: [skew] })
}

/** Needs a methane sensor: standard gas for two minutes, as calibration says it is (hazards.md §2.3 调校). */
export function calibrationBump(cue: Cue): Script | null {
  return calibration(cue, 'calibration-bump', 'calibration')
}

/** The same, but nobody set the status: it looks like methane. */
export function undeclaredCalibration(cue: Cue): Script | null {
  return calibration(cue, 'undeclared-calibration', 'good')
}

function calibration(cue: Cue, scenario: string, quality: Quality): Script | null {
  const sensor = pick(cue, 'calibrated', sensorsOf(cue.site, 'methane'))
  if (!sensor) return null
  const gas = Math.max(1.2, 1.1 * methaneLevels(sensor.location)[0])
  const line = track([
    [0, null],
    [20 * second, gas],
    [120 * second, gas],
    [150 * second, null],
  ])
  const at: Effect['at'] = (elapsed, normal) => {
    const value = line(elapsed, normal)
    return typeof value === 'number' && elapsed < 150 * second ? { value, quality } : value
  }
  return scripted(scenario, cue, { duration: 150 * second, effects: [{ sensor: sensor.id, every: 5 * second, at }] })
}

/** Any site: one measured value stays where it was for ten minutes. */
export function frozenValue(cue: Cue): Script | null {
  const sensor = pick(cue, 'frozen', measured(cue))
  if (!sensor) return null
  const at: Effect['at'] = (_elapsed, normal) => normal(0)
  return scripted('frozen-value', cue, { duration: 10 * minute, effects: [{ sensor: sensor.id, at }] })
}

/** Any site: a wire breaks (断线) for two minutes; the source says so and sends the low end of its range. */
export function wireBreak(cue: Cue): Script | null {
  const sensor = pick(cue, 'wire', measured(cue))
  if (!sensor) return null
  const at: Effect['at'] = (elapsed, normal) =>
    elapsed < 2 * minute ? { value: sensor.range[0], quality: 'disconnected' } : normal(elapsed)
  return scripted('wire-break', cue, { duration: 2 * minute, effects: [{ sensor: sensor.id, at }] })
}

function measured({ site }: Cue): Cue['site']['sensors'] {
  return site.sensors.filter(({ quantity }) => !quantity.endsWith('-state') && quantity !== 'rainfall')
}
