/** Every scenario once more through the embedded mode: the same journal by its hash, undisturbed and restarted (P2, P3, X1). */

import { type Heads, headsHash } from '@tocsin/worker/journal-reader.ts'
import { expect, test } from 'vitest'
import { random, testSeed } from '../support/random.ts'
import { type Kept, playEmbedded, type Restart } from './embedded.ts'
import { scenarios } from './play.ts'

const seed = testSeed()
const kept: readonly Kept[] = ['all', 'some', 'none']

function headsOf(play: (typeof scenarios)[number]['play']): Heads {
  return new Map(play.events.map(({ site, n, hash }) => [site, { n, hash }]))
}

test.concurrent.each(scenarios)('$file, undisturbed', async ({ play }) => {
  const heads = await playEmbedded(play)
  expect(heads).toEqual(headsOf(play))
  expect(headsHash(heads)).toBe(headsHash(headsOf(play)))
})

test.concurrent.each(scenarios)(`$file, restarted three times (TOCSIN_SEED=${seed})`, async ({ file, play }) => {
  const next = random(seed + file.length)
  const restarts: Restart[] = Array.from({ length: 3 }, () => ({
    before: Math.floor(next() * play.records.length),
    kept: kept[Math.floor(next() * kept.length)] ?? 'all',
  })).toSorted((a, b) => a.before - b.before)
  const baseEveryMs = next() < 0.5 ? 20_000 : 86_400_000
  const heads = await playEmbedded(play, { restarts, baseEveryMs, chance: () => next() < 0.3 })
  expect(heads, JSON.stringify({ restarts, baseEveryMs })).toEqual(headsOf(play))
})
