// Decides what stands where the trend goes: the curve, or in words why there is none; and the choice of stretch.

import type { ReactNode, RefCallback } from 'react'
import type { SensorInfo } from '@tocsin/core/domain/feed.ts'
import { useTexts } from '../texts/use-texts.tsx'
import { TrendChart, type Size } from './trend-chart.tsx'
import { ranges, type Trend } from './use-trend.ts'

interface PanelProps {
  readonly sensor: SensorInfo
  readonly limits: SensorInfo['limits']
  readonly trend: Trend
  readonly box: RefCallback<HTMLElement>
  readonly size: Size
}

export function TrendPanel(props: PanelProps): ReactNode {
  const { chart } = useTexts()
  const { state, points } = props.trend
  const note = state === 'ready' ? (points.length === 0 ? chart.empty : null) : chart[state]
  return (
    <div className="trend" data-testid="trend">
      <TrendChart {...props} />
      {note !== null && <p className="note">{note}</p>}
    </div>
  )
}

export function RangeChoice({ trend }: { readonly trend: Trend }): ReactNode {
  const { chart } = useTexts()
  return (
    <span className="ranges" role="group" aria-label={chart.ranges}>
      {ranges.map((range) => {
        const hours = range / 3_600_000
        return (
          <button type="button" key={range} aria-pressed={range === trend.range} onClick={() => trend.setRange(range)}>
            {hours > 72 ? chart.days(hours / 24) : chart.hours(hours)}
          </button>
        )
      })}
    </span>
  )
}
