// Decides how a component follows the feed and the time: it is drawn again only when what it reads has changed.

import { useEffect, useState, useSyncExternalStore } from 'react'
import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import type { LatestValue } from '@tocsin/core/domain/feed.ts'
import type { AlarmId, Millis, SensorId, SiteId } from '@tocsin/core/domain/ids.ts'
import type { Freshness } from './feed/feed-clock.ts'
import type { Picture } from './feed/feed-store.ts'
import { day } from './format/beijing.ts'
import { useServices } from './services.ts'

/** @param select must give the same object as long as nothing changed */
export function usePicture<T>(select: (picture: Picture) => T): T {
  const { store } = useServices()
  return useSyncExternalStore(store.subscribe, () => select(store.picture()))
}

/** The name of a person whom the journals name by id. */
export function usePersonName(): (user: string) => string {
  const people = usePicture((picture) => picture.people)
  return (user) => people.get(user) ?? user
}

/** An open alarm, else one that is over, as it was last. */
export function useAlarm(id: AlarmId | null): AlarmView | undefined {
  const { store } = useServices()
  return useSyncExternalStore(store.subscribe, () => (id === null ? undefined : (store.alarm(id) ?? store.ended(id))))
}

export function useIsOpen(id: AlarmId): boolean {
  const { store } = useServices()
  return useSyncExternalStore(store.subscribe, () => store.alarm(id) !== undefined)
}

export function useLatest(site: SiteId, sensor: SensorId): LatestValue | undefined {
  const { store } = useServices()
  return useSyncExternalStore(store.subscribe, () => store.latest(site, sensor))
}

/** The server's time, whole seconds, UTC ms. */
export function useNow(): Millis {
  const { clock, ticker } = useServices()
  return useSyncExternalStore(ticker.subscribe, () => Math.floor(clock.serverNow() / 1000) * 1000)
}

/** The Beijing day, `2026-06-14`. */
export function useToday(): string {
  const { clock, ticker } = useServices()
  return useSyncExternalStore(ticker.subscribe, () => day(clock.serverNow()))
}

export function useFreshness(): Freshness {
  const { clock, ticker } = useServices()
  return useSyncExternalStore(ticker.subscribe, clock.freshness)
}

/** What is on the page is not of now. */
export function useIsLost(): boolean {
  return useFreshness() === 'lost'
}

/** Asks for the latest values of these sites while the component is there. */
export function useWatch(owner: string, sites: readonly SiteId[]): void {
  const { watch } = useServices()
  const key = sites.join('\n')
  useEffect(() => {
    watch(owner, key === '' ? [] : key.split('\n'))
    return () => watch(owner, [])
  }, [watch, owner, key])
}

export function useMedia(query: string): boolean {
  const [list] = useState(() => window.matchMedia(query))
  return useSyncExternalStore(
    (listener) => {
      list.addEventListener('change', listener)
      return () => list.removeEventListener('change', listener)
    },
    () => list.matches,
  )
}

export function useIsPhone(): boolean {
  return useMedia('(max-width: 640px)')
}
