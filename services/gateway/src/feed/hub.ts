/** The live feed: gathers what changed, and sends it to every client within its scope, in one order, without a gap (P9). */

import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import type { MessageId } from '@tocsin/core/domain/broadcast.ts'
import type { FeedFrame, Scope, SystemState } from '@tocsin/core/domain/feed.ts'
import type { SiteId } from '@tocsin/core/domain/ids.ts'
import type { Registry } from '@tocsin/core/domain/site.ts'
import type { Clock } from '@tocsin/core/ports/clock.ts'
import type { RegistrySource } from '@tocsin/core/ports/registry-source.ts'
import { messageView } from '@tocsin/core/broadcasts/view.ts'
import { closeCodes, encodeFeedFrame } from '@tocsin/wire/feed-v1.ts'
import type { Logger } from 'pino'
import { type Cursor, decodeCursor, encodeCursor } from '../cursor.ts'
import type { GatewaySettings } from '../deps.ts'
import type { Messages } from '../messages.ts'
import { isUnscoped, seesOtherSites, type Visible } from '../scope.ts'
import { sessionOf } from '../sessions.ts'
import type { Values } from '../values.ts'
import type { JournalView } from '../view/journal-view.ts'
import type { Client } from './client.ts'
import { isOfLog, isReached, missedEvents } from './place.ts'

/** Changes are gathered for so long, ms. */
const GATHER = 50
/** So many events are sent at once, without gathering more. */
const GATHERED = 1_000
/** Progress frames are at least so far apart, ms. */
const PROGRESS = 500
/** Values go out so often, ms. */
const VALUES = 1_000
/** A client that heard nothing for so long gets an empty frame: the socket lives, which says nothing of the engine. */
const IDLE = 5_000
/** A cursor from a gateway that was ahead is waited for this long, ms. */
const CATCH_UP = 2_000

export interface Hub {
  events(events: readonly AlarmEvent[]): void
  messages(changed: readonly MessageId[]): void
  add(client: Client): void
  remove(client: Client): void
  /** Answers the client's hello with a snapshot, or with all that it missed. */
  greet(client: Client, cursor: string | null): Promise<void>
  watch(client: Client, sites: readonly SiteId[]): void
  endSession(id: string): void
  clients(): number
  /** Open feeds of a session. */
  feedsOf(session: string): number
  stop(): void
}

export interface HubDeps {
  readonly journal: JournalView
  readonly messages: Messages
  readonly values: Values
  readonly registry: RegistrySource
  readonly visible: Visible
  readonly system: (scope: Scope) => SystemState
  readonly clock: Clock
  readonly logger: Logger
  readonly settings: Pick<GatewaySettings, 'resumeLimit' | 'pingEvery'>
}

export function createHub(deps: HubDeps): Hub {
  const { journal, messages, values, registry, visible, system, clock, logger } = deps
  const clients = new Set<Client>()
  let events: AlarmEvent[] = []
  const changed = new Set<MessageId>()
  let timer: NodeJS.Timeout | undefined
  let shownMoves = journal.light.moves()
  let progressAt = Number.NEGATIVE_INFINITY
  /** What live clients have: a frame's cursor never covers what another frame of the same flush still brings. */
  let sent: Cursor = { journal: journal.places(), broadcasts: messages.places() }
  let waiting: (() => void)[] = []
  let isStopped = false
  /** By which the clients' frames were chosen so far. */
  let inForce = registry.current().registry
  const cursorAt = (place: Cursor): string => encodeCursor({ ...place, registry: registry.current().version })
  /** What a narrowed scope lost or gained while the client was away, its missed events do not tell (P9). */
  const isOfScope = ({ officer }: Client, cursor: Cursor): boolean =>
    isUnscoped(officer.scope) || cursor.registry === registry.current().version
  const unlisten = registry.onChange((change) => {
    if (change.kind === 'swapped') swapped(change.current.registry)
  })

  function gather(): void {
    if (events.length >= GATHERED) return flush()
    timer ??= setTimeout(flush, GATHER)
  }

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    const batch = events
    events = []
    sent = { ...sent, journal: journal.places() }
    if (batch.length > 0) {
      broadcast((scope, cursor) => {
        const seen = batch.filter((event) => visible(scope, event.site))
        return seen.length === 0 ? null : { type: 'events', cursor, events: seen }
      })
    }
    const views = [...changed].flatMap((id) => messages.get(id) ?? []).map(messageView)
    changed.clear()
    sent = { ...sent, broadcasts: messages.places() }
    if (views.length > 0) {
      broadcast((scope, cursor) => {
        const seen = views.filter((message) => visible(scope, message.body.site))
        return seen.length === 0 ? null : { type: 'messages', cursor, messages: seen }
      })
    }
    progress()
    const resolved = waiting
    waiting = []
    for (const resolve of resolved) resolve()
  }

  /** F1: only when the oldest partition's mark has moved on. */
  function progress(): void {
    const now = clock.mono()
    const moves = journal.light.moves()
    if (moves === shownMoves || now - progressAt < PROGRESS) return
    shownMoves = moves
    progressAt = now
    broadcast((scope, cursor) => ({ type: 'progress', cursor, ...current(scope) }))
  }

  function current(scope: Scope) {
    return { serverNow: clock.wall(), system: system(scope), registryVersion: registry.current().version }
  }

  /** One frame for all clients of a scope, encoded once. */
  function broadcast(frameFor: (scope: Scope, cursor: string) => FeedFrame | null): void {
    const cursor = cursorAt(sent)
    const texts = new Map<string, string | null>()
    for (const client of clients) {
      if (client.state !== 'live' && client.state !== 'resuming') continue
      let text = texts.get(client.scope)
      if (text === undefined) {
        const frame = frameFor(client.officer.scope, cursor)
        text = frame && encodeFeedFrame(frame)
        texts.set(client.scope, text)
      }
      if (text !== null) client.sendLive(text)
    }
  }

  function snapshot(client: Client): void {
    flush()
    const { scope } = client.officer
    client.goLive('snapshot')
    client.send({
      type: 'snapshot',
      v: 1,
      cursor: cursorAt(sent),
      session: sessionOf(client.officer),
      alarms: [...journal.alarms.values()].filter((alarm) => visible(scope, alarm.site)),
      messages: messages
        .current((alarm) => journal.alarms.has(alarm))
        .filter((message) => visible(scope, message.body.site)),
      ...current(scope),
    })
  }

  /** P9: what a scope loses ends unseen, what it gains began unseen; only a snapshot tells of either. */
  function swapped(next: Registry): void {
    const before = inForce
    inForce = next
    const others = new Map<string, boolean>()
    for (const client of clients) {
      if (client.state !== 'live' && client.state !== 'resuming') continue
      let sees = others.get(client.scope)
      if (sees === undefined) {
        sees = seesOtherSites(client.officer.scope, before, next)
        others.set(client.scope, sees)
      }
      if (!sees) continue
      snapshot(client)
      client.version = 0
    }
  }

  async function resume(client: Client, from: Cursor): Promise<boolean> {
    // what comes from here on is kept back until all that was missed is sent
    flush()
    client.state = 'resuming'
    const to = sent
    const changedSince = messages.changedSince(from.broadcasts)
    const missed = await missedEvents(journal, { from, to }, deps.settings.resumeLimit)
    // closed, or a swap of the registry brought a snapshot meanwhile
    if (!isResuming(client)) return true
    if (missed === null) return false
    const { scope } = client.officer
    client.send({
      type: 'resumed',
      v: 1,
      cursor: cursorAt(from),
      session: sessionOf(client.officer),
      ...current(scope),
    })
    for (const { cursor, events: found } of missed) {
      const seen = found.filter((event) => visible(scope, event.site))
      if (seen.length > 0) client.send({ type: 'events', cursor: cursorAt(cursor), events: seen })
    }
    const seen = changedSince.filter((message) => visible(scope, message.body.site))
    if (seen.length > 0) client.send({ type: 'messages', cursor: cursorAt(to), messages: seen })
    client.goLive('resume')
    return true
  }

  async function reached(cursor: Cursor): Promise<boolean> {
    const deadline = clock.mono() + CATCH_UP
    for (;;) {
      if (isReached(cursor, { journal: journal.places(), broadcasts: messages.places() })) return true
      const left = deadline - clock.mono()
      if (left <= 0) return false
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, left)
        waiting.push(() => {
          clearTimeout(late)
          resolve()
        })
      })
    }
  }

  function sendValues(): void {
    const version = values.version()
    for (const client of clients) {
      if (client.state !== 'live' || client.watched.length === 0 || client.version === version) continue
      const seen = values.changed(
        client.watched.filter((site) => visible(client.officer.scope, site)),
        client.version,
      )
      client.version = version
      if (seen.length > 0) client.send({ type: 'values', values: seen })
    }
  }

  const timers = [
    setInterval(sendValues, VALUES),
    setInterval(() => {
      for (const client of clients) client.ping()
    }, deps.settings.pingEvery),
    setInterval(() => {
      for (const client of clients) {
        if (client.state === 'live' && client.wasIdle()) client.send({ type: 'values', values: [] })
      }
    }, IDLE),
  ]

  return {
    events(added) {
      events.push(...added)
      gather()
    },
    messages(ids) {
      for (const id of ids) changed.add(id)
      gather()
    },
    add(client) {
      if (isStopped) client.close(1001, 'the gateway stops')
      else clients.add(client)
    },
    remove: (client) => void clients.delete(client),
    async greet(client, text) {
      const cursor = text === null ? null : decodeCursor(text)
      try {
        const isGood = cursor !== null && isOfScope(client, cursor) && (await reached(cursor))
        if (isGood && isOfLog(cursor, journal, messages) && (await resume(client, cursor))) return
      } catch (error) {
        logger.warn({ err: error }, 'a feed could not be resumed and gets a snapshot')
      }
      if (client.state !== 'closed') snapshot(client)
    },
    watch(client, sites) {
      client.watched = sites
      client.version = 0
      if (client.state === 'live') sendValues()
    },
    endSession(id) {
      for (const client of clients) {
        if (client.officer.id === id) client.close(closeCodes.sessionEnded, 'session ended')
      }
    },
    clients: () => clients.size,
    feedsOf: (session) => [...clients].reduce((sum, { officer }) => sum + (officer.id === session ? 1 : 0), 0),
    stop() {
      isStopped = true
      unlisten()
      clearTimeout(timer)
      for (const each of timers) clearInterval(each)
      for (const client of clients) client.close(1001, 'the gateway stops')
    },
  }
}

function isResuming({ state }: Client): boolean {
  return state === 'resuming'
}
