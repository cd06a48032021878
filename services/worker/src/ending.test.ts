/** What a worker saves and drops, and how it ends, whatever happens meanwhile (R2, R5, R6, R8, R9). */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteCheckpointStore } from '@tocsin/adapter-sqlite/checkpoint-store.ts'
import { sqliteContentStore } from '@tocsin/adapter-sqlite/content-store.ts'
import { sqliteEventLog } from '@tocsin/adapter-sqlite/event-log.ts'
import { sqliteHistory } from '@tocsin/adapter-sqlite/history.ts'
import { type EventLog, type Follower, topics } from '@tocsin/core/ports/event-log.ts'
import { encodeSiteRecord } from '@tocsin/wire/site-record-v1.ts'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, type MockInstance, test, vi } from 'vitest'
import { isAccepted, listBases } from './bases.ts'
import { composeWorker, type Worker, type WorkerDeps } from './compose.ts'
import { toAppend } from './output.ts'

const START = Date.UTC(2026, 5, 14)
let folder = ''
let log: EventLog
let deps: WorkerDeps
let close: () => Promise<void>
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-ending-'))
  log = await sqliteEventLog({ folder: join(folder, 'log'), partitions: 1 })
  const checkpoints = await sqliteCheckpointStore({ folder: join(folder, 'stores') })
  const contents = await sqliteContentStore({ folder: join(folder, 'stores') })
  const history = await sqliteHistory({ folder: join(folder, 'history') })
  deps = { log, checkpoints, contents, history, logger: pino({ level: 'silent' }) }
  close = async () => {
    for (const store of [history, checkpoints, contents, log]) await store.close()
  }
})
afterEach(async () => {
  await close()
  rmSync(folder, { recursive: true, force: true })
})

/** Ticks of these seconds, each handled before the next is written. */
async function tick(worker: Worker, from: number, to: number): Promise<void> {
  for (let second = from; second < to; second++) {
    const wall = START + second * 1_000
    const value = encodeSiteRecord({ kind: 'tick', ingest: 'i', boot: 'b', mono: second * 1_000, wall })
    await log.append(topics.siteLog, [{ key: 'tick', value, partition: 0 }])
    await vi.waitUntil(() => worker.progress().some(({ offset }) => offset > second), { timeout: 10_000, interval: 2 })
  }
}

/** The port's methods as an object that can be changed in part. */
function portOf(whole: EventLog): EventLog {
  return {
    partitions: whole.partitions,
    append: (topic, records) => whole.append(topic, records),
    bounds: (topic, partition) => whole.bounds(topic, partition),
    read: (...asked) => whole.read(...asked),
    follow: (options) => whole.follow(options),
    saved: (reader, topic, partition) => whole.saved(reader, topic, partition),
    trim: (topic, partition, before) => whole.trim(topic, partition, before),
    close: () => whole.close(),
  }
}

test('R8: the log is trimmed behind a base that an earlier claim wrote, and so are the bases before it', async () => {
  const policy = { baseEveryMs: 5_000, keepLogMs: 10_000 }
  const first = await composeWorker({ ...deps, policy })
  await tick(first, 0, 14)
  await first.stop()
  const [, earlier] = await listBases(log, 0)
  const trimmed = vi.spyOn(log, 'trim')
  const second = await composeWorker({ ...deps, policy })
  await tick(second, 14, 22)
  await vi.waitUntil(() => trimmed.mock.calls.length >= 2, { timeout: 10_000, interval: 5 })
  await second.stop()
  expect(earlier?.offset).toBeGreaterThan(10)
  expect(trimmed.mock.calls).toContainEqual([topics.siteLog, 0, earlier?.offset])
  expect(trimmed.mock.calls).toContainEqual([topics.base, 0, earlier?.first])
})

test('R8: a base that was written and not stated under a claim in force does not count', async () => {
  const append = log.append.bind(log)
  const cut: EventLog = {
    ...portOf(log),
    // its statement in the journal never arrives, nor does anything later
    append: (topic, records) =>
      topic === topics.alarmEvents && records.some(({ key }) => key === 'base')
        ? new Promise<never>(() => undefined)
        : append(topic, records),
  }
  const policy = { baseEveryMs: 5_000 }
  const first = await composeWorker({ ...deps, log: cut, policy, drainMs: 50 })
  await tick(first, 0, 8)
  await first.stop()
  const second = await composeWorker({ ...deps, policy })
  await tick(second, 8, 10)
  await second.stop()
  const bases = await listBases(log, 0)
  // each wrote one; a statement that comes late, after another claim, counts for nothing either
  expect(bases).toHaveLength(2)
  const [unstated] = bases
  await append(topics.alarmEvents, [
    toAppend({ kind: 'base', claim: unstated?.claim ?? '', offset: unstated?.offset ?? 0 }, 0),
  ])
  expect(await Promise.all(bases.map((base) => isAccepted(log, 0, base)))).toEqual([false, true])
})

test('R5, R6: a site that is ahead of the replay is not saved under an offset that is not its own', async () => {
  const comment = async (site: string, id: string): Promise<void> => {
    const command = { kind: 'command', site, id, by: 'u', at: 0, alarm: `${site}/sensor:x/y/1` } as const
    const value = encodeSiteRecord({ ...command, command: 'comment', text: '看过了' })
    await log.append(topics.siteLog, [{ key: site, value, partition: 0 }])
  }
  const first = await composeWorker(deps)
  await tick(first, 0, 1)
  await comment('behind', 'b1')
  for (let second = 0; second < 10; second++) await comment('ahead', `a${second}`)
  const wall = START + 20_000
  const value = encodeSiteRecord({ kind: 'tick', ingest: 'i', boot: 'b', mono: 20_000, wall })
  for (let i = 0; i < 3; i++) {
    await log.append(topics.siteLog, [{ key: 'tick', value, partition: 0 }])
    await comment('ahead', `z${i}`)
  }
  const { end } = await log.bounds(topics.siteLog, 0)
  const handled = (worker: Worker): Promise<boolean> =>
    vi.waitUntil(() => worker.progress().some(({ offset }) => offset === end), { timeout: 10_000, interval: 2 })
  await handled(first)
  await first.stop()
  const { checkpoints, damaged } = await deps.checkpoints.load(0)
  const ahead = checkpoints.find(({ site }) => site === 'ahead')
  expect(ahead?.offset).toBe(end)
  vi.spyOn(deps.checkpoints, 'load').mockResolvedValue({ checkpoints: ahead ? [ahead] : [], damaged })
  const saved = vi.spyOn(deps.checkpoints, 'save')
  const second = await composeWorker(deps)
  await handled(second)
  await second.stop()
  const offsets = saved.mock.calls.flatMap(([, batch]) => batch.filter(({ site }) => site === 'ahead'))
  expect(offsets.map(({ offset }) => offset)).toEqual([end])
})

test('R2: a worker that is stopped while it takes over anew ends', async () => {
  let claims = 0
  let stopped: Promise<void> | undefined
  const worker: Worker = await composeWorker({
    ...deps,
    failpoints: {
      hit: async (name) => {
        if (name === 'worker.before-claim' && ++claims === 2) stopped = worker.stop()
      },
    },
  })
  await tick(worker, 0, 2)
  await log.append(topics.alarmEvents, [toAppend({ kind: 'claim', claim: 'another', engine: 1 }, 0)])
  await vi.waitUntil(() => stopped !== undefined, { timeout: 10_000, interval: 5 })
  await stopped
})

test('R9: a worker whose state cannot be saved ends well', async () => {
  const save = vi.spyOn(deps.checkpoints, 'save').mockRejectedValue(new Error('the disk is full'))
  const worker = await composeWorker(deps)
  await tick(worker, 0, 2)
  const command = { kind: 'command', site: 's', id: 'c', by: 'u', at: 0, alarm: 's/sensor:x/y/1' } as const
  const value = encodeSiteRecord({ ...command, command: 'comment', text: '看过了' })
  await log.append(topics.siteLog, [{ key: 's', value, partition: 0 }])
  await vi.waitUntil(() => worker.progress().some(({ offset }) => offset > 2), { timeout: 10_000, interval: 5 })
  await worker.stop()
  expect(save).toHaveBeenCalled()
})

test.each(['refuses', 'never answers'])('a worker whose log %s ends all the same', async (how) => {
  let failing = false
  const append: EventLog['append'] = (topic, records) => {
    if (!failing || topic !== topics.alarmEvents) return log.append(topic, records)
    return how === 'refuses' ? Promise.reject(new Error('the disk is full')) : new Promise(() => undefined)
  }
  const worker = await composeWorker({ ...deps, log: { ...portOf(log), append }, drainMs: 50 })
  await tick(worker, 0, 2)
  failing = true
  await tick(worker, 2, 4)
  await worker.stop()
  // what was not sent is computed again
  failing = false
  const next = await composeWorker(deps)
  await vi.waitUntil(() => next.progress().some(({ offset }) => offset === 4), { timeout: 10_000, interval: 5 })
  await next.stop()
})

test('when one partition cannot be taken over, the others are stopped before the worker says so', async () => {
  const two = await sqliteEventLog({ folder: join(folder, 'two'), partitions: 2 })
  const stops: MockInstance<Follower['stop']>[] = []
  const refusing: EventLog = {
    ...portOf(two),
    follow: (options) => {
      const follower = two.follow(options)
      stops.push(vi.spyOn(follower, 'stop'))
      return follower
    },
    append: (topic, records) =>
      records.some(({ partition }) => partition === 1)
        ? Promise.reject(new Error('the disk is full'))
        : two.append(topic, records),
  }
  await expect(composeWorker({ ...deps, log: refusing })).rejects.toThrow('the disk is full')
  // of alarm-events and site-log
  expect(stops.map(({ mock }) => mock.calls.length)).toEqual([1, 1])
  await two.close()
})
