/** A whole ingest on a SQLite log in a folder of its own, with a registry of two enterprises, for tests. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { sqliteEventLog } from '@tocsin/adapter-sqlite/event-log.ts'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { RejectedRecord } from '@tocsin/core/domain/rejected.ts'
import type { Sensor, Site } from '@tocsin/core/domain/site.ts'
import type { SiteRecord } from '@tocsin/core/domain/site-record.ts'
import { type EventLog, topics } from '@tocsin/core/ports/event-log.ts'
import type { InForce, RegistryChange, RegistrySource } from '@tocsin/core/ports/registry-source.ts'
import { decodeRejectedRecord } from '@tocsin/wire/rejected-record-v1.ts'
import { decodeSiteRecord } from '@tocsin/wire/site-record-v1.ts'
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import { pino } from 'pino'
import { composeIngest, type Ingest, type IngestDeps } from './compose.ts'
import { realTimer } from './timer.ts'

/** 2026-06-14 02:15:12 Beijing time. */
export const NOW = 1_781_374_512_000

function sensor(id: string, rest: Partial<Sensor> = {}): Sensor {
  return {
    id: `cx-${id}`,
    tag: id,
    name: id,
    quantity: 'chlorine',
    unit: 'mg/m³',
    range: [0, 30],
    location: 'tank-area',
    group: '',
    interval: 1_000,
    gateway: 'cx-gw-1',
    overrides: [],
    ...rest,
  }
}

export function site(id: string, rest: Partial<Site> = {}): Site {
  return {
    id,
    name: id,
    enterprise: 'cx-chem',
    hazard: 'hazchem',
    area: '999900100001',
    gateways: [{ id: 'cx-gw-1', name: '1' }],
    sensors: [
      sensor('GT-101'),
      sensor('GT-102', { unit: 'ppm' }),
      sensor('XV-1', { quantity: 'valve-state', unit: '' }),
      ...Array.from({ length: 50 }, (_, i) => sensor(`T-${i}`)),
    ],
    spokenName: id,
    people: null,
    groups: [],
    villages: [],
    contacts: [],
    guidance: [],
    instruction: '',
    eventType: '12D02',
    eventName: '',
    ...rest,
  }
}

export const sites: readonly Site[] = [
  site('cx-north'),
  site('cx-south', { gateways: ['1', '2', '3', '4'].map((n) => ({ id: `cx-gw-${n}`, name: n })) }),
  site('dp-pond', { enterprise: 'dp-mine', gateways: [{ id: 'dp-gw-1', name: '1' }] }),
]

function inForce(list: readonly Site[]): InForce {
  const registry = { areas: [], enterprises: [], sites: list, platforms: [], policy: [] }
  return { registry, rules: { hash: '', rules: [] }, version: String(list.length) }
}

/** A log whose appends can be held back or refused. */
class GatedLog implements EventLog {
  readonly #log: EventLog
  #open: Promise<void> = Promise.resolve()
  #release: () => void = () => undefined
  failing = false
  /** Appends asked for, failed ones too. */
  asked = 0

  constructor(log: EventLog) {
    this.#log = log
  }

  hold(): void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#open = promise
    this.#release = resolve
  }

  release(): void {
    this.#release()
  }

  get partitions(): number {
    return this.#log.partitions
  }

  append: EventLog['append'] = async (topic, records) => {
    this.asked++
    await this.#open
    if (this.failing) throw new TocsinError('log-unavailable', 'the disk is full', { retry: true })
    return this.#log.append(topic, records)
  }

  bounds: EventLog['bounds'] = (topic, partition) => this.#log.bounds(topic, partition)
  read: EventLog['read'] = (...args) => this.#log.read(...args)
  follow: EventLog['follow'] = (options) => this.#log.follow(options)
  saved: EventLog['saved'] = (...args) => this.#log.saved(...args)
  trim: EventLog['trim'] = (...args) => this.#log.trim(...args)
  close: EventLog['close'] = () => this.#log.close()
}

export interface Harness {
  readonly ingest: Ingest
  readonly log: GatedLog
  readonly clock: { wallMs: number; monoMs: number }
  /** Steps both clocks and lets the ticker run. */
  readonly second: () => void
  /** Gives the enterprise another secret, or none. */
  readonly setSecret: (enterprise: string, secret: string | null) => void
  readonly swap: (list: readonly Site[]) => void
  readonly connect: (gateway: string, options?: IClientOptions) => Promise<MqttClient>
  /** Everything of site-log, partition by partition. */
  readonly siteLog: () => Promise<SiteRecord[]>
  readonly rejected: () => Promise<RejectedRecord[]>
  readonly close: () => Promise<void>
}

export async function harness(overrides: Partial<IngestDeps> = {}): Promise<Harness> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-ingest-'))
  const log = new GatedLog(await sqliteEventLog({ folder, partitions: 2 }))
  const clock = { wallMs: NOW, monoMs: 1_000 }
  const secrets = new Map([
    ['cx-chem', 'cx-secret'],
    ['dp-mine', 'dp-secret'],
  ])
  let run: () => void = () => undefined
  let current = inForce(sites)
  const listeners = new Set<(change: RegistryChange) => void>()
  const registry: RegistrySource = {
    current: () => current,
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => listeners.clear(),
  }
  const ingest = await composeIngest({
    log,
    registry,
    credentials: {
      verifyEnterprise: async (id, secret) => secrets.get(id) === secret,
      enterpriseSecretId: (id) => secrets.get(id) ?? null,
    },
    clock: { wall: () => clock.wallMs, mono: () => clock.monoMs },
    logger: pino({ level: 'silent' }),
    settings: { name: 'ingest-1', host: '127.0.0.1', port: 0, tls: null, insecure: false, maxPayload: 100_000 },
    timer: {
      every: (_ms, tick) => {
        run = tick
        return () => {
          run = () => undefined
        }
      },
      after: (ms, signal) => realTimer.after(ms, signal),
    },
    ...overrides,
  })
  const clients: MqttClient[] = []

  async function all<T>(
    topic: string,
    decode: (value: Uint8Array) => { ok: true; value: T } | { ok: false; error: string },
  ) {
    const records: T[] = []
    for (let partition = 0; partition < log.partitions; partition++) {
      for (const { value } of (await log.read(topic, partition, 0, 100_000)).records) {
        const record = decode(value)
        if (!record.ok) throw new Error(record.error)
        records.push(record.value)
      }
    }
    return records
  }

  return {
    ingest,
    log,
    clock,
    second: () => {
      clock.wallMs += 1_000
      clock.monoMs += 1_000
      run()
    },
    setSecret: (enterprise, secret) => {
      if (secret === null) secrets.delete(enterprise)
      else secrets.set(enterprise, secret)
    },
    swap: (list) => {
      current = inForce(list)
      for (const listener of listeners) listener({ kind: 'swapped', current })
    },
    connect: async (gateway, options = {}) => {
      const enterprise = gateway.startsWith('dp') ? 'dp-mine' : 'cx-chem'
      const client = await connectAsync(`mqtt://127.0.0.1:${ingest.port}`, {
        clientId: gateway,
        username: enterprise,
        password: secrets.get(enterprise) ?? '',
        reconnectPeriod: 0,
        ...options,
      })
      client.on('error', () => undefined)
      clients.push(client)
      return client
    },
    siteLog: () => all(topics.siteLog, decodeSiteRecord),
    rejected: () => all(topics.rejected, decodeRejectedRecord),
    close: async () => {
      log.release()
      for (const client of clients) client.end(true)
      await ingest.stop()
      await log.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Looks again each turn of the event loop until it holds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await setImmediate()
}

export const NORTH = 'tocsin/v1/cx-chem/cx-north/readings'

export function batch(readings: readonly unknown[], seq = 1): string {
  return JSON.stringify({ v: 1, boot: 'b7f3', seq, readings })
}

export function reading(tag: string, value: unknown = 2.4, t: unknown = NOW - 500): Record<string, unknown> {
  return { tag, t, value }
}
