// Decides how a session runs: the feed opened, its frames folded, sites and names fetched, everything ended at the end.

import type { SiteId } from '@tocsin/core/domain/ids.ts'
import { fetchPeople, fetchSites } from './api/lists.ts'
import { postJson } from './api/http.ts'
import { makeCommands } from './commands/commands.ts'
import { openConnection } from './feed/connection.ts'
import { feedClock } from './feed/feed-clock.ts'
import { feedStore } from './feed/feed-store.ts'
import type { Services } from './services.ts'
import type { Sound } from './sound/sound.ts'
import { startTicker } from './ticker.ts'

export interface RunningSession {
  readonly services: Services
  readonly stop: () => void
}

/** ms from a change of what is in sight to the request for its values. */
const watchAfter = 150

const monotonic = (): number => performance.now()

/** @param onEnded the server no longer knows the session, or the officer left */
export function startSession(sound: Sound, onEnded: (byServer: boolean) => void): RunningSession {
  const store = feedStore()
  const clock = feedClock(monotonic, Date.now)
  const ticker = startTicker()
  const watchers = new Map<string, readonly SiteId[]>()
  let watchTimer: ReturnType<typeof setTimeout> | undefined
  let registry: string | null = null
  let stopped = false

  const commands = makeCommands({
    post: (command) => postJson('/api/commands', command),
    now: monotonic,
    later: (ms, run) => void setTimeout(run, ms),
    mintId: () => crypto.randomUUID(),
    isOff: () => clock.freshness() === 'lost',
  })
  store.onChange(commands.take)

  /** Until it succeeds: without the sites the alarms have no names. */
  const loadRegistry = async (version: string): Promise<void> => {
    const [sites, names] = await Promise.all([fetchSites(), fetchPeople()])
    if (stopped || registry !== version) return
    if (names.ok) store.setPeople(names.value)
    if (sites.ok) store.setSites(sites.value)
    else setTimeout(() => void loadRegistry(version), 3000)
  }

  const connection = openConnection({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/feed`,
    cursor: store.cursor,
    onFrame(frame) {
      if ('serverNow' in frame) {
        clock.heard(frame.serverNow, frame.system.engineNow)
        if (frame.registryVersion !== registry) {
          registry = frame.registryVersion
          void loadRegistry(frame.registryVersion)
        }
      }
      return !store.take(frame).gap
    },
    onSessionEnded: () => onEnded(true),
  })

  const services: Services = {
    store,
    clock,
    ticker,
    commands,
    sound,
    link: { get: connection.link, subscribe: connection.subscribe },
    watch(owner, sites) {
      watchers.set(owner, sites)
      // Scrolling changes what is in sight with every row: asked for when it comes to rest.
      watchTimer ??= setTimeout(() => {
        watchTimer = undefined
        connection.watch([...new Set([...watchers.values()].flat())])
      }, watchAfter)
    },
    signOut() {
      void postJson('/api/logout', {}).then(() => onEnded(false))
    },
  }
  return {
    services,
    stop() {
      stopped = true
      clearTimeout(watchTimer)
      connection.stop()
      ticker.stop()
    },
  }
}
