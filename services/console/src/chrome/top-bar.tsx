// Decides the bar above every screen on a desk: where one is, and whether what one sees is of now.

import { Dropdown } from 'antd'
import type { ReactNode } from 'react'
import { usePicture } from '../hooks.ts'
import { useRoute } from '../routes.ts'
import { useServices } from '../services.ts'
import { useSpeech } from '../texts/use-texts.tsx'
import { useTheme } from '../theme.tsx'
import { Nav } from './nav.tsx'
import { BlindCell, Clock, SoundCell, useAgeCell } from './trust-cells.tsx'

export function TopBar(): ReactNode {
  const { texts } = useSpeech()
  const { screen } = useRoute()
  const age = useAgeCell()
  return (
    <header className="top">
      <h1 className="vh">{texts.nav[screen]}</h1>
      <span className="org">{texts.brand}</span>
      <Nav />
      <ul className="trust" aria-label={texts.trust.label}>
        <li className={age.className} data-testid="feed-age" data-state={age.state}>
          {age.content}
        </li>
        <li>
          <SoundCell />
        </li>
        <li>
          <BlindCell />
        </li>
        <li className="clock">
          <Clock />
        </li>
        <li>
          <PersonMenu />
        </li>
      </ul>
    </header>
  )
}

export function PersonMenu(): ReactNode {
  const { texts, language, setLanguage } = useSpeech()
  const { theme, setTheme } = useTheme()
  const { signOut } = useServices()
  const session = usePicture((picture) => picture.session)
  if (session === null) return null
  const other = theme === 'light' ? 'dark' : 'light'
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          {
            key: 'theme',
            label: theme === 'light' ? texts.trust.night : texts.trust.day,
            onClick: () => setTheme(other),
          },
          {
            key: 'language',
            label: texts.otherLanguage,
            onClick: () => setLanguage(language === 'zh' ? 'en' : 'zh'),
          },
          { type: 'divider' },
          { key: 'out', label: texts.trust.signOut, onClick: signOut },
        ],
      }}
    >
      <button type="button" className="plain" title={texts.trust.menu} data-testid="person">
        {texts.trust.roles[session.role]} <b>{session.name}</b> ▾
      </button>
    </Dropdown>
  )
}
