// Decides which stretch of a sensor's past is on the screen and how it is kept up to date.

import { useEffect, useMemo, useRef, useState } from 'react'
import type { SensorInfo } from '@tocsin/core/domain/feed.ts'
import type { SiteId } from '@tocsin/core/domain/ids.ts'
import { isMeasurement } from '@tocsin/core/domain/reading.ts'
import { fetchHistory, type History, type Span } from '../api/history.ts'
import { useIsLost, useLatest } from '../hooks.ts'
import { useServices } from '../services.ts'
import { linePoints, type Point } from './trend-data.ts'

const hour = 3_600_000
/** Stretches offered, ms. */
export const ranges = [hour, 6 * hour, 36 * hour, 7 * 24 * hour] as const

export interface Trend {
  readonly points: readonly Point[]
  readonly silences: readonly Span[]
  readonly from: number
  readonly to: number
  readonly state: 'loading' | 'failed' | 'ready'
  readonly range: number
  readonly setRange: (range: number) => void
}

interface Loaded {
  readonly key: string
  readonly history: History | null
  readonly from: number
  readonly to: number
}

/** Gas is judged by the minute, ground water by the day. */
function usualRange(interval: number): number {
  return interval > 60_000 ? 36 * hour : hour
}

export function useTrend(site: SiteId, sensor: SensorInfo | undefined, pixels: number): Trend {
  const { clock } = useServices()
  const [chosen, setRange] = useState<number | null>(null)
  const [loaded, setLoaded] = useState<Loaded | null>(null)
  const isLost = useIsLost()
  const range = chosen ?? usualRange(sensor?.interval ?? 1000)
  const sensorId = sensor?.id
  const key = `${site} ${sensorId ?? ''} ${range}`
  const tail = useTail(site, sensorId)

  useEffect(() => {
    if (sensorId === undefined || pixels === 0 || isLost) return undefined
    let isCurrent = true
    const load = async (): Promise<void> => {
      const to = Math.ceil(clock.serverNow())
      const from = to - range
      const answer = await fetchHistory({ site, sensor: sensorId, from, to, pixels })
      if (!isCurrent) return
      setLoaded((before) => {
        if (answer.ok) return { key, history: answer.value, from, to }
        return before?.key === key && before.history !== null ? before : { key, history: null, from, to }
      })
    }
    void load()
    const timer = setInterval(() => void load(), Math.min(60_000, Math.max(5000, range / 360)))
    return () => {
      isCurrent = false
      clearInterval(timer)
    }
  }, [site, sensorId, range, pixels, isLost, clock, key])

  return useMemo(() => {
    const mine = loaded?.key === key ? loaded : null
    const base = { range, setRange }
    if (mine === null) {
      const to = clock.asOf() ?? clock.serverNow()
      return { ...base, points: [], silences: [], from: to - range, to, state: isLost ? 'failed' : 'loading' }
    }
    if (mine.history === null) {
      return { ...base, points: [], silences: [], from: mine.from, to: mine.to, state: 'failed' }
    }
    const { buckets, gaps } = mine.history
    const newest = Math.max(mine.to, tail.at(-1)?.[0] ?? 0)
    // A gap that reached to the end of what was asked ends where newer values begin.
    const silences = gaps.map(([from, to]): Span => [
      from,
      to >= mine.to ? (tail.find(([at]) => at > from)?.[0] ?? to) : to,
    ])
    return {
      ...base,
      points: linePoints(buckets, silences, tail),
      silences,
      from: newest - range,
      to: newest,
      state: 'ready',
    }
  }, [loaded, key, tail, range, isLost, clock])
}

/** Values that came over the feed since the sensor is on the screen, the newest few hundred. */
function useTail(site: SiteId, sensor: string | undefined): readonly (readonly [number, number])[] {
  const latest = useLatest(site, sensor ?? '')
  const [tail, setTail] = useState<readonly (readonly [number, number])[]>([])
  const owner = useRef('')
  useEffect(() => {
    const own = `${site}/${sensor ?? ''}`
    const isOther = owner.current !== own
    owner.current = own
    const value = latest !== undefined && isMeasurement(latest.quality) ? ([latest.t, latest.value] as const) : null
    setTail((before) => {
      if (isOther) return value === null ? [] : [value]
      return value === null || value[0] <= (before.at(-1)?.[0] ?? 0) ? before : [...before.slice(-400), value]
    })
  }, [site, sensor, latest])
  return tail
}
