// Decides what a trend looks like: ink line, grey thresholds, hatched silence, named axes, now.

import type { EChartsCoreOption } from 'echarts/core'
import type { Span } from '../api/history.ts'
import { dayTime, hourMinute } from '../format/beijing.ts'
import { valueText } from '../format/number.ts'
import { timeTicks } from './scale.ts'
import { lonePoints, type Point } from './trend-data.ts'

export interface Colours {
  readonly ink: string
  readonly ink2: string
  readonly rule: string
  readonly page: string
  readonly surface: string
}

export interface TrendPicture {
  readonly points: readonly Point[]
  readonly silences: readonly Span[]
  readonly silenceText: (from: string, to: string) => string
  readonly hourText: (dayAndHour: string) => string
  readonly limits: readonly number[]
  readonly from: number
  readonly to: number
  readonly now: number
  readonly scale: { readonly min: number; readonly max: number; readonly step: number }
  /** Lower is worse: drawn upside down, so that up is always worse. */
  readonly isInverted: boolean
  readonly decimals: number
  readonly size: { readonly width: number; readonly font: number }
  /** Room that the name of the axis takes at the top, px. */
  readonly nameWidth: number
  readonly grid: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }
  readonly colours: Colours
}

const hour = 3_600_000

/** A silence narrower than this has no room for its times. */
const silenceWidth = 0.04

export function trendOption(picture: TrendPicture): EChartsCoreOption {
  const { points, from, to, scale, isInverted, decimals, size, grid, colours } = picture
  const font = { fontSize: size.font, fontFamily: getComputedStyle(document.body).fontFamily, color: colours.ink2 }
  const plot = size.width - grid.left - grid.right
  const isLong = to - from > 20 * hour
  const atTick = isLong ? (at: number): string => picture.hourText(dayTime(at).slice(0, 8)) : hourMinute
  const labelWidth = size.font * (isLong ? 7.5 : 5)
  const ticks = timeTicks(from, to, Math.max(2, Math.floor(plot / labelWidth)))
    // The zone stands at the right end of the same line.
    .filter((at) => ((to - at) / (to - from)) * plot > (isLong ? size.font * 1.6 : 0))
  const places = String(scale.step).split('.')[1]?.length ?? 0
  const last = points.findLast(([, value]) => value !== null)
  return {
    animation: false,
    grid: { ...grid, containLabel: false },
    xAxis: {
      type: 'value',
      min: from,
      max: to,
      axisLine: { onZero: false, lineStyle: { color: colours.rule } },
      splitLine: { show: false },
      axisTick: { show: true, customValues: ticks, lineStyle: { color: colours.rule } },
      axisLabel: { ...font, customValues: ticks, formatter: (at: number) => atTick(at), hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      min: scale.min,
      max: scale.max,
      interval: scale.step,
      inverse: isInverted,
      axisLine: { show: true, lineStyle: { color: colours.rule } },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: colours.page } },
      axisLabel: { ...font, formatter: (value: number) => valueText(value, places) },
    },
    series: [
      {
        type: 'line',
        data: points,
        showSymbol: false,
        silent: true,
        connectNulls: false,
        lineStyle: { color: colours.ink, width: 2, join: 'round' },
        markLine: {
          silent: true,
          symbol: 'none',
          label: { show: false },
          data: [
            ...picture.limits.map((value) => ({ yAxis: value, lineStyle: lineOf(colours.rule, 1.5) })),
            { xAxis: picture.now, lineStyle: lineOf(colours.ink2, 1) },
          ],
        },
        markArea: { silent: true, itemStyle: { color: hatch(colours.ink2) }, data: silenceAreas(picture, font) },
      },
      {
        type: 'scatter',
        silent: true,
        symbolSize: 5,
        data: lonePoints(points),
        itemStyle: { color: colours.ink },
      },
      {
        type: 'scatter',
        silent: true,
        symbolSize: 8,
        z: 10,
        data: last === undefined ? [] : [last],
        itemStyle: { color: colours.ink },
        label: {
          ...font,
          show: true,
          position: 'left',
          color: colours.ink,
          fontWeight: 700,
          backgroundColor: colours.surface,
          padding: [1, 3],
          formatter: () => (last === undefined || last[1] === null ? '' : valueText(last[1], decimals)),
        },
      },
    ],
  }
}

function lineOf(color: string, width: number): object {
  return { color, width, type: 'solid' }
}

function silenceAreas(picture: TrendPicture, font: object): object[][] {
  const { silences, silenceText, from, to, colours, size, grid, nameWidth } = picture
  return silences.map(([start, end]) => {
    const [left, right] = [Math.max(start, from), Math.min(end, to)]
    const isShort = to - from <= 20 * hour
    const write = isShort ? hourMinute : (at: number): string => dayTime(at).slice(0, 11)
    const isSameDay = dayTime(start).slice(0, 5) === dayTime(end).slice(0, 5)
    const text = silenceText(write(start), isSameDay ? hourMinute(end) : write(end))
    // The name of the axis stands at the left end of the same line.
    const plot = size.width - grid.left - grid.right
    const middle = grid.left + (((left + right) / 2 - from) / (to - from)) * plot
    const half = (text.length * size.font * 0.66) / 2
    const isWide = (right - left) / (to - from) > silenceWidth
    const show = isWide && middle - half > nameWidth && middle + half < size.width
    const label = { ...font, show, position: 'top', color: colours.ink, formatter: text }
    return [{ xAxis: left, label }, { xAxis: right }]
  })
}

const tiles = new Map<string, HTMLCanvasElement>()

/** The hatch of silence as a pattern for the canvas. */
function hatch(color: string): object | string {
  let tile = tiles.get(color)
  if (tile === undefined) {
    tile = document.createElement('canvas')
    tile.width = 6
    tile.height = 6
    const pen = tile.getContext('2d')
    if (pen === null) return color
    pen.strokeStyle = color
    pen.lineWidth = 1.2
    pen.beginPath()
    for (const shift of [-6, 0, 6]) {
      pen.moveTo(shift - 1, 7)
      pen.lineTo(shift + 7, -1)
    }
    pen.stroke()
    tiles.set(color, tile)
  }
  return { image: tile, repeat: 'repeat' }
}
