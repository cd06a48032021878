// Decides the line above the list: filters in sight, what they keep away, the search, what has come meanwhile.

import { Dropdown } from 'antd'
import { memo, type ReactNode, type Ref } from 'react'
import { hazards } from '@tocsin/core/domain/hazard.ts'
import type { AlarmId } from '@tocsin/core/domain/ids.ts'
import { severities, type Severity } from '@tocsin/core/domain/severity.ts'
import { useIsLost, usePicture } from '../hooks.ts'
import { useServices } from '../services.ts'
import { useTexts } from '../texts/use-texts.tsx'
import { noFilter, type Filter, type StateFilter } from './list-rows.ts'

interface ToolsProps {
  readonly filter: Filter
  readonly setFilter: (filter: Filter) => void
  readonly filtered: number
  readonly arrived: readonly AlarmId[]
  readonly onSettle: () => void
  readonly searchBox: Ref<HTMLInputElement>
  readonly children: ReactNode
}

export function Tools({ filter, setFilter, filtered, arrived, onSettle, searchBox, children }: ToolsProps): ReactNode {
  const texts = useTexts()
  const { desk } = texts
  const isFiltered = filter.area !== null || filter.hazard !== null || filter.state !== 'open' || filter.search !== ''
  return (
    <div className="tools">
      <Filters filter={filter} setFilter={setFilter} />
      <span className="q">{desk.filtered(filtered)}</span>
      {isFiltered && (
        <button type="button" className="btn sm" onClick={() => setFilter(noFilter)}>
          {desk.clear}
        </button>
      )}
      <input
        ref={searchBox}
        className="inp"
        type="search"
        value={filter.search}
        placeholder={desk.search}
        aria-label={desk.searchLabel}
        onChange={(event) => setFilter({ ...filter, search: event.target.value })}
      />
      {children}
      <span className="end">
        <Arrived arrived={arrived} onSettle={onSettle} />
      </span>
    </div>
  )
}

const states: readonly StateFilter[] = ['open', 'waiting', 'acknowledged', 'blind']

type FiltersProps = Pick<ToolsProps, 'filter' | 'setFilter'>

/** Drawn again when the filter or the registry changes, not with each batch of a flood: menus are dear. */
const Filters = memo(function Filters({ filter, setFilter }: FiltersProps): ReactNode {
  const texts = useTexts()
  const { desk } = texts
  const sites = usePicture((picture) => picture.sites)
  const areas = new Map([...sites.values()].map(({ area, areaName }) => [area, areaName]))
  return (
    <>
      <FilterChip
        name={desk.area}
        value={filter.area}
        options={[...areas].map(([key, label]) => ({ key, label }))}
        onPick={(key) => setFilter({ ...filter, area: key })}
      />
      <FilterChip
        name={desk.hazard}
        value={filter.hazard}
        options={hazards.map((key) => ({ key, label: texts.hazards[key] }))}
        onPick={(key) => setFilter({ ...filter, hazard: hazards.find((hazard) => hazard === key) ?? null })}
      />
      <FilterChip
        name={desk.state}
        value={filter.state === 'open' ? null : filter.state}
        nothing={desk.stateFilters.open}
        options={states.slice(1).map((key) => ({ key, label: desk.stateFilters[key] }))}
        onPick={(key) => setFilter({ ...filter, state: states.find((state) => state === key) ?? 'open' })}
      />
    </>
  )
})

function Arrived({
  arrived,
  onSettle,
}: {
  readonly arrived: readonly AlarmId[]
  readonly onSettle: () => void
}): ReactNode {
  const texts = useTexts()
  const { store } = useServices()
  const isLost = useIsLost()
  if (arrived.length === 0) return null
  const counts = new Map<Severity, number>()
  for (const id of arrived) {
    const severity = store.alarm(id)?.severity ?? null
    if (severity !== null) counts.set(severity, (counts.get(severity) ?? 0) + 1)
  }
  const parts = severities.flatMap((severity) => {
    const n = counts.get(severity)
    return n === undefined ? [] : [`${texts.levels[severity]} ${n}`]
  })
  return (
    <button type="button" className="btn sm" disabled={isLost} onClick={onSettle} data-testid="arrived">
      {texts.desk.arrived(arrived.length, parts.join(' '))}
    </button>
  )
}

interface ChipProps {
  readonly name: string
  readonly value: string | null
  /** The word for no narrowing. */
  readonly nothing?: string
  readonly options: readonly { readonly key: string; readonly label: string }[]
  readonly onPick: (key: string | null) => void
}

function FilterChip({ name, value, nothing, options, onPick }: ChipProps): ReactNode {
  const texts = useTexts()
  const all = nothing ?? texts.all
  const chosen = options.find(({ key }) => key === value)?.label ?? all
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [{ key: '', label: all }, ...options],
        selectedKeys: [value ?? ''],
        onClick: ({ key }) => onPick(key === '' ? null : key),
        style: { maxHeight: 420, overflowY: 'auto' },
      }}
    >
      <button type="button" className={`chipf ${value === null ? '' : 'set'}`}>
        {name} {chosen}
      </button>
    </Dropdown>
  )
}
