/** What a sensor's memory knows: repeats exactly, and up to which event time it cannot say (I1, I2). */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MEMORY } from './limits.ts'
import { newMemory, recall, remember, type Sample } from './memory.ts'

const sample: fc.Arbitrary<Sample> = fc.record({
  t: fc.nat({ max: 80 }),
  value: fc.constantFrom(0, 1, 2),
  code: fc.constantFrom(0, 2),
})

/** The newest readings by event time, in a plain list. */
class PlainMemory {
  kept: Sample[] = []
  floor = -Infinity

  remember(one: Sample): void {
    this.kept = [...this.kept, one].toSorted((a, b) => a.t - b.t)
    if (this.kept.length <= MEMORY) return
    const [oldest, ...rest] = this.kept
    this.floor = Math.max(this.floor, oldest?.t ?? 0)
    this.kept = rest
  }

  recall({ t, value, code }: Sample): 'repeat' | 'forgotten' | 'new' {
    if (this.kept.some((k) => k.t === t && k.value === value && k.code === code)) return 'repeat'
    return t <= this.floor ? 'forgotten' : 'new'
  }
}

test('I1, I2: whatever the order in which readings come, the newest by event time are remembered', () => {
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 200 }), sample, (samples, asked) => {
      const memory = newMemory()
      const plain = new PlainMemory()
      for (const one of samples) {
        expect(recall(memory, one)).toBe(plain.recall(one))
        if (plain.recall(one) !== 'new') continue
        remember(memory, one)
        plain.remember(one)
      }
      expect(recall(memory, asked)).toBe(plain.recall(asked))
    }),
  )
})

test('I2: a backlog that is older than the newest reading does not push it out', () => {
  const memory = newMemory()
  const newest = { t: 10_000, value: 1, code: 0 }
  remember(memory, newest)
  for (let t = 0; t < 3 * MEMORY; t++) remember(memory, { t, value: 1, code: 0 })
  expect(recall(memory, newest)).toBe('repeat')
  expect(recall(memory, { t: 0, value: 1, code: 0 })).toBe('forgotten')
  expect(recall(memory, { t: 5_000, value: 1, code: 0 })).toBe('new')
})
