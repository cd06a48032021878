// Decides how the list is drawn: a window of fixed-height rows that stands still under the pointer, at any length.

import { useCallback, useLayoutEffect, useMemo, useRef, useState, type MouseEvent, type ReactNode } from 'react'
import type { AlarmId, SiteId } from '@tocsin/core/domain/ids.ts'
import { usePicture, useWatch } from '../hooks.ts'
import { useTexts } from '../texts/use-texts.tsx'
import { AlarmRow } from './alarm-row.tsx'
import type { Row } from './list-rows.ts'
import { SiteRow } from './site-row.tsx'
import type { Holder } from './use-still-rows.ts'
import { scrollTo, sliceInSight } from './window.ts'

interface ListProps {
  readonly rows: readonly Row[]
  readonly selected: AlarmId | null
  readonly marked: ReadonlySet<AlarmId>
  /** Counts up when the keyboard has moved the selection: only then the list scrolls by itself. */
  readonly reveal: number
  readonly onPick: (id: AlarmId, event: MouseEvent) => void
  readonly onOpen: (id: AlarmId) => void
  readonly onHold: (by: Holder) => void
  readonly onRelease: (by: Holder) => void
  readonly children?: ReactNode
}

export function AlarmList(props: ListProps): ReactNode {
  const { rows, selected, marked, reveal, onPick, onOpen, onHold, onRelease, children } = props
  const texts = useTexts()
  const box = useRef<HTMLDivElement>(null)
  const [sight, setSight] = useState({ scrollTop: 0, height: 800, rowHeight: 24 })
  const siteAlarms = usePicture((picture) => picture.siteAlarms)
  const firstOuts = useMemo(() => new Set(siteAlarms.flatMap((site) => [...site.firstOuts])), [siteAlarms])

  const measure = useCallback(() => {
    const own = box.current
    if (own === null) return
    const rowHeight = Number.parseInt(getComputedStyle(own).getPropertyValue('--row'), 10) || 24
    setSight({ scrollTop: own.scrollTop, height: own.clientHeight, rowHeight })
  }, [])
  useLayoutEffect(() => {
    measure()
    const observer = new ResizeObserver(measure)
    if (box.current !== null) observer.observe(box.current)
    return () => observer.disconnect()
  }, [measure])

  const rowsNow = useRef(rows)
  const selectedNow = useRef(selected)
  useLayoutEffect(() => {
    rowsNow.current = rows
    selectedNow.current = selected
  })
  useLayoutEffect(() => {
    const own = box.current
    const index = rowsNow.current.findIndex(({ key }) => key === selectedNow.current)
    if (reveal === 0 || own === null || index < 0) return
    const rowHeight = Number.parseInt(getComputedStyle(own).getPropertyValue('--row'), 10) || 24
    const height = own.clientHeight
    own.scrollTop = scrollTo(index, { scrollTop: own.scrollTop, height, rowHeight, rows: rowsNow.current.length })
  }, [reveal])

  const { from, to } = sliceInSight({ ...sight, rows: rows.length })
  useWatch('list', sitesOf(rows.slice(from, to)))
  const { columns } = texts.desk
  return (
    <div
      ref={box}
      className="rows"
      role="grid"
      tabIndex={0}
      aria-label={texts.desk.list}
      aria-rowcount={rows.length + 1}
      aria-multiselectable="true"
      onScroll={measure}
      // Moves, not entries: a list that appears under the pointer is never entered.
      onPointerMove={() => onHold('pointer')}
      onPointerLeave={() => onRelease('pointer')}
      onFocus={() => onHold('focus')}
      onBlur={() => onRelease('focus')}
      // A click selects; it does not take the focus, which would hold the list for as long as nothing else is clicked.
      onMouseDown={(event) => event.preventDefault()}
      data-testid="alarm-list"
    >
      <div className="lr head" role="row" aria-rowindex={1}>
        <span role="columnheader">
          <span className="vh">{columns.mark}</span>
        </span>
        <span role="columnheader">{texts.desk.level}</span>
        <span role="columnheader">{columns.point}</span>
        <span role="columnheader" className="n">
          {columns.value}
        </span>
        <span role="columnheader" className="c-lim">
          {columns.limit}
        </span>
        <span role="columnheader">{columns.since}</span>
        <span role="columnheader" className="n">
          {columns.lasts}
        </span>
        <span role="columnheader">{columns.state}</span>
        <span role="columnheader" className="n">
          {columns.due}
        </span>
        <span role="columnheader">{columns.broadcast}</span>
        <span role="columnheader" className="n">
          {columns.villages}
        </span>
      </div>
      {children}
      <div role="rowgroup" style={{ height: rows.length * sight.rowHeight, position: 'relative' }}>
        <div role="presentation" style={{ position: 'absolute', insetInline: 0, top: from * sight.rowHeight }}>
          {rows
            .slice(from, to)
            .map((row, offset) =>
              row.kind === 'site' ? (
                <SiteRow key={row.key} site={row.site} index={from + offset + 2} />
              ) : (
                <AlarmRow
                  key={row.key}
                  id={row.key}
                  index={from + offset + 2}
                  isSelected={row.key === selected}
                  isMarked={marked.has(row.key)}
                  isFirstOut={firstOuts.has(row.key)}
                  onPick={onPick}
                  onOpen={onOpen}
                />
              ),
            )}
        </div>
      </div>
    </div>
  )
}

/** The sites whose rows are in the document: only their newest values are asked for. */
function sitesOf(rows: readonly Row[]): SiteId[] {
  return [...new Set(rows.map(({ site }) => site))].toSorted()
}
