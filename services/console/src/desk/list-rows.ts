// Decides which rows the list has, in which order: site headers with their alarms, what the filter keeps, reds always.

import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import type { SiteInfo } from '@tocsin/core/domain/feed.ts'
import type { Hazard } from '@tocsin/core/domain/hazard.ts'
import type { AlarmId, AreaCode, SiteId } from '@tocsin/core/domain/ids.ts'
import { stateOf, type SiteAlarms } from '../feed/site-alarms.ts'

export type StateFilter = 'open' | 'waiting' | 'acknowledged' | 'blind'

/** null and '' do not narrow. */
export interface Filter {
  readonly area: AreaCode | null
  readonly hazard: Hazard | null
  readonly state: StateFilter
  readonly search: string
}

export const noFilter: Filter = { area: null, hazard: null, state: 'open', search: '' }

export type Row =
  | { readonly kind: 'site'; readonly key: string; readonly site: SiteId }
  | { readonly kind: 'alarm'; readonly key: AlarmId; readonly site: SiteId }

export interface Rows {
  readonly rows: readonly Row[]
  readonly alarms: number
  readonly sites: number
  /** Alarms that the filter keeps away. */
  readonly filtered: number
}

/** Rows of one site, kept while its alarms do not change: a flood touches few sites at a time. */
const unfiltered = new WeakMap<SiteAlarms, readonly Row[]>()

function rowsOf(site: SiteId, alarms: readonly AlarmView[]): Row[] {
  const header: Row = { kind: 'site', key: `site ${site}`, site }
  return [header, ...alarms.map(({ id }): Row => ({ kind: 'alarm', key: id, site }))]
}

export interface FilterContext {
  readonly filter: Filter
  readonly siteInfo: (site: SiteId) => SiteInfo | undefined
  /** All words by which a search may find the alarm. */
  readonly words: (alarm: AlarmView) => string
}

/** @param sites in the order of the list */
export function listRows(sites: readonly SiteAlarms[], context: FilterContext): Rows {
  const { filter } = context
  const isOpen = filter.area === null && filter.hazard === null && filter.state === 'open' && filter.search === ''
  const rows: Row[] = []
  let [alarms, shownSites, filtered] = [0, 0, 0]
  for (const site of sites) {
    const kept = isOpen ? site.alarms : site.alarms.filter((alarm) => passes(alarm, context))
    filtered += site.alarms.length - kept.length
    if (kept.length === 0) continue
    alarms += kept.length
    shownSites += 1
    const own = (isOpen ? unfiltered.get(site) : undefined) ?? rowsOf(site.site, kept)
    if (isOpen) unfiltered.set(site, own)
    for (const row of own) rows.push(row)
  }
  return { rows, alarms, sites: shownSites, filtered }
}

/** A red passes every filter: it is never hidden. */
function passes(alarm: AlarmView, { filter, siteInfo, words }: FilterContext): boolean {
  if (alarm.severity === 'red') return true
  const site = siteInfo(alarm.site)
  if (filter.area !== null && site?.area !== filter.area) return false
  if (filter.hazard !== null && site?.hazard !== filter.hazard) return false
  if (!passesState(alarm, filter.state)) return false
  const search = filter.search.trim().toLowerCase()
  return search === '' || words(alarm).toLowerCase().includes(search)
}

function passesState(alarm: AlarmView, state: StateFilter): boolean {
  switch (state) {
    case 'open':
      return true
    case 'waiting':
      return stateOf(alarm) !== 'acknowledged'
    case 'acknowledged':
      return stateOf(alarm) === 'acknowledged'
    case 'blind':
      return alarm.severity === null || alarm.stale !== null
  }
}
