// Decides what every screen can reach: feed, clock, commands, sound; made once per session.

import { createContext, useContext } from 'react'
import type { SiteId } from '@tocsin/core/domain/ids.ts'
import type { Commands } from './commands/commands.ts'
import type { Link } from './feed/connection.ts'
import type { FeedClock } from './feed/feed-clock.ts'
import type { FeedStore } from './feed/feed-store.ts'
import type { Sound } from './sound/sound.ts'
import type { Ticker } from './ticker.ts'

export interface Services {
  readonly store: FeedStore
  readonly clock: FeedClock
  readonly ticker: Ticker
  readonly commands: Commands
  readonly sound: Sound
  readonly link: { readonly get: () => Link; readonly subscribe: (listener: () => void) => () => void }
  readonly watch: (owner: string, sites: readonly SiteId[]) => void
  readonly signOut: () => void
}

export const ServicesContext = createContext<Services | null>(null)

export function useServices(): Services {
  const services = useContext(ServicesContext)
  if (services === null) throw new Error('a screen outside a session')
  return services
}
