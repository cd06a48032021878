/** Decides the weather of a site: ambient temperature by season and hour, showers, and how wet the ground is. */

import { keyOf, smoothstep, uniform, wander } from './noise.ts'

const second = 1000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour

/** The name under which a site has its weather: another seed, another weather. */
export function skyOf(site: string, seed: number): string {
  return `${seed}/${site}`
}

const year = 365.25 * day
const slot = 6 * hour
const beijing = 8 * hour

/** The hour of the day in Beijing, 0 to 24. */
export function hourOfDay(t: number): number {
  return ((t + beijing) % day) / hour
}

/** −1 at three in the night, 1 at three in the afternoon. */
export function dayAndNight(t: number): number {
  return Math.cos(((hourOfDay(t) - 15) / 24) * 2 * Math.PI)
}

/** ℃ in the open: 6 to 34 over the year, warmest in July and at 15 o'clock. */
export function ambient(sky: string, t: number): number {
  const season = Math.cos((((t % year) / year) * 365.25 - 196) * ((2 * Math.PI) / 365.25))
  return 20 + 8 * season + 3.5 * dayAndNight(t) + 2.5 * wander(keyOf(sky, 'ambient'), t / (2 * day))
}

/** Rain of the past hour, mm: mostly 0, a shower of 1 to 8 mm in about one of sixteen quarters of a day. */
export function rainOfHour(sky: string, t: number): number {
  const index = Math.floor(t / slot)
  const inside = t / slot - index
  return shower(sky, index) * smoothstep(inside * 5) * smoothstep((1 - inside) * 2)
}

/** 0 after a dry spell, towards 1 after rain, with a lag of days: what moves the phreatic line and the seepage. */
export function wetness(sky: string, t: number): number {
  const newest = Math.floor(t / slot)
  let water = 0
  for (let back = 0; back <= 48; back += 1) {
    const fallen = shower(sky, newest - back)
    if (fallen === 0) continue
    const days = (t / slot - (newest - back)) / 4
    // Rises for two days, is gone after twelve: continuous at both ends.
    water += fallen * smoothstep(days / 2) * smoothstep((12 - days) / 8)
  }
  return 1 - Math.exp(-water / 12)
}

function shower(sky: string, index: number): number {
  const key = keyOf(sky, 'shower')
  if (uniform(key, 2 * index) > 1 / 16) return 0
  return 1 + 7 * uniform(key, 2 * index + 1)
}
