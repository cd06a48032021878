/** The worker on the real log: the same site-log gives the bare engine's journal, however often it is restarted (P2, P3). */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteCheckpointStore } from '@tocsin/adapter-sqlite/checkpoint-store.ts'
import { sqliteContentStore } from '@tocsin/adapter-sqlite/content-store.ts'
import { sqliteEventLog } from '@tocsin/adapter-sqlite/event-log.ts'
import { sqliteHistory } from '@tocsin/adapter-sqlite/history.ts'
import { ruleSetOf, rulesContent, siteContent } from '@tocsin/config/content.ts'
import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import type { Level } from '@tocsin/core/domain/rule.ts'
import type { SiteConfig } from '@tocsin/core/domain/site.ts'
import type { SiteRecord } from '@tocsin/core/domain/site-record.ts'
import { newEngine, step } from '@tocsin/core/engine/step.ts'
import { type EventLog, partitionOf, topics } from '@tocsin/core/ports/event-log.ts'
import { encodeSiteRecord } from '@tocsin/wire/site-record-v1.ts'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { composeWorker } from './compose.ts'
import { headsHash, verifyJournal } from './journal-reader.ts'
import { replay } from './replay.ts'
import { sha256 } from './sha256.ts'

const level = (name: string, severity: Level['severity'], value: number): Level => ({
  name,
  severity,
  raise: { op: '>=', value },
  clear: { op: '<', value },
  onDelay: 0,
  offDelay: 0,
})
const rules = ruleSetOf([
  {
    kind: 'threshold',
    id: 'methane',
    title: '甲烷',
    select: { quantity: 'methane' },
    source: 'AQ 1029',
    certainty: 'S',
    levels: [level('报警', 'yellow', 1), level('断电', 'orange', 1.5)],
  },
])
const site = (id: string): SiteConfig => ({
  id,
  name: id,
  enterprise: 'e',
  hazard: 'coal',
  area: '999901000000',
  gateways: [{ id: 'gw', name: 'gw' }],
  sensors: ['T0', 'T1'].map((tag) => ({
    id: `${id}-${tag}`,
    tag,
    name: tag,
    quantity: 'methane',
    unit: '%',
    range: [0, 100],
    location: 'return',
    group: '',
    interval: 1_000,
    gateway: 'gw',
    overrides: [],
  })),
})
const sites = ['mine-a', 'mine-b', 'mine-c'].map(site)

/** Three minutes of two sensors a site: rises and falls, one sensor falls silent. */
function* story(): Generator<SiteRecord> {
  const start = Date.UTC(2026, 5, 14)
  for (let second = 0; second < 180; second++) {
    yield { kind: 'tick', ingest: 'i', boot: 'b', mono: second * 1_000, wall: start + second * 1_000 }
    for (const [index, { id, sensors }] of sites.entries()) {
      const speaking = second > 60 && index === 1 ? sensors.slice(0, 1) : sensors
      yield {
        kind: 'readings',
        site: id,
        gateway: 'gw',
        boot: 'g',
        seq: second,
        received: 0,
        sensors: speaking.map((s) => s.id),
        times: speaking.map(() => start + second * 1_000),
        values: speaking.map((_, s) => 1 + Math.sin((second * (index + 1)) / 9 + s)),
        qualities: speaking.map(() => 'good'),
      }
    }
  }
}

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-worker-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function open() {
  const log = await sqliteEventLog({ folder: join(folder, 'log'), partitions: 2 })
  const checkpoints = await sqliteCheckpointStore({ folder: join(folder, 'stores') })
  const contents = await sqliteContentStore({ folder: join(folder, 'stores') })
  const history = await sqliteHistory({ folder: join(folder, 'history') })
  const close = async (): Promise<void> => {
    await history.close()
    await checkpoints.close()
    await contents.close()
    await log.close()
  }
  return { log, checkpoints, contents, history, logger: pino({ level: 'silent' }), close }
}

async function appendStory(log: EventLog, records: Iterable<SiteRecord>): Promise<void> {
  for (const record of records) {
    const value = encodeSiteRecord(record)
    const all = Array.from({ length: log.partitions }, (_, partition) => ({ key: 'tick', value, partition }))
    await log.append(topics.siteLog, record.kind === 'tick' ? all : [{ key: record.site, value }])
  }
}

function heads(events: readonly AlarmEvent[]) {
  return new Map(events.map(({ site: id, n, hash }) => [id, { n, hash }]))
}

/** The same records through the bare engine, one per partition. */
function reference(partitions: number, rulesHash: string, configHashes: ReadonlyMap<string, string>): AlarmEvent[] {
  const engines = Array.from({ length: partitions }, () => newEngine())
  const offsets = engines.map(() => 0)
  const events: AlarmEvent[] = []
  const feed = (record: SiteRecord, partition: number): void => {
    const engine = engines[partition]
    const config = record.kind === 'config' ? sites.find((s) => s.id === record.site) : undefined
    const configuration = config ? { configuration: { site: config, rules } } : {}
    const ownsTocsin = partitionOf('tocsin', partitions) === partition
    const offset = offsets[partition] ?? 0
    offsets[partition] = offset + 1
    if (engine) events.push(...step(engine, record, { offset, sha256, ownsTocsin, ...configuration }))
  }
  for (const { id } of sites) {
    feed(
      { kind: 'config', site: id, config: configHashes.get(id) ?? '', rules: rulesHash, at: 0 },
      partitionOf(id, partitions),
    )
  }
  for (const record of story()) {
    if (record.kind === 'tick') engines.forEach((_, partition) => feed(record, partition))
    else feed(record, partitionOf(record.site, partitions))
  }
  return events
}

test.each([0, 5])('P2, P3: %i restarts in the middle give the bare engine’s journal', async (times) => {
  let system = await open()
  const rulesHash = await system.contents.put(rulesContent(rules))
  const configHashes = new Map<string, string>()
  for (const config of sites) configHashes.set(config.id, await system.contents.put(siteContent(config)))
  await appendStory(
    system.log,
    sites.map(({ id }) => ({ kind: 'config', site: id, config: configHashes.get(id) ?? '', rules: rulesHash, at: 0 })),
  )
  const records = [...story()]
  const part = Math.ceil(records.length / (times + 1))
  for (let run = 0; run <= times; run++) {
    let worker = await composeWorker(system)
    await appendStory(system.log, records.slice(run * part, (run + 1) * part))
    await handled(system.log, () => worker.progress())
    await worker.stop()
    await system.close()
    system = await open()
    worker = await composeWorker(system)
    await worker.stop()
  }
  const written = await verifyJournal(system.log)
  const expected = reference(system.log.partitions, rulesHash, configHashes)
  expect(written.heads).toEqual(heads(expected))
  expect(written.faults).toEqual([])
  expect(written.entries).toBe(expected.length)
  expect(written.entries).toBeGreaterThan(30)
  const replayed: AlarmEvent[] = []
  await replay({ ...system, onEvent: (event) => replayed.push(event) })
  expect(headsHash(heads(replayed))).toBe(headsHash(written.heads))
  await system.close()
})

/** Resolves when every partition's engine has handled what stands in site-log. */
async function handled(log: EventLog, progress: () => readonly { partition: number; offset: number }[]): Promise<void> {
  for (let partition = 0; partition < log.partitions; partition++) {
    const { end } = await log.bounds(topics.siteLog, partition)
    await expect.poll(() => progress().find((p) => p.partition === partition)?.offset, { timeout: 10_000 }).toBe(end)
  }
}
