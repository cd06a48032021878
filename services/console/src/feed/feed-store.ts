// Decides what the screens read: one immutable picture a batch, at most ten a second, built from the folded frames.

import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import type { MessageId, MessageView } from '@tocsin/core/domain/broadcast.ts'
import type { FeedFrame, LatestValue, Session, SiteInfo, SystemState } from '@tocsin/core/domain/feed.ts'
import type { AlarmId, SensorId, SiteId } from '@tocsin/core/domain/ids.ts'
import { emptyFold, foldFrame, sensorKey, type Change } from './fold.ts'
import {
  addCounts,
  allPinned,
  emptyCounts,
  isSamePinned,
  nothingPinned,
  orderSites,
  siteAlarms,
  type Counts,
  type Pinned,
  type SiteAlarms,
} from './site-alarms.ts'

/** Renders of a flood are batched: one each 100 ms. */
const batchEvery = 100
/** More than the strip has lines. */
const mostPinned = 8

/** What the screens see; a new object each batch, unchanged parts stay the same object. */
export interface Picture {
  /** A snapshot has come. */
  readonly ready: boolean
  readonly session: Session | null
  readonly system: SystemState | null
  readonly registryVersion: string
  readonly sites: ReadonlyMap<SiteId, SiteInfo>
  /** Names by the ids that the journals hold. */
  readonly people: ReadonlyMap<string, string>
  /** In the order of the list. */
  readonly siteAlarms: readonly SiteAlarms[]
  readonly counts: Counts
  readonly pinned: Pinned
  /** Newest first. */
  readonly messages: readonly MessageView[]
}

export interface FeedStore {
  readonly subscribe: (listener: () => void) => () => void
  readonly picture: () => Picture
  readonly take: (frame: FeedFrame) => Change
  readonly cursor: () => string | null
  readonly setSites: (sites: readonly SiteInfo[]) => void
  readonly setPeople: (people: ReadonlyMap<string, string>) => void
  readonly alarm: (id: AlarmId) => AlarmView | undefined
  /** An alarm that is over, as it was last. */
  readonly ended: (id: AlarmId) => AlarmView | undefined
  readonly message: (id: MessageId) => MessageView | undefined
  readonly latest: (site: SiteId, sensor: SensorId) => LatestValue | undefined
  /** Called at once with the events and messages of each frame, in order. */
  readonly onChange: (listener: (change: Change) => void) => () => void
}

const blank: Picture = {
  ready: false,
  session: null,
  system: null,
  registryVersion: '',
  sites: new Map(),
  people: new Map(),
  siteAlarms: [],
  counts: emptyCounts(),
  pinned: nothingPinned,
  messages: [],
}

export function feedStore(): FeedStore {
  const known = emptyFold()
  const bySite = new Map<SiteId, SiteAlarms>()
  const openBySite = new Map<SiteId, Map<AlarmId, AlarmView>>()
  const dirty = new Set<SiteId>()
  const listeners = new Set<() => void>()
  const changeListeners = new Set<(change: Change) => void>()
  let sites: ReadonlyMap<SiteId, SiteInfo> = new Map()
  let people: ReadonlyMap<string, string> = new Map()
  let units: ReadonlyMap<string, string> = new Map()
  let picture = blank
  let messagesChanged = false
  let ready = false
  let scheduled = false
  let lastBatch = -Infinity

  const unitOf = (alarm: AlarmView): string => units.get(sensorKey(alarm.site, alarm.subject.id)) ?? ''

  const schedule = (): void => {
    if (scheduled) return
    scheduled = true
    setTimeout(publish, Math.max(0, lastBatch + batchEvery - performance.now()))
  }

  function publish(): void {
    scheduled = false
    lastBatch = performance.now()
    const alarmsChanged = dirty.size > 0
    let pinnedChanged = false
    for (const site of dirty) {
      const after = siteAlarms(site, openBySite.get(site)?.values() ?? [], unitOf)
      pinnedChanged ||= !isSamePinned(bySite.get(site), after)
      bySite.set(site, after)
    }
    dirty.clear()
    const ordered = alarmsChanged ? orderSites(bySite.values()) : picture.siteAlarms
    picture = {
      ready,
      session: known.session,
      system: known.system,
      registryVersion: known.registryVersion,
      sites,
      people,
      siteAlarms: ordered,
      counts: alarmsChanged ? addCounts(ordered) : picture.counts,
      pinned: pinnedChanged ? allPinned(ordered, mostPinned) : picture.pinned,
      messages: messagesChanged ? newestFirst(known.messages.values()) : picture.messages,
    }
    messagesChanged = false
    for (const listener of listeners) listener()
  }

  function reindex(changed: Change): void {
    if (changed.sites === 'all') {
      for (const site of openBySite.keys()) dirty.add(site)
      openBySite.clear()
      for (const alarm of known.alarms.values()) indexAlarm(alarm)
      for (const site of openBySite.keys()) dirty.add(site)
      return
    }
    for (const { site, content } of changed.events) {
      if (!('alarm' in content)) continue
      const alarm = known.alarms.get(content.alarm)
      if (alarm === undefined) openBySite.get(site)?.delete(content.alarm)
      else indexAlarm(alarm)
      dirty.add(site)
    }
  }

  function indexAlarm(alarm: AlarmView): void {
    const open = openBySite.get(alarm.site) ?? new Map<AlarmId, AlarmView>()
    openBySite.set(alarm.site, open.set(alarm.id, alarm))
  }

  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    picture: () => picture,
    take(frame) {
      const changed = foldFrame(known, frame)
      if (frame.type === 'snapshot') ready = true
      if (changed.messages.length > 0 || frame.type === 'snapshot') messagesChanged = true
      reindex(changed)
      for (const listener of changeListeners) listener(changed)
      schedule()
      return changed
    },
    cursor: () => known.cursor,
    setSites(list) {
      sites = new Map(list.map((site) => [site.id, site]))
      units = new Map(
        list.flatMap(({ id, sensors }) => sensors.map((sensor) => [sensorKey(id, sensor.id), sensor.group] as const)),
      )
      for (const site of openBySite.keys()) dirty.add(site)
      schedule()
    },
    setPeople(names) {
      people = names
      schedule()
    },
    alarm: (id) => known.alarms.get(id),
    ended: (id) => known.ended.get(id),
    message: (id) => known.messages.get(id),
    latest: (site, sensor) => known.values.get(sensorKey(site, sensor)),
    onChange(listener) {
      changeListeners.add(listener)
      return () => changeListeners.delete(listener)
    },
  }
}

function newestFirst(messages: Iterable<MessageView>): MessageView[] {
  return [...messages].toSorted((a, b) => b.requestedAt - a.requestedAt)
}

/** The alarm that an event speaks of, or null. */
export function alarmOf(event: AlarmEvent): AlarmId | null {
  return 'alarm' in event.content ? event.content.alarm : null
}
