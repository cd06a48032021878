// Decides how a trend is put on the page: the canvas, and over it the axis name and the thresholds' level chips.

import type { ECharts } from 'echarts/core'
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode, type RefCallback } from 'react'
import type { SensorInfo } from '@tocsin/core/domain/feed.ts'
import { quantityOf } from '@tocsin/core/domain/quantity.ts'
import { sensorName } from '../alarms/describe.ts'
import { dayTime } from '../format/beijing.ts'
import { comparison, valueText } from '../format/number.ts'
import { useIsLost } from '../hooks.ts'
import { Shape } from '../marks/shapes.tsx'
import { useServices } from '../services.ts'
import { useSpeech, useTexts } from '../texts/use-texts.tsx'
import { useTheme } from '../theme.tsx'
import { niceScale, spread } from './scale.ts'
import { trendOption, type Colours } from './trend-option.ts'
import type { Trend } from './use-trend.ts'

interface ChartProps {
  readonly sensor: SensorInfo
  readonly limits: SensorInfo['limits']
  readonly trend: Trend
  readonly box: RefCallback<HTMLElement>
  readonly size: Size
}

export interface Size {
  readonly width: number
  readonly height: number
}

/** The size of the chart's box, zero until it is laid out. */
export function useSize(): { readonly size: Size; readonly box: RefCallback<HTMLElement> } {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 })
  const box = useCallback((own: HTMLElement | null) => {
    if (own === null) return undefined
    const observer = new ResizeObserver(() => setSize({ width: own.clientWidth, height: own.clientHeight }))
    observer.observe(own)
    return () => observer.disconnect()
  }, [])
  return { size, box }
}

export function TrendChart({ sensor, limits, trend, box, size }: ChartProps): ReactNode {
  const { texts, language } = useSpeech()
  const { clock } = useServices()
  // Asked for so that the canvas is drawn again with the other colours.
  useTheme()
  const isLost = useIsLost()
  const canvas = useRef<HTMLDivElement>(null)
  const chart = useRef<ECharts>(undefined)
  const nameBox = useRef<HTMLSpanElement>(null)
  const [isReady, setReady] = useState(false)
  const quantity = quantityOf(sensor.quantity)
  const isInverted = quantity.worse === 'low'
  const scale = useMemo(() => scaleOf(trend, limits, size.height), [trend, limits, size.height])
  const frame = frameOf()

  useEffect(() => {
    let isGone = false
    void import('./echarts.ts').then(({ makeChart }) => {
      if (isGone || canvas.current === null) return
      chart.current = makeChart(canvas.current)
      setReady(true)
    })
    return () => {
      isGone = true
      chart.current?.dispose()
      chart.current = undefined
    }
  }, [])

  // After every draw of this component: it is drawn only when what it shows has changed.
  useEffect(() => {
    if (!isReady || size.width === 0) return
    const to = trend.to + trend.range / 40
    const lostSince = isLost ? [[clock.asOf() ?? trend.to, to] as const] : []
    chart.current?.resize({ width: size.width, height: size.height })
    const option = trendOption({
      points: trend.points,
      silences: [...trend.silences, ...lostSince],
      silenceText: texts.chart.silence,
      hourText: texts.chart.hour,
      limits: limits.map(({ value }) => value),
      from: trend.from,
      to,
      now: trend.to,
      scale,
      isInverted,
      decimals: sensor.decimals,
      size: { width: size.width, font: frame.font },
      nameWidth: nameBox.current?.offsetWidth ?? 0,
      grid: frame.grid,
      colours: coloursNow(),
    })
    chart.current?.setOption(option, { notMerge: true })
  })

  const axis = `${language === 'zh' ? quantity.zh : quantity.en} ${quantity.unit}`.trim()
  const last = trend.points.findLast(([, value]) => value !== null)?.[1] ?? null
  const value = last === null ? texts.none : `${valueText(last, sensor.decimals)} ${quantity.unit}`
  return (
    <div className="trend-in" ref={box}>
      <div
        ref={canvas}
        className="canvas"
        role="img"
        aria-label={texts.chart.label(sensorName(sensor, texts), [dayTime(trend.from), dayTime(trend.to)], value)}
      />
      <span className="axis-name" ref={nameBox}>
        {isInverted ? texts.chart.inverted(axis) : axis}
      </span>
      <span className="axis-zone">{texts.beijing}</span>
      {size.height > 0 && <LimitChips limits={limits} frame={frame} yOf={yOf} height={size.height} />}
    </div>
  )

  function yOf(at: number): number {
    const share = (at - scale.min) / (scale.max - scale.min)
    const plot = size.height - frame.grid.top - frame.grid.bottom
    return frame.grid.top + plot * (isInverted ? share : 1 - share)
  }
}

interface Frame {
  readonly font: number
  readonly chip: { readonly width: number; readonly height: number }
  readonly grid: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }
}

function frameOf(): Frame {
  const font = Number.parseInt(getComputedStyle(document.documentElement).getPropertyValue('--f-s'), 10) || 14
  const isWordy = document.documentElement.lang === 'en'
  const chip = { width: Math.round(font * (isWordy ? 8.4 : 7)), height: Math.round(font * 1.45) }
  const grid = {
    left: Math.round(font * 3.4),
    right: chip.width + 2,
    top: Math.round(font * 1.9),
    bottom: Math.round(font * 1.8),
  }
  return { font, chip, grid }
}

interface ChipsProps {
  readonly limits: SensorInfo['limits']
  readonly frame: Frame
  readonly yOf: (value: number) => number
  readonly height: number
}

/** The thresholds' ends: a coloured line would not be seen, a shape with its word is. */
function LimitChips({ limits, frame, yOf, height }: ChipsProps): ReactNode {
  const texts = useTexts()
  const { chip, grid } = frame
  const middles = spread(
    limits.map(({ value }) => yOf(value)),
    chip.height,
    [grid.top - chip.height / 2, height - grid.bottom + 2],
  )
  return limits.map(({ rule, level, severity, op, value }, index) => (
    <span
      className="limit-chip"
      key={`${rule} ${level} ${op}`}
      style={{ top: (middles[index] ?? 0) - chip.height / 2, ...chip }}
      title={level}
    >
      <Shape severity={severity} /> {texts.levels[severity]} {comparison(op, value)}
    </span>
  ))
}

function coloursNow(): Colours {
  const style = getComputedStyle(document.documentElement)
  const value = (name: string): string => style.getPropertyValue(name).trim()
  return {
    ink: value('--ink'),
    ink2: value('--ink-2'),
    rule: value('--rule'),
    page: value('--page'),
    surface: value('--surface'),
  }
}

function scaleOf(trend: Trend, limits: SensorInfo['limits'], height: number): ReturnType<typeof niceScale> {
  const values = trend.points.flatMap(([, value]) => (value === null ? [] : [value]))
  const all = [...values, ...limits.map(({ value }) => value)]
  if (all.length === 0) return niceScale(0, 1, 4)
  const [low, high] = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))]
  // Zero belongs on the axis where it is near: a concentration's line must not hover over a cut axis.
  const from = low > 0 && low < (high - low) * 1.5 ? 0 : low
  const room = (high - from) * 0.06
  return niceScale(from === 0 ? 0 : from - room, high + room, height > 260 ? 6 : 4)
}
