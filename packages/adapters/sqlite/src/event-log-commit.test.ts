import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Failpoint, Failpoints } from '@tocsin/core/ports/failpoints.ts'
import { appendNumbers, collect, numbersOf, readAll } from '@tocsin/testkit/contracts/event-log-tools.ts'
import { sqliteEventLog } from './event-log.ts'

const base = mkdtempSync(join(tmpdir(), 'tocsin-commit-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const topic = 'site-log'

/** Notes each hit, and does what is set for the next one. */
function failpoint(name: Failpoint): {
  failpoints: Failpoints
  hits: () => number
  next: (action: () => Promise<void> | void) => void
} {
  let count = 0
  let action: (() => Promise<void> | void) | null = null
  const hit = (at: Failpoint): Promise<void> | void => {
    if (at !== name) return
    count++
    const now = action
    action = null
    return now?.()
  }
  return { failpoints: { hit }, hits: () => count, next: (wanted) => (action = wanted) }
}

test('appends of one turn, and those made during a commit, share one commit (Q2)', async () => {
  const before = failpoint('log.before-commit')
  const log = await sqliteEventLog({ folder: join(base, 'group'), failpoints: before.failpoints })
  const gate = Promise.withResolvers<void>()
  const entered = Promise.withResolvers<void>()
  before.next(() => {
    entered.resolve()
    return gate.promise
  })
  const first = Array.from({ length: 100 }, (_, i) => appendNumbers(log, topic, [i]))
  await entered.promise
  const second = Array.from({ length: 100 }, (_, i) => appendNumbers(log, topic, [100 + i]))
  gate.resolve()
  expect((await Promise.all([...first, ...second])).flat()).toEqual(Array.from({ length: 200 }, (_, i) => i))
  expect(before.hits()).toBe(2)
  await log.close()
})

test('what fails before the commit is not in the log; the next append takes its offset', async () => {
  const before = failpoint('log.before-commit')
  const log = await sqliteEventLog({ folder: join(base, 'before'), failpoints: before.failpoints })
  await appendNumbers(log, topic, [0])
  before.next(() => Promise.reject(new Error('stopped')))
  expect(await appendNumbers(log, topic, [1]).catch((error: unknown) => error)).toMatchObject({
    code: 'log-unavailable',
    retry: true,
  })
  expect(await appendNumbers(log, topic, [2])).toEqual([1])
  expect(numbersOf(await readAll(log, { topic, partition: 0 }))).toEqual([0, 2])
  await log.close()
})

test('what fails after the commit is in the log although nobody was told, and followers get it', async () => {
  const after = failpoint('log.after-commit')
  const folder = join(base, 'after')
  const log = await sqliteEventLog({ folder, failpoints: after.failpoints })
  const follower = collect(log, { topic, partition: 0 })
  await appendNumbers(log, topic, [0])
  await follower.until((seen) => seen.length === 1)
  after.next(() => Promise.reject(new Error('stopped')))
  expect(await appendNumbers(log, topic, [1]).catch((error: unknown) => error)).toMatchObject({
    code: 'log-unavailable',
    retry: true,
  })
  expect(await appendNumbers(log, topic, [2])).toEqual([2])
  await follower.until((seen) => seen.length === 3)
  expect(follower.seen).toEqual([0, 1, 2])
  await log.close()
  const again = await sqliteEventLog({ folder })
  expect(numbersOf(await readAll(again, { topic, partition: 0 }))).toEqual([0, 1, 2])
  await again.close()
})

test('a follower that memory left behind goes on from disk without a gap', async () => {
  const log = await sqliteEventLog({ folder: join(base, 'slow'), segmentBytes: 4_000_000 })
  const gate = Promise.withResolvers<void>()
  const seen: number[] = []
  const follower = log.follow({
    topic,
    partition: 0,
    onBatch: async ({ records }) => {
      await gate.promise
      seen.push(...records.map((record) => record.offset))
    },
  })
  // More than memory keeps of a partition.
  const value = new Uint8Array(100_000)
  for (let i = 0; i < 200; i++) await log.append(topic, [{ key: 'k', value, partition: 0 }])
  gate.resolve()
  const done = collect(log, { topic, partition: 0, from: 'end' })
  await appendNumbers(log, topic, [7])
  await done.until((numbers) => numbers.length === 1)
  while (seen.length < 201) await new Promise((resolve) => setImmediate(resolve))
  expect(seen).toEqual(Array.from({ length: 201 }, (_, i) => i))
  await follower.stop()
  await log.close()
})
