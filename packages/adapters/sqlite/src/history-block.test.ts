import { expect, test } from 'vitest'
import { decodeBlock, encodeBlock } from './history-block.ts'
import { merge, type Samples } from './history-samples.ts'

const start = Date.UTC(2026, 0, 5)

function samples(
  times: readonly number[],
  values: readonly number[],
  marks: readonly number[] = times.map(() => 0),
): Samples {
  return { times: Float64Array.from(times), values: Float64Array.from(values), marks: Uint8Array.from(marks) }
}

/** A fixed sequence that looks like chance (mulberry32). */
function sequence(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

test('blocks give back exactly what was put in, whatever it was', () => {
  for (let seed = 1; seed <= 400; seed++) {
    const random = sequence(seed)
    const count = 1 + Math.floor(random() * 200)
    const step = 10 ** (random() * 11)
    const scale = 10 ** Math.floor(random() * 9)
    const size = 10 ** (random() * 12)
    let t = start
    const times = Array.from({ length: count }, () => (t += Math.floor(random() * step)))
    const values = times.map(() => Math.round((random() - 0.5) * size * scale) / scale)
    const marks = times.map(() => (random() < 0.9 ? 0 : Math.floor(random() * 6)))
    const block = samples(times, values, seed % 2 === 0 ? marks : times.map(() => seed % 6))
    expect(decodeBlock(encodeBlock(block)), `seed ${seed}`).toEqual(block)
  }
})

test('edge values', () => {
  const values = [
    0,
    -0,
    NaN,
    Infinity,
    -Infinity,
    Number.MAX_VALUE,
    Number.MIN_VALUE,
    2 ** 30,
    -(2 ** 30),
    2 ** 31,
    0.1 + 0.2,
  ]
  for (const value of values) {
    for (const others of [[], [1.5], [1e-6, 1073.741823]]) {
      const all = [...others, value, ...others]
      const block = samples(
        all.map((_, i) => start + i),
        all,
      )
      expect(decodeBlock(encodeBlock(block)), `${value} with ${others.join()}`).toEqual(block)
    }
  }
  expect(decodeBlock(encodeBlock(samples([], [])))).toEqual(samples([], []))
})

test('readings with two decimals at an even interval take three bytes or less', () => {
  const times = Array.from({ length: 1024 }, (_, i) => start + i * 1000)
  const bytes = encodeBlock(
    samples(
      times,
      times.map((_, i) => Math.round(2000 + 500 * Math.sin(i / 100)) / 100),
    ),
  )
  expect(bytes.length).toBeLessThan(3 * 1024)
})

test('a block of another version is refused', () => {
  const bytes = encodeBlock(samples([start], [1]))
  bytes[0] = 2
  expect(() => decodeBlock(bytes)).toThrow('version 2')
})

test('merging sorts by time, keeps ties in their order, and leaves repeats out', () => {
  const merged = merge([
    samples([3, 5, 5], [1, 7, 2]),
    samples([1, 5, 5, 5], [9, 2, 7, 3], [0, 0, 0, 1]),
    samples([3], [1]),
  ])
  expect([...merged.times]).toEqual([1, 3, 5, 5, 5])
  expect([...merged.values]).toEqual([9, 1, 7, 2, 3])
})
