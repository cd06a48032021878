/** A gateway on real SQLite in a folder of its own, with two enterprises and an officer of each role, for tests. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteEventLog } from '@tocsin/adapter-sqlite/event-log.ts'
import { sqliteHistory } from '@tocsin/adapter-sqlite/history.ts'
import { sqliteViewStore } from '@tocsin/adapter-sqlite/view-store.ts'
import type { User } from '@tocsin/config/credentials.ts'
import type { EventLog } from '@tocsin/core/ports/event-log.ts'
import type { History } from '@tocsin/core/ports/history.ts'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { composeGateway, type Gateway } from '../compose.ts'
import type { GatewayDeps, GatewaySettings } from '../deps.ts'
import { createJournalWriter, type JournalWriter } from './journal-writer.ts'
import { testRegistry } from './registry.ts'

const everything = { areas: [], enterprises: [] }
const users: User[] = [
  { id: 'viewer', name: '看', role: 'viewer', scope: everything },
  { id: 'officer', name: '值', role: 'officer', scope: everything },
  { id: 'approver', name: '批', role: 'approver', scope: everything },
  { id: 'admin', name: '管', role: 'administrator', scope: everything },
  { id: 'northern', name: '北', role: 'approver', scope: { areas: ['999901000000'], enterprises: [] } },
]

export interface Bench {
  readonly log: EventLog
  readonly history: History
  readonly journal: JournalWriter
  readonly registry: ReturnType<typeof testRegistry>
  /** Who may log in; the password is the id. */
  readonly users: User[]
  /** Added to the machine's clocks, ms. */
  readonly ahead: { wall: number; mono: number }
  readonly views: GatewayDeps['views']
  start(settings?: Partial<GatewaySettings>, deps?: Partial<GatewayDeps>): Promise<Running>
}

export interface Running extends Gateway {
  /** The cookie. */
  login(user: string): Promise<string>
  get(path: string, cookie?: string): Promise<Answer>
  post(path: string, body: unknown, cookie?: string): Promise<Answer>
}

export interface Answer {
  readonly status: number
  readonly text: string
  readonly headers: Headers
  readonly json: () => unknown
}

export async function createBench(): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-gateway-'))
  const log = await sqliteEventLog({ folder: join(folder, 'log'), redeliveryMs: 20 })
  const views = await sqliteViewStore({ folder: join(folder, 'views') })
  const history = await sqliteHistory({ folder: join(folder, 'history') })
  const registry = testRegistry()
  const known = [...users]
  const ahead = { wall: 0, mono: 0 }
  const running = new Set<Gateway>()
  onTestFinished(async () => {
    for (const gateway of running) await gateway.stop()
    await Promise.all([log.close(), views.close(), history.close()])
    rmSync(folder, { recursive: true, force: true })
  })

  async function start(settings: Partial<GatewaySettings> = {}, deps: Partial<GatewayDeps> = {}): Promise<Running> {
    const gateway = await composeGateway({
      log,
      views,
      history,
      registry,
      credentials: {
        verifyUser: async (id, secret) => (id === secret ? (known.find((user) => user.id === id) ?? null) : null),
        users: () => known,
      },
      clock: { wall: () => Date.now() + ahead.wall, mono: () => performance.now() + ahead.mono },
      logger: pino({ level: 'silent' }),
      settings: { port: 0, ...settings },
      consoleFolder: null,
      ...deps,
    })
    running.add(gateway)
    const ask = async (path: string, init: RequestInit, cookie: string): Promise<Answer> => {
      const headers = { 'x-tocsin': '1', cookie, ...Object.fromEntries(new Headers(init.headers)) }
      const response = await fetch(gateway.url + path, { ...init, headers })
      const text = await response.text()
      return { status: response.status, text, headers: response.headers, json: (): unknown => JSON.parse(text) }
    }
    const post = (path: string, body: unknown, cookie = ''): Promise<Answer> =>
      ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }, cookie)
    return {
      ...gateway,
      async stop() {
        running.delete(gateway)
        await gateway.stop()
      },
      async login(user) {
        const answer = await post('/api/login', { user, password: user })
        if (answer.status !== 200) throw new RangeError(answer.text)
        return answer.headers.get('set-cookie')?.split(';')[0] ?? ''
      },
      get: (path, cookie = '') => ask(path, { method: 'GET' }, cookie),
      post,
    }
  }

  return { log, views, history, journal: createJournalWriter(log), registry, users: known, ahead, start }
}
