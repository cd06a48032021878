/** The contract of the history port, sentence by sentence; an adapter's test is one call of it. */

import { describe, expect, onTestFinished, test } from 'vitest'
import type { Quality } from '@tocsin/core/domain/reading.ts'
import type { History, SampleBatch } from '@tocsin/core/ports/history.ts'

const site = 'CX-01'
const start = Date.UTC(2026, 0, 5)

/** `history` names the store: the same name opens the same one again, another name an empty one. */
export function historyContract(
  name: string,
  openHistory: (options: { readonly history: string }) => Promise<History>,
): void {
  let count = 0
  async function fresh(): Promise<{ history: History; reopen: () => Promise<History> }> {
    const options = { history: `contract-${process.pid}-${Date.now()}-${count++}` }
    let history = await openHistory(options)
    onTestFinished(() => history.close())
    const reopen = async (): Promise<History> => {
      await history.close()
      history = await openHistory(options)
      return history
    }
    return { history, reopen }
  }

  describe(`history contract: ${name}`, () => {
    test('what was written is queried at once, by site and sensor, oldest first', async () => {
      const { history } = await fresh()
      await history.write(
        0,
        [
          samples('a', [
            [0, 1],
            [1000, 2.5],
          ]),
          samples('b', [[0, 7]]),
          { ...samples('a', [[0, 9]]), site: 'QLC-1' },
        ],
        10,
      )
      expect(await raw(history, 'a')).toEqual([
        [0, 1],
        [1000, 2.5],
      ])
      expect(await raw(history, 'b')).toEqual([[0, 7]])
      expect(await raw(history, 'never-heard-of')).toEqual([])
      await history.write(0, [samples('a', [[2000, 3]])], 11)
      expect(await raw(history, 'a')).toEqual([
        [0, 1],
        [1000, 2.5],
        [2000, 3],
      ])
    })

    test('raw takes from inclusive, to exclusive, at most max, with the quality', async () => {
      const { history } = await fresh()
      await history.write(
        0,
        [
          samples(
            'a',
            [
              [0, 1],
              [1, 2],
              [2, 3],
              [3, 4],
            ],
            'calibration',
          ),
        ],
        1,
      )
      const query = { site, sensor: 'a', from: start + 1, to: start + 3 }
      expect(await history.raw(query, 10)).toEqual(
        [2, 3].map((value) => ({ t: start + value - 1, value, quality: 'calibration' })),
      )
      expect((await history.raw(query, 1)).map((sample) => sample.value)).toEqual([2])
    })

    test("saved is null, then after a flush the reader's next offset, by partition", async () => {
      const { history, reopen } = await fresh()
      expect(await history.saved(0)).toBe(null)
      await history.write(0, [samples('a', [[0, 1]])], 17)
      await history.write(1, [], 4)
      await history.flush()
      expect([await history.saved(0), await history.saved(1), await history.saved(2)]).toEqual([17, 4, null])
      await history.write(0, [samples('a', [[1, 2]])], 18)
      const again = await reopen()
      expect(await again.saved(0)).toBe(18)
      expect(await raw(again, 'a')).toEqual([
        [0, 1],
        [1, 2],
      ])
    })

    test('samples written again do not show twice, neither soon nor long after, in counts neither', async () => {
      const { history, reopen } = await fresh()
      const batch = samples(
        'a',
        range(3000).map((i) => [i * 1000, i % 50]),
      )
      await history.write(0, [batch, batch], 1)
      await history.flush()
      await history.write(0, [batch], 2)
      expect((await raw(history, 'a')).length).toBe(3000)
      const again = await reopen()
      await again.write(0, [samples('a', [[5000, 5]])], 3)
      expect((await raw(again, 'a')).length).toBe(3000)
      const buckets = await again.query({ site, sensor: 'a', from: start, to: start + 3_000_000 }, 10)
      expect(buckets.map((bucket) => bucket.count)).toEqual(Array.from({ length: 10 }, () => 300))
    })

    test('two values of one time are both kept, and so are two qualities of one value', async () => {
      const { history, reopen } = await fresh()
      await history.write(
        0,
        [
          samples('a', [
            [0, 1],
            [0, 2],
          ]),
        ],
        1,
      )
      await history.flush()
      await history.write(0, [samples('a', [[0, 3]]), samples('a', [[0, 1]], 'fault')], 2)
      expect((await raw(history, 'a')).length).toBe(4)
      const again = await reopen()
      expect((await raw(again, 'a')).map(([, value]) => value).sort((a, b) => a - b)).toEqual([1, 1, 2, 3])
    })

    test('late samples are kept, in their place', async () => {
      const { history, reopen } = await fresh()
      await history.write(
        0,
        [
          samples(
            'a',
            range(2000).map((i) => [100_000 + i * 10, i]),
          ),
        ],
        1,
      )
      await history.flush()
      await history.write(
        0,
        [
          samples('a', [
            [100_005, -1],
            [50, -2],
          ]),
        ],
        2,
      )
      const check = async (kept: History): Promise<void> => {
        const all = await raw(kept, 'a')
        expect(all.slice(0, 4)).toEqual([
          [50, -2],
          [100_000, 0],
          [100_005, -1],
          [100_010, 1],
        ])
        expect(all.length).toBe(2002)
      }
      await check(history)
      await check(await reopen())
    })

    test('query gives first, last, min, max and count of each span that has samples', async () => {
      const { history } = await fresh()
      await history.write(
        0,
        [
          samples('a', [
            [0, 5],
            [4, 1],
            [9, 3],
            [10, 8],
            [35, 2],
          ]),
        ],
        1,
      )
      const query = { site, sensor: 'a', from: start, to: start + 40 }
      expect(await history.query(query, 4)).toEqual([
        { from: start, to: start + 9, first: 5, last: 3, min: 1, max: 5, count: 3 },
        { from: start + 10, to: start + 10, first: 8, last: 8, min: 8, max: 8, count: 1 },
        { from: start + 35, to: start + 35, first: 2, last: 2, min: 2, max: 2, count: 1 },
      ])
      expect(await history.query({ ...query, from: start + 100, to: start + 200 }, 4)).toEqual([])
    })

    test('spans over much data agree with a plain count, whatever was flushed when', async () => {
      const { history } = await fresh()
      const points = range(20_000).map((i): [number, number] => [i * 997, ((i * 7919) % 1000) / 10])
      for (let i = 0; i < points.length; i += 1500) {
        await history.write(0, [samples('a', points.slice(i, i + 1500))], i + 1)
        if (i % 4500 === 0) await history.flush()
      }
      const [from, to, buckets] = [1_000_000, 18_000_000, 37]
      const width = (to - from) / buckets
      const expected = Map.groupBy(
        points.filter(([t]) => t >= from && t < to),
        ([t]) => Math.floor((t - from) / width),
      )
      const found = await history.query({ site, sensor: 'a', from: start + from, to: start + to }, buckets)
      expect(found.length).toBe(expected.size)
      for (const [i, [, group]] of [...expected].entries()) {
        const values = group.map(([, value]) => value)
        expect(found[i]).toEqual({
          from: start + (group[0]?.[0] ?? 0),
          to: start + (group.at(-1)?.[0] ?? 0),
          first: values[0],
          last: values.at(-1),
          min: Math.min(...values),
          max: Math.max(...values),
          count: values.length,
        })
      }
    })

    test('values come back exactly: whole, decimal, tiny, huge, negative', async () => {
      const { history, reopen } = await fresh()
      const values = [0, 1, -1, 0.1, 19.99, 1e-9, 1e21, -273.15, Math.PI, 4294967296.5, 2 ** 53]
      for (const [i, value] of values.entries()) await history.write(0, [samples(`one-${i}`, [[i, value]])], i)
      await history.write(
        0,
        [
          samples(
            'all',
            values.map((value, i) => [i * i * 1e6, value]),
          ),
        ],
        99,
      )
      const again = await reopen()
      for (const [i, value] of values.entries()) expect(await raw(again, `one-${i}`)).toEqual([[i, value]])
      expect(await raw(again, 'all')).toEqual(values.map((value, i) => [i * i * 1e6, value]))
    })

    test('prune keeps everything from its time on', async () => {
      const { history, reopen } = await fresh()
      await history.write(
        0,
        [
          samples(
            'a',
            range(5000).map((i) => [i * 1000, i]),
          ),
        ],
        1,
      )
      await history.flush()
      await history.prune(start + 4_500_000)
      const kept = (await raw(history, 'a')).map(([t]) => t)
      expect(kept.filter((t) => t >= 4_500_000).length).toBe(500)
      const again = await reopen()
      expect((await raw(again, 'a')).map(([t]) => t)).toEqual(kept)
      expect(await again.saved(0)).toBe(1)
    })
  })
}

function samples(
  sensor: string,
  points: readonly (readonly [t: number, value: number])[],
  quality: Quality = 'good',
): SampleBatch {
  return {
    site,
    sensors: points.map(() => sensor),
    times: points.map(([t]) => start + t),
    values: points.map(([, value]) => value),
    qualities: points.map(() => quality),
  }
}

/** Everything of a sensor as [ms since the start, value]. */
async function raw(history: History, sensor: string): Promise<[number, number][]> {
  const found = await history.raw({ site, sensor, from: start - 1e9, to: start + 1e12 }, 1e6)
  return found.map((sample) => [sample.t - start, sample.value])
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i)
}
