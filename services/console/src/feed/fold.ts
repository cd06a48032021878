// Decides what the page knows: frames of the feed folded by (site, number), seen numbers dropped, gaps noticed (F3, P9).

import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import { applyEvent, type AlarmTable, type AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import type { MessageId, MessageView } from '@tocsin/core/domain/broadcast.ts'
import type { FeedFrame, LatestValue, Session, SystemState } from '@tocsin/core/domain/feed.ts'
import type { AlarmId, SensorId, SiteId } from '@tocsin/core/domain/ids.ts'

/** How many alarms that are over stay in mind, so that a row under the pointer does not vanish. */
const endedKept = 500

/** Last number seen of a site; not exact while it is only known from open alarms. */
interface Seen {
  readonly n: number
  readonly exact: boolean
}

export interface Folded {
  cursor: string | null
  session: Session | null
  system: SystemState | null
  registryVersion: string
  readonly alarms: AlarmTable
  /** Alarms that left the table, as they were last, oldest first. */
  readonly ended: Map<AlarmId, AlarmView>
  readonly messages: Map<MessageId, MessageView>
  /** By {@link sensorKey}. */
  readonly values: Map<string, LatestValue>
  readonly seen: Map<SiteId, Seen>
}

/** What one frame changed. */
export interface Change {
  /** Sites whose alarms changed; `all` after a snapshot. */
  readonly sites: ReadonlySet<SiteId> | 'all' | null
  /** Events taken, in order. */
  readonly events: readonly AlarmEvent[]
  readonly messages: readonly MessageView[]
  /** A number is missing: only a snapshot helps. */
  readonly gap: boolean
}

/** Ids hold no slash, so the pair is unmistakable. */
export function sensorKey(site: SiteId, sensor: SensorId): string {
  return `${site}/${sensor}`
}

export function emptyFold(): Folded {
  return {
    cursor: null,
    session: null,
    system: null,
    registryVersion: '',
    alarms: new Map(),
    ended: new Map(),
    messages: new Map(),
    values: new Map(),
    seen: new Map(),
  }
}

const unchanged: Change = { sites: null, events: [], messages: [], gap: false }

/** Folds one frame into what is known, in place. */
export function foldFrame(known: Folded, frame: FeedFrame): Change {
  switch (frame.type) {
    case 'snapshot':
      return takeSnapshot(known, frame)
    case 'resumed':
      known.session = frame.session
      known.system = frame.system
      known.registryVersion = frame.registryVersion
      known.cursor = frame.cursor
      return unchanged
    case 'progress':
      known.system = frame.system
      known.registryVersion = frame.registryVersion
      known.cursor = frame.cursor
      return unchanged
    case 'messages':
      for (const message of frame.messages) known.messages.set(message.id, message)
      known.cursor = frame.cursor
      return { ...unchanged, messages: frame.messages }
    case 'values':
      for (const value of frame.values) takeValue(known, value)
      return unchanged
    case 'events':
      return takeEvents(known, frame.events, frame.cursor)
  }
}

type Snapshot = Extract<FeedFrame, { type: 'snapshot' }>

function takeSnapshot(known: Folded, frame: Snapshot): Change {
  const open = new Set(frame.alarms.map(({ id }) => id))
  for (const alarm of known.alarms.values()) if (!open.has(alarm.id)) remember(known, alarm)
  known.alarms.clear()
  known.messages.clear()
  known.seen.clear()
  for (const alarm of frame.alarms) {
    known.alarms.set(alarm.id, alarm)
    const n = known.seen.get(alarm.site)?.n ?? 0
    known.seen.set(alarm.site, { n: Math.max(n, alarm.n), exact: false })
  }
  for (const message of frame.messages) known.messages.set(message.id, message)
  known.session = frame.session
  known.system = frame.system
  known.registryVersion = frame.registryVersion
  known.cursor = frame.cursor
  return { ...unchanged, sites: 'all', messages: frame.messages }
}

function takeEvents(known: Folded, events: readonly AlarmEvent[], cursor: string): Change {
  const sites = new Set<SiteId>()
  const taken: AlarmEvent[] = []
  for (const event of events) {
    const seen = known.seen.get(event.site)
    if (seen !== undefined && event.n <= seen.n) continue
    // The cursor stays where it was: what follows the gap is not taken.
    if (seen?.exact === true && event.n > seen.n + 1) return { ...unchanged, sites, events: taken, gap: true }
    const id = 'alarm' in event.content ? event.content.alarm : null
    const before = id === null ? undefined : known.alarms.get(id)
    applyEvent(known.alarms, event)
    if (before !== undefined && !known.alarms.has(before.id)) remember(known, before)
    known.seen.set(event.site, { n: event.n, exact: true })
    sites.add(event.site)
    taken.push(event)
  }
  known.cursor = cursor
  return { ...unchanged, sites, events: taken }
}

/** The newest by event time: a late value does not replace a newer one. */
function takeValue(known: Folded, value: LatestValue): void {
  const key = sensorKey(value.site, value.sensor)
  const before = known.values.get(key)
  if (before === undefined || value.t >= before.t) known.values.set(key, value)
}

function remember(known: Folded, alarm: AlarmView): void {
  known.ended.delete(alarm.id)
  known.ended.set(alarm.id, alarm)
  if (known.ended.size <= endedKept) return
  const oldest = known.ended.keys().next()
  if (oldest.done !== true) known.ended.delete(oldest.value)
}
