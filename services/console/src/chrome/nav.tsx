// Decides which screens can be reached; those of later versions keep their place.

import { Tooltip } from 'antd'
import type { ReactNode } from 'react'
import { routeHash, useRoute, type Route } from '../routes.ts'
import { useTexts } from '../texts/use-texts.tsx'

type Item =
  | { readonly key: 'desk' | 'alarm' | 'sites' | 'broadcasts' | 'health'; readonly route: Route }
  | { readonly key: 'map' | 'handover' | 'rules' | 'reports'; readonly route: null }

const items: readonly Item[] = [
  { key: 'desk', route: { screen: 'desk' } },
  { key: 'alarm', route: { screen: 'alarm', id: null } },
  { key: 'sites', route: { screen: 'sites', id: null } },
  { key: 'map', route: null },
  { key: 'broadcasts', route: { screen: 'broadcasts', id: null } },
  { key: 'handover', route: null },
  { key: 'health', route: { screen: 'health' } },
  { key: 'rules', route: null },
  { key: 'reports', route: null },
]

export function Nav(): ReactNode {
  const texts = useTexts()
  const { screen } = useRoute()
  return (
    <nav aria-label={texts.nav.label}>
      {items.map(({ key, route }) =>
        route === null ? (
          <Tooltip key={key} title={texts.later}>
            <span className="later" role="link" aria-disabled="true">
              {texts.nav[key]}
            </span>
          </Tooltip>
        ) : (
          <a key={key} href={routeHash(route)} aria-current={screen === key ? 'page' : undefined}>
            {texts.nav[key]}
          </a>
        ),
      )}
    </nav>
  )
}
