/** The contract of the event-log port, sentence by sentence; an adapter's test is one call of it. */

import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  partitionOf,
  type EventLog,
  type LogAppend,
  type LogBatch,
  type LogRecord,
} from '@tocsin/core/ports/event-log.ts'
import { appendNumbers, bytesOf, collect, numbersOf, readAll, textOf } from './event-log-tools.ts'

export interface EventLogContractOptions {
  /** Names the log: the same name opens the same log again, another name an empty one. */
  readonly log: string
  readonly partitions: number
  /** The pause before a batch comes again. */
  readonly redeliveryMs: number
}

const topic = 'site-log'

export function eventLogContract(name: string, openLog: (options: EventLogContractOptions) => Promise<EventLog>): void {
  let count = 0
  /** A log of the test's own, closed when it ends; `reopen` closes and opens it again. */
  async function fresh(): Promise<{ log: EventLog; reopen: () => Promise<EventLog> }> {
    const options = { log: `contract-${process.pid}-${Date.now()}-${count++}`, partitions: 2, redeliveryMs: 20 }
    let log = await openLog(options)
    onTestFinished(() => log.close())
    const reopen = async (): Promise<EventLog> => {
      await log.close()
      log = await openLog(options)
      return log
    }
    return { log, reopen }
  }

  describe(`event log contract: ${name}`, () => {
    test('offsets start at 0 and grow by one a record within a partition', async () => {
      const { log } = await fresh()
      expect(await log.bounds(topic, 0)).toEqual({ begin: 0, end: 0 })
      expect(await appendNumbers(log, topic, [1, 2])).toEqual([0, 1])
      expect(await appendNumbers(log, topic, [3])).toEqual([2])
      expect(await log.bounds(topic, 0)).toEqual({ begin: 0, end: 3 })
      expect(await log.bounds(topic, 1)).toEqual({ begin: 0, end: 0 })
      expect(await log.append(topic, [])).toEqual([])
    })

    test("a record goes to its key's partition, or to the stated one", async () => {
      const { log } = await fresh()
      const keys = ['CX-01', 'QLC-1', 'MT-3', 'site-9', 'tocsin']
      const positions = await log.append(
        topic,
        keys.map((key) => ({ key, value: bytesOf(key) })),
      )
      expect(positions.map((at) => at.partition)).toEqual(keys.map((key) => partitionOf(key, log.partitions)))
      const [stated] = await log.append(
        topic,
        [0, 1].map((partition) => ({ key: 'tick', value: bytesOf('t'), partition })),
      )
      expect(stated?.partition).toBe(0)
      const one = await readAll(log, { topic, partition: 1 })
      expect(one.at(-1)?.key).toBe('tick')
      for (const record of one.slice(0, -1)) expect(partitionOf(record.key, 2)).toBe(1)
    })

    test('records of one call, and of calls made without awaiting, keep their order', async () => {
      const { log } = await fresh()
      const calls = Array.from({ length: 200 }, (_, i) => appendNumbers(log, topic, [3 * i, 3 * i + 1, 3 * i + 2]))
      const offsets = (await Promise.all(calls)).flat()
      expect(offsets).toEqual(Array.from({ length: 600 }, (_, i) => i))
      expect(numbersOf(await readAll(log, { topic, partition: 0 }))).toEqual(offsets)
    })

    test('many callers at once: each finds its own record where it was told', async () => {
      const { log } = await fresh()
      const write = async (i: number): Promise<void> => {
        const [at] = await log.append(topic, [{ key: `key-${i}`, value: bytesOf(String(i)) }])
        if (at === undefined) throw new Error('no position')
        const { records } = await log.read(topic, at.partition, at.offset, 1)
        expect(records.map((record) => [record.offset, record.key, textOf(record)])).toEqual([
          [at.offset, `key-${i}`, String(i)],
        ])
      }
      await Promise.all(Array.from({ length: 100 }, (_, i) => write(i)))
      const ends = await Promise.all([0, 1].map(async (p) => (await log.bounds(topic, p)).end))
      expect(ends.reduce((a, b) => a + b)).toBe(100)
    })

    test('keys and values come back byte for byte', async () => {
      const { log } = await fresh()
      const large = new Uint8Array(700_000).map((_, i) => i * 31)
      const values = [new Uint8Array(0), Uint8Array.of(0, 255, 1), large, bytesOf('末')]
      const keys = ['', 'a/b', '邵屏市', 'k'.repeat(300)]
      await log.append(
        topic,
        values.map((value, i) => ({ key: keys[i] ?? '', value, partition: 0 })),
      )
      const records = await readAll(log, { topic, partition: 0 })
      expect(records.map((record) => record.key)).toEqual(keys)
      for (const [i, record] of records.entries()) expect(Buffer.compare(record.value, values[i] ?? large)).toBe(0)
    })

    test('read gives at most max from the offset on, and nothing at the end', async () => {
      const { log } = await fresh()
      await appendNumbers(log, topic, range(0, 10))
      const batch = await log.read(topic, 0, 4, 3)
      expect(numbersOf(batch.records)).toEqual([4, 5, 6])
      expect(batch).toMatchObject({ partition: 0, next: 7, end: 10 })
      expect(await log.read(topic, 0, 10)).toEqual({ partition: 0, records: [], next: 10, end: 10 })
      expect(await log.read('broadcast-log', 0, 0)).toMatchObject({ records: [], end: 0 })
    })

    test('topics know nothing of each other', async () => {
      const { log } = await fresh()
      await Promise.all([appendNumbers(log, topic, [1, 2, 3]), appendNumbers(log, 'alarm-events', [7])])
      expect(numbersOf(await readAll(log, { topic, partition: 0 }))).toEqual([1, 2, 3])
      expect(numbersOf(await readAll(log, { topic: 'alarm-events', partition: 0 }))).toEqual([7])
    })

    test('what was appended is there after reopening, and offsets go on', async () => {
      const { log, reopen } = await fresh()
      await appendNumbers(log, topic, range(0, 50))
      const again = await reopen()
      expect(numbersOf(await readAll(again, { topic, partition: 0 }))).toEqual(range(0, 50))
      expect(await appendNumbers(again, topic, [50])).toEqual([50])
      expect(
        await log.append(topic, [{ key: 'a', value: bytesOf('') }]).catch((error: unknown) => error),
      ).toMatchObject({
        code: 'log-unavailable',
      })
    })

    test('a follower gets all in order, one batch at a time, old and new', async () => {
      const { log } = await fresh()
      await appendNumbers(log, topic, range(0, 25))
      let inHandler = 0
      const batches: LogBatch[] = []
      const seen: number[] = []
      const follower = log.follow({
        topic,
        partition: 0,
        maxRecords: 10,
        onBatch: async (batch) => {
          expect(++inHandler).toBe(1)
          await new Promise((resolve) => setImmediate(resolve))
          batches.push(batch)
          seen.push(...numbersOf(batch.records))
          inHandler--
        },
      })
      for (const n of range(25, 60)) await appendNumbers(log, topic, [n])
      await vi.waitFor(() => expect(seen.length).toBe(60))
      await follower.stop()
      expect(seen).toEqual(range(0, 60))
      for (const batch of batches) {
        expect(batch.records.length).toBeLessThanOrEqual(10)
        expect(batch.next).toBe((batch.records.at(-1)?.offset ?? 0) + 1)
        expect(batch.end).toBeGreaterThanOrEqual(batch.next)
      }
    })

    test('a follower starts at begin, at the end, or at an offset', async () => {
      const { log } = await fresh()
      await appendNumbers(log, topic, range(0, 5))
      const all = collect(log, { topic, partition: 0 })
      const two = collect(log, { topic, partition: 0, from: 3 })
      const late = collect(log, { topic, partition: 0, from: 'end' })
      await appendNumbers(log, topic, [5])
      await all.until((seen) => seen.length === 6)
      await two.until((seen) => seen.length === 3)
      await late.until((seen) => seen.length === 1)
      expect([all.seen, two.seen, late.seen]).toEqual([range(0, 6), [3, 4, 5], [5]])
      await Promise.all([all.stop(), two.stop(), late.stop()])
    })

    test('when the handler rejects, the same records come again, and nothing else before them', async () => {
      const { log } = await fresh()
      await appendNumbers(log, topic, range(0, 3))
      const tries: number[][] = []
      let failing = true
      const follower = log.follow({
        topic,
        partition: 0,
        reader: 'fails',
        onBatch: (batch) => {
          tries.push(numbersOf(batch.records))
          if (failing) throw new Error('not yet')
        },
      })
      await vi.waitFor(() => expect(tries.length).toBeGreaterThan(1))
      expect(await log.saved('fails', topic, 0)).toBe(null)
      await appendNumbers(log, topic, [3])
      const failed = tries.length
      failing = false
      await vi.waitFor(() => expect(tries.flat().at(-1)).toBe(3))
      await follower.stop()
      for (const again of tries.slice(0, failed + 1)) expect(again).toEqual(tries[0])
      expect(tries.slice(failed).flat()).toEqual(range(0, 4))
      expect(await log.saved('fails', topic, 0)).toBe(4)
    })

    test('a stopped follower that never succeeded leaves its offset where it was', async () => {
      const { log } = await fresh()
      await appendNumbers(log, topic, [1])
      let tries = 0
      const follower = log.follow({
        topic,
        partition: 0,
        reader: 'never',
        onBatch: () => {
          tries++
          return Promise.reject(new Error('never'))
        },
      })
      await vi.waitFor(() => expect(tries).toBeGreaterThan(1))
      await follower.stop()
      expect(await log.saved('never', topic, 0)).toBe(null)
    })

    test('a reader goes on where it stopped, after reopening too; readers know nothing of each other', async () => {
      const { log, reopen } = await fresh()
      await appendNumbers(log, topic, range(0, 4))
      const first = collect(log, { topic, partition: 0, reader: 'one' })
      await first.until((seen) => seen.length === 4)
      await first.stop()
      expect(await log.saved('one', topic, 0)).toBe(4)
      expect(await log.saved('one', topic, 1)).toBe(null)
      expect(await log.saved('two', topic, 0)).toBe(null)
      await appendNumbers(log, topic, [4, 5])
      const again = await reopen()
      const one = collect(again, { topic, partition: 0, reader: 'one', from: 'begin' })
      const two = collect(again, { topic, partition: 0, reader: 'two' })
      await one.until((seen) => seen.length === 2)
      await two.until((seen) => seen.length === 6)
      expect(one.seen).toEqual([4, 5])
      expect(two.seen).toEqual(range(0, 6))
      await Promise.all([one.stop(), two.stop()])
    })

    test('the offset is saved within about a second while the follower runs', async () => {
      const { log } = await fresh()
      await appendNumbers(log, topic, [1, 2])
      const running = collect(log, { topic, partition: 0, reader: 'running' })
      await vi.waitFor(async () => expect(await log.saved('running', topic, 0)).toBe(2), { timeout: 1500 })
      await running.stop()
    })

    test('stop waits for the handler in progress, and no batch comes afterwards', async () => {
      const { log } = await fresh()
      await appendNumbers(log, topic, [1])
      const entered = Promise.withResolvers<void>()
      const leave = Promise.withResolvers<void>()
      let done = 0
      const follower = log.follow({
        topic,
        partition: 0,
        reader: 'stopped',
        onBatch: async () => {
          entered.resolve()
          await leave.promise
          done++
        },
      })
      await entered.promise
      await appendNumbers(log, topic, [2])
      const stopped = follower.stop().then(() => done)
      leave.resolve()
      expect(await stopped).toBe(1)
      expect(await log.saved('stopped', topic, 0)).toBe(1)
      await appendNumbers(log, topic, [3])
      expect(done).toBe(1)
    })

    test('a follower far behind catches up while others append', async () => {
      const { log } = await fresh()
      const value = new Uint8Array(20_000)
      const record = (i: number): LogAppend => ({ key: String(i), value, partition: 0 })
      for (let i = 0; i < 300; i += 20) await log.append(topic, range(i, i + 20).map(record))
      const keys: string[] = []
      const follower = log.follow({
        topic,
        partition: 0,
        maxRecords: 7,
        onBatch: ({ records }: { records: readonly LogRecord[] }) => void keys.push(...records.map((r) => r.key)),
      })
      for (let i = 300; i < 600; i += 20) await log.append(topic, range(i, i + 20).map(record))
      await vi.waitFor(() => expect(keys.length).toBe(600), { timeout: 10_000 })
      await follower.stop()
      expect(keys).toEqual(range(0, 600).map(String))
    })

    test('compaction leaves the newest of a key and all without one, in order; offsets are not used again', async () => {
      const { log, reopen } = await fresh()
      const appended: { offset: number; mark: boolean }[] = []
      for (const i of range(0, 40)) {
        const records: LogAppend[] = [
          { key: 'event', value: bytesOf(`e${i}`), partition: 0 },
          { key: 'mark', value: bytesOf(`m${i}`), partition: 0, compaction: 'mark/claim-1' },
        ]
        const positions = await log.append('alarm-events', records)
        for (const [n, at] of positions.entries()) appended.push({ offset: at.offset, mark: n === 1 })
      }
      expect(appended.map((at) => at.offset)).toEqual(range(0, 80))
      const again = await reopen()
      const records = await readAll(again, { topic: 'alarm-events', partition: 0 })
      const offsets = records.map((record) => record.offset)
      expect(offsets).toEqual(offsets.toSorted((a, b) => a - b))
      expect(records.filter((record) => record.key === 'event').map(textOf)).toEqual(range(0, 40).map((i) => `e${i}`))
      expect(textOf(records.at(-1))).toBe('m39')
      expect(await appendNumbers(again, 'alarm-events', [1])).toEqual([80])
    })

    test('trim drops at most what lies below, says log-trimmed there, and keeps the rest', async () => {
      const { log, reopen } = await fresh()
      await appendNumbers(log, topic, range(0, 100))
      await log.trim(topic, 0, 60)
      const { begin, end } = await log.bounds(topic, 0)
      expect(begin).toBeLessThanOrEqual(60)
      expect(end).toBe(100)
      expect(numbersOf(await readAll(log, { topic, partition: 0, from: begin }))).toEqual(range(begin, 100))
      expect(await log.read(topic, 0, begin - 1).catch((error: unknown) => error)).toMatchObject({
        code: 'log-trimmed',
      })
      const again = await reopen()
      expect(await again.bounds(topic, 0)).toEqual({ begin, end })
      expect(await appendNumbers(again, topic, [100])).toEqual([100])
      await again.trim(topic, 0, 0)
      expect(await again.bounds(topic, 0)).toEqual({ begin, end: 101 })
    })

    test('close stops the followers', async () => {
      const { log } = await fresh()
      const follower = collect(log, { topic, partition: 0 })
      await appendNumbers(log, topic, [1])
      await follower.until((seen) => seen.length === 1)
      await log.close()
      await follower.stop()
      expect(follower.seen).toEqual([1])
    })
  })
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}
