/** Who is logged in: sessions by the hash of their cookie, kept across restarts, ended by time, logout or lost rights. */

import { createHash, randomBytes } from 'node:crypto'
import type { User } from '@tocsin/config/credentials.ts'
import type { Session } from '@tocsin/core/domain/feed.ts'
import type { Millis } from '@tocsin/core/domain/ids.ts'
import type { Clock } from '@tocsin/core/ports/clock.ts'
import type { ViewStore } from '@tocsin/core/ports/view-store.ts'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { OfficerCredentials } from './deps.ts'

const NAME = 'gateway-sessions'
/** Of one person; a further login ends the oldest. */
const PER_PERSON = 20

/** A session that is in force. */
export interface Officer extends Session {
  /** SHA-256 of the cookie, hex: the cookie itself is never stored. */
  readonly id: string
  readonly expires: Millis
}

export interface Sessions {
  /** @returns the officer and the cookie's value, 256 random bits. Durable when it resolves. */
  open(user: User): Promise<{ readonly officer: Officer; readonly token: string }>
  find(token: string | undefined): Officer | null
  close(id: string): Promise<void>
  /** Ends what has expired and whose person may no longer log in, or with other rights. */
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

const saved = z.object({
  v: z.literal(1),
  sessions: z.array(
    z.object({
      id: z.string(),
      expires: z.number(),
      user: z.string(),
      name: z.string(),
      role: z.enum(['viewer', 'officer', 'approver', 'administrator']),
      scope: z.object({ areas: z.array(z.string()), enterprises: z.array(z.string()) }),
    }),
  ),
})

export async function openSessions({ views, credentials, clock, logger, hours }: SessionsDeps): Promise<Sessions> {
  const officers = new Map<string, Officer>()
  const listeners: ((id: string) => void)[] = []
  const bytes = await views.load(NAME)
  if (bytes !== null) {
    try {
      for (const officer of saved.parse(JSON.parse(Buffer.from(bytes).toString())).sessions) {
        officers.set(officer.id, officer)
      }
    } catch (error) {
      logger.warn({ err: error }, 'the saved sessions cannot be read; everyone logs in anew')
    }
  }

  async function save(): Promise<void> {
    try {
      await views.save(NAME, Buffer.from(JSON.stringify({ v: 1, sessions: [...officers.values()] })))
    } catch (error) {
      logger.warn({ err: error }, 'the sessions were not saved; a restart ends them')
    }
  }

  function end(ids: readonly string[]): void {
    for (const id of ids) {
      officers.delete(id)
      for (const listener of listeners) listener(id)
    }
  }

  async function endAndSave(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    end(ids)
    await save()
  }

  async function sweep(): Promise<void> {
    const users = new Map(credentials.users().map((user) => [user.id, rightsOf(user)]))
    const now = clock.wall()
    const over = [...officers.values()].filter((o) => o.expires <= now || users.get(o.user) !== rightsOf(o))
    await endAndSave(over.map((officer) => officer.id))
  }

  await sweep()
  return {
    async open({ id: user, name, role, scope }) {
      const token = randomBytes(32).toString('base64url')
      const officer: Officer = {
        id: hashOf(token),
        expires: clock.wall() + hours * 3_600_000,
        user,
        name,
        role,
        scope,
      }
      const own = [...officers.values()].filter((o) => o.user === user)
      end(own.slice(0, Math.max(0, own.length + 1 - PER_PERSON)).map((o) => o.id))
      officers.set(officer.id, officer)
      await save()
      return { officer, token }
    },
    find(token) {
      if (token === undefined || token === '') return null
      const officer = officers.get(hashOf(token))
      return officer && officer.expires > clock.wall() ? officer : null
    },
    close: (id) => endAndSave(officers.has(id) ? [id] : []),
    sweep,
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
