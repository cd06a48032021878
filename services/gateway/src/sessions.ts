/**
 * Who is logged in: one view per session under the hash of its cookie, so that every gateway over the store knows it,
 * also after a restart; ended by time, logout or lost rights.
 */

import { createHash, randomBytes } from 'node:crypto'
import type { User } from '@tocsin/config/credentials.ts'
import type { Session } from '@tocsin/core/domain/feed.ts'
import type { Millis } from '@tocsin/core/domain/ids.ts'
import type { Clock } from '@tocsin/core/ports/clock.ts'
import type { ViewStore } from '@tocsin/core/ports/view-store.ts'
import type { Logger } from 'pino'
import type { OfficerCredentials } from './deps.ts'
import { decodeSavedSession, encodeSavedSession } from './saved-session.ts'

const PREFIX = 'gateway-session-'
/** Of one person; a further login ends the oldest. */
const PER_PERSON = 20

/** A session that is in force. */
export interface Officer extends Session {
  /** SHA-256 of the cookie, hex: the cookie itself is never stored. */
  readonly id: string
  readonly expires: Millis
}

export interface Sessions {
  /** @returns the officer and the cookie's value, 256 random bits. Saved when it resolves, unless the store fails. */
  open(user: User): Promise<{ readonly officer: Officer; readonly token: string }>
  /** Asks the store each time: another gateway may have opened the session, or ended it. */
  find(token: string | undefined): Promise<Officer | null>
  close(id: string): Promise<void>
  /** Ends what has expired, what another gateway ended, and whose person may no longer log in or has other rights. */
  sweep(): Promise<void>
  onEnd(listener: (id: string) => void): void
}

export interface SessionsDeps {
  readonly views: ViewStore
  readonly credentials: OfficerCredentials
  readonly clock: Clock
  readonly logger: Logger
  readonly hours: number
}

export function openSessions({ views, credentials, clock, logger, hours }: SessionsDeps): Sessions {
  /** Those that this gateway has let in: what their end must be told to. */
  const seen = new Map<string, Officer>()
  /** Of those, what the store did not take: known here only, until it does. */
  const unsaved = new Set<string>()
  const listeners: ((id: string) => void)[] = []

  function isOver({ expires, user, ...rights }: Officer): boolean {
    const current = credentials.users().find(({ id }) => id === user)
    return expires <= clock.wall() || current === undefined || rightsOf(current) !== rightsOf(rights)
  }

  async function save(officer: Officer): Promise<void> {
    try {
      await views.save(PREFIX + officer.id, encodeSavedSession(officer))
      unsaved.delete(officer.id)
    } catch (error) {
      unsaved.add(officer.id)
      logger.warn({ err: error }, 'a session was not saved; other gateways do not know it')
    }
    // not before: who is seen and neither stored nor unsaved was ended elsewhere
    seen.set(officer.id, officer)
  }

  function forget(id: string): void {
    unsaved.delete(id)
    if (seen.delete(id)) for (const listener of listeners) listener(id)
  }

  async function end(id: string): Promise<void> {
    forget(id)
    await views.remove(PREFIX + id)
  }

  /** Every session in force, at whatever gateway, the oldest first; ends the others. */
  async function inForce(): Promise<Officer[]> {
    const before = [...seen]
    const found = new Map<string, Officer>()
    for (const [name, bytes] of await views.loadAll(PREFIX)) {
      const officer = decodeSavedSession(name.slice(PREFIX.length), bytes)
      if (officer === null) continue
      if (isOver(officer)) await end(officer.id)
      else found.set(officer.id, officer)
    }
    for (const [id, officer] of before) {
      if (found.has(id)) continue
      if (unsaved.has(id) && !isOver(officer)) found.set(id, officer)
      else forget(id)
    }
    return [...found.values()].sort((a, b) => a.expires - b.expires)
  }

  /** The store's word; while it does not answer, what this gateway knows. */
  async function load(id: string): Promise<Officer | null> {
    const known = seen.get(id)
    if (known && unsaved.has(id)) return known
    try {
      const bytes = await views.load(PREFIX + id)
      return bytes && decodeSavedSession(id, bytes)
    } catch (error) {
      if (known) return known
      throw error
    }
  }

  return {
    async open({ id: user, name, role, scope }) {
      const token = randomBytes(32).toString('base64url')
      const expires = clock.wall() + hours * 3_600_000
      const officer: Officer = { id: hashOf(token), expires, user, name, role, scope }
      try {
        const own = (await inForce()).filter((other) => other.user === user)
        for (const { id } of own.slice(0, Math.max(0, own.length + 1 - PER_PERSON))) await end(id)
      } catch (error) {
        logger.warn({ err: error }, 'the sessions cannot be counted')
      }
      await save(officer)
      return { officer, token }
    },
    async find(token) {
      if (token === undefined || token === '') return null
      const id = hashOf(token)
      const officer = await load(id)
      if (officer === null || isOver(officer)) {
        forget(id)
        return null
      }
      seen.set(id, officer)
      return officer
    },
    close: end,
    async sweep() {
      try {
        const waiting = [...unsaved].flatMap((id) => seen.get(id) ?? [])
        for (const officer of waiting) await save(officer)
        await inForce()
      } catch (error) {
        logger.warn({ err: error }, 'the sessions cannot be looked through')
      }
    },
    onEnd: (listener) => void listeners.push(listener),
  }
}

/** What others may be shown of an officer. */
export function sessionOf({ user, name, role, scope }: Officer): Session {
  return { user, name, role, scope }
}

function rightsOf({ role, scope }: Pick<Session, 'role' | 'scope'>): string {
  return JSON.stringify([role, scope.areas, scope.enterprises])
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
