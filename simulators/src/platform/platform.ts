/** Decides how the simulated loudspeaker platform meets the world: packets on /eb, its controls, ledger and page. */

import { setTimeout as sleepFor } from 'node:timers/promises'
import type { Millis } from '@tocsin/core/domain/ids.ts'
import { packPacket } from '@tocsin/wire/ebm/package.ts'
import { fastify, type FastifyReply } from 'fastify'
import { type Logger, pino } from 'pino'
import { type Change, type PlatformMode, parseChange } from './behaviour.ts'
import { createExchange } from './exchange.ts'
import { createLedger, type LedgerEntry } from './ledger.ts'
import { createMessages } from './messages.ts'
import { page } from './page.ts'
import { createReach, type VillageSpec } from './reach.ts'

export interface PlatformOptions {
  /** 0 (default): any free one; always on loopback. */
  readonly port?: number
  /** 23 digits: its own code, where a packet names none in DEST. */
  readonly ebrId?: string
  readonly mode?: PlatformMode
  /** How late `slow` answers, ms (3000). */
  readonly slowMs?: number
  /** Absent: villages are learnt from the messages, with twelve terminals each. */
  readonly villages?: readonly VillageSpec[]
  /** Length of a round, s (6), and how many a message is played (3), unless its time ends before. */
  readonly playSeconds?: number
  readonly rounds?: number
  /** Rounds and relays run so much faster (1). */
  readonly speed?: number
  readonly seed?: number
  /** Share of villages with a fault, 0 to 1 (0). */
  readonly failRate?: number
  /** Where states are answered: on the same connection, or brought to the asker's SRC/URL as 083 §5 has it. */
  readonly states?: 'same' | 'push'
  /** Wall clock, UTC ms. */
  readonly now?: () => Millis
  /** Waits in mode `slow`; rejects when the signal comes. */
  readonly sleep?: (ms: Millis, signal: AbortSignal) => Promise<void>
  readonly log?: Logger
}

/** As `GET /control` gives it. */
export interface PlatformStatus {
  readonly mode: PlatformMode
  readonly slowMs: number
  /** Another after each `forget`. */
  readonly boot: string
  /** Packets that came, answered or not, by type. */
  readonly received: Readonly<Record<string, number>>
  readonly faults: Readonly<Record<string, number>>
}

/** What the control address can see and do; tests in the same process use it directly. */
export interface PlatformControl extends PlatformStatus {
  /** The ledger without what was cancelled. */
  readonly heard: readonly LedgerEntry[]
  tell(change: Change): PlatformStatus
  setMode(mode: PlatformMode): void
  forget(): void
}

export interface RunningPlatform {
  /** Where packets are posted, e.g. `http://127.0.0.1:40123/eb`. */
  readonly url: string
  /** GET and POST, JSON: a `PlatformStatus`, a `Change`. */
  readonly controlUrl: string
  readonly control: PlatformControl
  /** What villages heard and what was cancelled, in order; kept when the platform forgets. */
  ledger(): readonly LedgerEntry[]
  stop(): Promise<void>
}

/** Not of the standard: since which start the platform lives, so that a restart is seen (B3). */
const BOOT_HEADER = 'eb-boot'
const BODY_LIMIT = 5 * 1024 * 1024

/** @throws what node:net throws where the port is taken */
export async function startPlatform(options: PlatformOptions = {}): Promise<RunningPlatform> {
  const { playSeconds = 6, rounds = 3, speed = 1, seed = 1, failRate = 0, villages } = options
  const now = options.now ?? Date.now
  const sleep = options.sleep ?? ((ms, signal) => sleepFor(ms, undefined, { signal }))
  const log = options.log ?? pino({ level: 'silent' })
  const stopping = new AbortController()
  const faults = new Map<string, number>()
  const reach = createReach({ seed, failRate, speed, ...(villages ? { villages } : {}) }, faults)
  const ledger = createLedger()
  const messages = createMessages(reach, ledger, { rounds, roundMs: (playSeconds * 1000) / speed })
  const exchange = createExchange({
    messages,
    ebrId: options.ebrId ?? '39999000000000314010101',
    states: options.states ?? 'same',
    now,
    signal: stopping.signal,
  })
  const startedAt = now().toString(36)
  let boots = 1
  let mode = options.mode ?? 'normal'
  let slowMs = options.slowMs ?? 3_000

  function entries(): readonly LedgerEntry[] {
    messages.pass(now())
    return ledger.entries()
  }

  const status = (): PlatformStatus => ({
    mode,
    slowMs,
    boot: `${startedAt}-${boots}`,
    received: { ...exchange.received },
    faults: Object.fromEntries(faults),
  })

  function tell(change: Change): PlatformStatus {
    log.info(change, 'told')
    slowMs = change.slowMs ?? slowMs
    if (change.faults) {
      faults.clear()
      for (const [area, terminals] of Object.entries(change.faults)) faults.set(area, terminals)
    }
    if (change.forget === true) {
      messages.forget(now())
      exchange.drop()
      boots += 1
    }
    if (change.mode !== undefined && change.mode !== mode) {
      mode = change.mode
      if (mode !== 'silent') exchange.release(mode)
    }
    return status()
  }

  async function respond(contentType: string, body: Buffer, reply: FastifyReply): Promise<FastifyReply> {
    const answer = await exchange.meet(contentType, body, mode)
    log.info({ mode, answer: answer?.detail ?? null }, 'request')
    // the connection stays open and empty until its other end gives up
    if (!answer) return reply.hijack()
    const { boot } = status()
    if (mode === 'slow') await sleep(slowMs, stopping.signal)
    const { fileName, tar } = await packPacket(answer)
    return reply
      .header('content-type', 'application/x-tar')
      .header('content-disposition', `attachment; filename="${fileName}"`)
      .header(BOOT_HEADER, boot)
      .send(Buffer.from(tar))
  }

  const app = fastify({ bodyLimit: BODY_LIMIT, forceCloseConnections: true })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.get('/control', status)
  app.post('/control', (request, reply) => {
    const change = parseChange(bytesOf(request.body).toString())
    return change.ok ? reply.send(tell(change.value)) : reply.code(400).send({ error: change.error })
  })
  app.get('/ledger', entries)
  app.get('/', (_request, reply) => {
    messages.pass(now())
    const content = { villages: reach.villages(), rounds, mode, at: now() }
    return reply.type('text/html; charset=utf-8').send(page(content))
  })
  // vendors put the address below paths of their own
  app.post('/*', (request, reply) => {
    const isPacket = new URL(request.url, 'http://localhost').pathname.endsWith('/eb')
    if (!isPacket) return reply.code(404).send()
    return respond(request.headers['content-type'] ?? '', bytesOf(request.body), reply)
  })

  const address = await app.listen({ port: options.port ?? 0, host: '127.0.0.1' })
  return {
    url: `${address}/eb`,
    controlUrl: `${address}/control`,
    control: {
      get mode() {
        return mode
      },
      get slowMs() {
        return slowMs
      },
      get boot() {
        return status().boot
      },
      get received() {
        return status().received
      },
      get faults() {
        return status().faults
      },
      get heard() {
        return entries().filter(({ kind }) => kind !== 'cancelled')
      },
      tell,
      setMode: (next) => void tell({ mode: next }),
      forget: () => void tell({ forget: true }),
    },
    ledger: entries,
    async stop() {
      stopping.abort()
      await app.close()
    },
  }
}

function bytesOf(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0)
}
