// A recorded data folder is opened, verified, replayed to the recorded journal, recovered from its base and taken over.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteCheckpointStore } from '@tocsin/adapter-sqlite/checkpoint-store.ts'
import { sqliteContentStore } from '@tocsin/adapter-sqlite/content-store.ts'
import { sqliteEventLog } from '@tocsin/adapter-sqlite/event-log.ts'
import { sqliteHistory } from '@tocsin/adapter-sqlite/history.ts'
import { createLogger } from '@tocsin/cli/logger.ts'
import { readRulesContent, readSiteContent } from '@tocsin/config/content.ts'
import { type Books, bookOf } from '@tocsin/core/broadcasts/book.ts'
import { foldBroadcast } from '@tocsin/core/broadcasts/fold.ts'
import { type AlarmTable, applyEvent } from '@tocsin/core/domain/alarm-view.ts'
import type { JournalRecord } from '@tocsin/core/domain/journal-record.ts'
import { encodeSiteState, restoreSite, scheduleAll, storedHashes } from '@tocsin/core/engine/state-v1.ts'
import { newEngine } from '@tocsin/core/engine/step.ts'
import { type EventLog, topics } from '@tocsin/core/ports/event-log.ts'
import { dataFolders } from '@tocsin/standalone/folders.ts'
import { decodeBroadcastRecord } from '@tocsin/wire/broadcast-record-v1.ts'
import { decodeJournalRecord } from '@tocsin/wire/journal-record-v1.ts'
import { decodeRejectedRecord } from '@tocsin/wire/rejected-record-v1.ts'
import { listBases, loadBase } from '@tocsin/worker/bases.ts'
import { composeWorker } from '@tocsin/worker/compose.ts'
import { type Heads, headsHash, readJournal, verifyJournal } from '@tocsin/worker/journal-reader.ts'
import { replay } from '@tocsin/worker/replay.ts'
import { sha256 } from '@tocsin/worker/sha256.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SEGMENT_BYTES, unpack } from './data-folder.ts'
import { rejectedRecord } from './formats-stored.ts'
import facts from './recorded/facts.json' with { type: 'json' }
import { packedData, tableHash } from './recorded.ts'
import { CLAIM, must } from './run-story.ts'
import { PARTITIONS, START } from './story.ts'

let data = ''
const closing: (() => Promise<void>)[] = []
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'tocsin-compat-'))
  unpack(packedData, data)
})
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  rmSync(data, { recursive: true, force: true })
})

function kept<T extends { close(): Promise<void> }>(part: T): T {
  closing.push(() => part.close())
  return part
}

async function openLog(readOnly: boolean): Promise<EventLog> {
  const { log } = dataFolders(data)
  const options = { folder: log, partitions: PARTITIONS, segmentBytes: SEGMENT_BYTES, verify: 'all', readOnly } as const
  return kept(await sqliteEventLog(options))
}

const openContents = async () => kept(await sqliteContentStore({ folder: dataFolders(data).stores }))

async function valuesOf(log: EventLog, topic: string, partition: number): Promise<Uint8Array[]> {
  const { begin, end } = await log.bounds(topic, partition)
  const values: Uint8Array[] = []
  for (let from = begin; from < end;) {
    const batch = await log.read(topic, partition, from)
    values.push(...batch.records.map(({ value }) => value))
    from = batch.next
  }
  return values
}

test('the journal verifies, and is the recorded one', async () => {
  const log = await openLog(true)
  const { entries, heads, faults } = await verifyJournal(log)
  expect({ entries, faults, hash: headsHash(heads) }).toEqual({
    entries: facts.events,
    faults: [],
    hash: facts.journalHash,
  })
  const table: AlarmTable = new Map()
  for await (const { event } of readJournal(log)) applyEvent(table, event)
  expect({ open: table.size, hash: tableHash(table) }).toEqual({ open: facts.openAlarms, hash: facts.tableHash })
})

test('P3: replaying the site-log gives the recorded journal', async () => {
  const heads: Heads = new Map()
  let events = 0
  const { records, readings } = await replay({
    log: await openLog(true),
    contents: await openContents(),
    onEvent: ({ site, n, hash }) => {
      heads.set(site, { n, hash })
      events++
    },
  })
  const { journalHash: hash } = facts
  expect({ records, readings, events, hash: headsHash(heads) }).toEqual({
    records: facts.records,
    readings: facts.readings,
    events: facts.events,
    hash,
  })
})

test('R8: where older input was dropped, the recorded base takes its place', async () => {
  const log = await openLog(false)
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const [at] = await listBases(log, partition)
    const base = at && (await loadBase(log, partition, at))
    await log.trim(topics.siteLog, partition, base?.offset ?? 0)
  }
  const heads: Heads = new Map()
  const onEvent = ({ site, n, hash }: { site: string; n: number; hash: string }): void =>
    void heads.set(site, { n, hash })
  const { begins } = await replay({ log, contents: await openContents(), onEvent })
  expect(Math.min(...begins)).toBeGreaterThan(0)
  expect(headsHash(heads)).toBe(facts.journalHash)
})

test('the recorded state is restored whole: it would be saved again as it was', async () => {
  const contents = await openContents()
  const store = kept(await sqliteCheckpointStore({ folder: dataFolders(data).stores }))
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const { checkpoints, damaged } = await store.load(partition)
    expect(damaged).toBe(0)
    expect(checkpoints.length).toBeGreaterThan(0)
    for (const { state, offset } of checkpoints) {
      const text = Buffer.from(state).toString()
      const { config, rules } = must(storedHashes(text))
      const found =
        config === null || rules === null
          ? null
          : {
              site: must(readSiteContent(await contents.get(config))),
              rules: must(readRulesContent(await contents.get(rules))),
            }
      const engine = newEngine()
      const restored = must(restoreSite(engine, { text, from: offset, contents: found }))
      Object.assign(engine.clock, restored.clock)
      scheduleAll(engine)
      expect(JSON.parse(encodeSiteState(restored.site, engine.clock))).toEqual(JSON.parse(text))
    }
  }
})

test('R5, R6: a worker of today takes the recorded folder over from its checkpoints and changes nothing in the journal', async () => {
  const log = await openLog(false)
  const folders = dataFolders(data)
  const worker = await composeWorker({
    log,
    contents: await openContents(),
    checkpoints: kept(await sqliteCheckpointStore({ folder: folders.stores })),
    history: kept(await sqliteHistory({ folder: folders.history })),
    logger: createLogger('silent'),
  })
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const { end } = await log.bounds(topics.siteLog, partition)
    const offset = (): number | undefined => worker.progress().find((p) => p.partition === partition)?.offset
    await expect.poll(offset, { timeout: 10_000 }).toBe(end)
  }
  await worker.stop()
  const { entries, heads, faults } = await verifyJournal(log)
  expect({ entries, faults, hash: headsHash(heads) }).toEqual({
    entries: facts.events,
    faults: [],
    hash: facts.journalHash,
  })
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const records = (await valuesOf(log, topics.alarmEvents, partition)).map((v) => must(decodeJournalRecord(v)))
    const start = records.findLast((record): record is Start => record.kind === 'start')
    const named = Object.values(start?.sites ?? {}).map((point) => (point === 'base' ? point : point.claim))
    expect(named.length).toBeGreaterThan(0)
    expect(new Set(named)).toEqual(new Set([CLAIM]))
  }
})

type Start = Extract<JournalRecord, { kind: 'start' }>

test('B7: the broadcast log folds to the recorded head', async () => {
  const log = await openLog(true)
  const books: Books = new Map()
  let platform = ''
  for (let partition = 0; partition < PARTITIONS; partition++) {
    for (const value of await valuesOf(log, topics.broadcastLog, partition)) {
      const record = must(decodeBroadcastRecord(value))
      platform = record.platform
      expect(foldBroadcast(books, record, sha256).counts).toBe(true)
    }
  }
  const { n, head: hash, broken } = bookOf(books, platform)
  expect({ n, hash, broken }).toEqual({ ...facts.broadcastHead, broken: [] })
})

test('rejected messages and the history are still there', async () => {
  const log = await openLog(true)
  const values = [...(await valuesOf(log, topics.rejected, 0)), ...(await valuesOf(log, topics.rejected, 1))]
  const [value = new Uint8Array()] = values
  expect(must(decodeRejectedRecord(value))).toEqual({
    ...rejectedRecord,
    payload: new Uint8Array(rejectedRecord.payload),
  })
  const history = kept(await sqliteHistory({ folder: dataFolders(data).history }))
  const leak = { site: 'cx-north', sensor: 'cx-GT-101', from: START, to: START + 10_000 }
  expect((await history.raw(leak, 100)).map(({ value: v }) => v)).toEqual([0.1, 0.2, 1.2, 2.5])
})
