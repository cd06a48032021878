// Decides the bars of the phone: trust and counts above, four screens below.

import type { ReactNode } from 'react'
import { severities } from '@tocsin/core/domain/severity.ts'
import { totalOf } from '../desk/counts.tsx'
import { usePicture } from '../hooks.ts'
import { Shape } from '../marks/shapes.tsx'
import { routeHash, useRoute } from '../routes.ts'
import { useTexts } from '../texts/use-texts.tsx'
import { PersonMenu } from './top-bar.tsx'
import { BlindCell, Clock, SoundCell, useAgeCell } from './trust-cells.tsx'

export function PhoneTop(): ReactNode {
  const texts = useTexts()
  const { screen } = useRoute()
  const age = useAgeCell()
  const counts = usePicture((picture) => picture.counts)
  return (
    <header className="ptop">
      <h1 className="vh">{texts.nav[screen]}</h1>
      <div className="line">
        <span className="time">
          <Clock />
        </span>
      </div>
      <div className="line">
        <span className={age.className} data-testid="feed-age" data-state={age.state}>
          {age.content}
        </span>
        <SoundCell />
        <span>
          <BlindCell />
        </span>
        <PersonMenu />
      </div>
      <div className="pcnt">
        <span className="q">{texts.phone.waiting}</span>
        {severities.map((severity) => (
          <span className="shw" key={severity}>
            <Shape severity={severity} />
            {texts.levels[severity]}{' '}
            <b>
              {counts[severity].unacknowledged + counts[severity].returned}/{totalOf(counts[severity])}
            </b>
          </span>
        ))}
      </div>
    </header>
  )
}

export function PhoneTabs(): ReactNode {
  const { phone, nav } = useTexts()
  const { screen } = useRoute()
  const counts = usePicture((picture) => picture.counts)
  const alarms = severities.reduce((sum, severity) => sum + totalOf(counts[severity]), 0)
  const isAlarms = screen === 'desk' || screen === 'alarm'
  return (
    <nav className="ptab" aria-label={nav.label}>
      <a href={routeHash({ screen: 'desk' })} aria-current={isAlarms ? 'page' : undefined}>
        {phone.tabs.desk} {alarms}
      </a>
      <a href={routeHash({ screen: 'sites', id: null })} aria-current={screen === 'sites' ? 'page' : undefined}>
        {phone.tabs.sites}
      </a>
      <a
        href={routeHash({ screen: 'broadcasts', id: null })}
        aria-current={screen === 'broadcasts' ? 'page' : undefined}
      >
        {phone.tabs.broadcasts}
      </a>
      <a href={routeHash({ screen: 'health' })} aria-current={screen === 'health' ? 'page' : undefined}>
        {phone.tabs.health}
      </a>
    </nav>
  )
}
