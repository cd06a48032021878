// Decides which parts of ECharts are shipped: lines, points, marks, a canvas; nothing that moves.

import { LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent, MarkAreaComponent, MarkLineComponent } from 'echarts/components'
import { init, use as ship, type ECharts } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

ship([LineChart, ScatterChart, GridComponent, MarkAreaComponent, MarkLineComponent, CanvasRenderer])

export function makeChart(element: HTMLElement): ECharts {
  return init(element, undefined, { renderer: 'canvas' })
}
