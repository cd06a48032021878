// Decides the screen of sites and sensors: which site on the left, its points with values, limits and health on the right.

import { useState, type ReactNode } from 'react'
import type { SiteInfo } from '@tocsin/core/domain/feed.ts'
import type { SiteId } from '@tocsin/core/domain/ids.ts'
import type { SiteAlarms } from '../feed/site-alarms.ts'
import { count } from '../format/number.ts'
import { useIsPhone, usePicture, useWatch } from '../hooks.ts'
import { LevelChip } from '../marks/level-chip.tsx'
import { routeHash } from '../routes.ts'
import { useTexts } from '../texts/use-texts.tsx'
import { SiteDetail } from './site-detail.tsx'

export function SitesPage({ id }: { readonly id: SiteId | null }): ReactNode {
  const { sites: words } = useTexts()
  const sites = usePicture((picture) => picture.sites)
  const siteAlarms = usePicture((picture) => picture.siteAlarms)
  const ready = usePicture((picture) => picture.ready)
  const [search, setSearch] = useState('')
  const rank = new Map(siteAlarms.map(({ site }, index) => [site, index]))
  const ordered = [...sites.values()].toSorted(
    (a, b) => (rank.get(a.id) ?? Infinity) - (rank.get(b.id) ?? Infinity) || a.name.localeCompare(b.name, 'zh-CN'),
  )
  // The order of the moment one came: the list does not move while one reads it.
  const [order, setOrder] = useState<readonly SiteId[]>([])
  if (order.length !== ordered.length) setOrder(ordered.map((site) => site.id))
  const listed = order.flatMap((site) => sites.get(site) ?? []).filter((site) => isFound(site, search))
  const isPhone = useIsPhone()
  // A phone shows one of the two: the list, or the site that was picked.
  const shown = sites.get(id ?? '') ?? (isPhone ? undefined : listed[0])
  const hasList = !isPhone || shown === undefined
  useWatch('sites', shown === undefined ? [] : [shown.id])
  const sensors = ordered.reduce((sum, site) => sum + site.sensors.length, 0)
  return (
    <main className="main sit">
      {isPhone && shown !== undefined && (
        <a className="btn blk" href={routeHash({ screen: 'sites', id: null })}>
          {words.back}
        </a>
      )}
      {hasList && (
        <nav className="panel listp" aria-label={words.list}>
          <div className="tools">
            <input
              className="inp"
              type="search"
              style={{ flex: 1 }}
              value={search}
              placeholder={words.search}
              aria-label={words.search}
              onChange={(event) => setSearch(event.target.value)}
            />
          </div>
          <div className="rows side-list">
            {listed.map((site) => (
              <SiteLink
                key={site.id}
                site={site}
                isShown={site.id === shown?.id}
                alarms={siteAlarms.find((one) => one.site === site.id)}
              />
            ))}
          </div>
          <div className="foot">
            <span>{words.sum(sites.size, count(sensors))}</span>
          </div>
        </nav>
      )}
      {shown === undefined ? (
        isPhone && listed.length > 0 ? null : (
          <section className="panel hollow">
            <b>{ready ? words.empty : words.loading}</b>
            {ready && words.emptyDetail}
          </section>
        )
      ) : (
        <SiteDetail key={shown.id} site={shown} />
      )}
    </main>
  )
}

function isFound(site: SiteInfo, search: string): boolean {
  const words = [site.name, site.enterpriseName, site.areaName, ...site.sensors.flatMap(({ tag, name }) => [tag, name])]
  return words.join(' ').toLowerCase().includes(search.trim().toLowerCase())
}

interface LinkProps {
  readonly site: SiteInfo
  readonly isShown: boolean
  readonly alarms: SiteAlarms | undefined
}

function SiteLink({ site, isShown, alarms }: LinkProps): ReactNode {
  const texts = useTexts()
  const worst = alarms?.alarms[0]
  const blind = alarms?.alarms.filter(({ severity }) => severity === null).length ?? 0
  const coloured = (alarms?.alarms.length ?? 0) - blind
  return (
    <a
      href={routeHash({ screen: 'sites', id: site.id })}
      aria-current={isShown ? 'true' : undefined}
      data-site-id={site.id}
    >
      {worst === undefined ? <span className="q">{texts.sites.fine}</span> : <LevelChip alarm={worst} />}
      <span className="cut">
        <b>{site.name}</b>
        <br />
        <span className="q">
          {site.areaName} · {texts.hazards[site.hazard]}
        </span>
      </span>
      <span className="n q">
        {coloured > 0 && texts.sites.alarms(coloured)}
        <br />
        {blind > 0 && texts.sites.blind(blind)}
      </span>
    </a>
  )
}
