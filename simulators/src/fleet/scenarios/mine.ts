/** Decides what happens in a coal mine: methane rises, a fan stops, a diesel engine passes a CO sensor. */

import type { Severity } from '@tocsin/core/domain/severity.ts'
import type { Sensor } from '@tocsin/core/domain/site.ts'
import { methaneLevels } from '../../models/limits.ts'
import { keyOf } from '../../models/noise.ts'
import { type Cue, type Effect, pick, type Script, scripted, lively, sensorsOf, track } from '../script.ts'
import { shut } from './tank-overfill.ts'

const second = 1000

/** Where methane gathers first. */
const likely: readonly string[] = ['return-corner', 'coal-face', 'heading-coal']

/** Needs a methane sensor; at the cut-off level the feed of its group is cut. */
export function methaneRise(cue: Cue): Script | null {
  const all = sensorsOf(cue.site, 'methane')
  const places = all.filter((sensor) => likely.includes(sensor.location))
  const sensor = pick(cue, 'methane', places.length > 0 ? places : all)
  if (!sensor) return null
  const peak = methanePeak(sensor, cue.strength)
  const effects: Effect[] = [
    {
      sensor: sensor.id,
      every: 2 * second,
      at: lively(
        [
          [0, null],
          [40 * second, peak],
          [110 * second, peak * 0.99],
          [260 * second, null],
        ],
        0.01 * peak,
        keyOf(cue.seed, sensor.id),
      ),
    },
  ]
  const feed = sensorsOf(cue.site, 'feed-state').find((other) => other.group === sensor.group)
  if (feed && peak >= methaneLevels(sensor.location)[1]) {
    effects.push({ sensor: feed.id, every: second, at: shut(38 * second, 240 * second) })
  }
  return scripted('methane-rise', cue, { duration: 260 * second, effects })
}

/** %CH₄ past the limit of that colour (hazards.md §2.2, default colours). */
function methanePeak(sensor: Sensor, strength: Severity): number {
  const [alarm, cut] = methaneLevels(sensor.location)
  switch (strength) {
    case 'blue':
      return 0.9 * alarm
    case 'yellow':
      return cut > alarm ? (alarm + cut) / 2 : 1.1 * alarm
    case 'orange':
      return 1.15 * cut
    case 'red':
      return Math.max(3.3, 1.15 * cut)
  }
}

/**
 * Needs a fan and a methane sensor: a local fan (from orange on, the main fan) stops for a minute and a half, and methane
 * climbs behind it.
 */
export function fanStop(cue: Cue): Script | null {
  const isMain = cue.strength === 'orange' || cue.strength === 'red'
  const fans = sensorsOf(cue.site, 'fan-state').filter(({ location }) => (location === 'main-fan') === isMain)
  const fan = pick(cue, 'fan', fans)
  const rise = methaneRise(cue)
  if (!fan || !rise) return null
  const effects = [{ sensor: fan.id, every: second, at: shut(0, 90 * second) }, ...rise.effects]
  return { ...rise, scenario: 'fan-stop', effects }
}

/** Needs a CO sensor: exhaust of a diesel engine passes, 30 ppm for half a minute (24 is the limit, hazards.md §2.3). */
export function coSpike(cue: Cue): Script | null {
  const sensor = pick(cue, 'co', sensorsOf(cue.site, 'mine-carbon-monoxide'))
  if (!sensor) return null
  const peak: Record<Severity, number> = { blue: 30, yellow: 60, orange: 120, red: 230 }
  const at = track([
    [0, null],
    [20 * second, peak[cue.strength]],
    [45 * second, peak[cue.strength]],
    [100 * second, null],
  ])
  return scripted('co-spike', cue, { duration: 100 * second, effects: [{ sensor: sensor.id, every: 2 * second, at }] })
}
