import { expect, test } from 'vitest'
import { createStage } from '@tocsin/simulators/fleet/stage.ts'
import { city, day, hour, minute, rules } from './city.ts'
import { judgeOf } from './judge.ts'

const starts = { winter: Date.UTC(2026, 0, 15), summer: Date.UTC(2026, 6, 20), today: Date.UTC(2026, 10, 24) }

/** Every verdict of the whole city, on-delays ignored: normal operation may not even touch a limit. */
function verdicts(seed: number, from: number, { length, step }: { length: number; step: number }): string[] {
  const stage = createStage(city.sites, seed)
  const found = new Set<string>()
  for (const site of city.sites) {
    for (const sensor of site.sensors) {
      const judge = judgeOf(rules, { site, sensor }, { impatient: true })
      for (let t = from; t < from + length; t += step) {
        const { value, quality } = stage.sample(sensor.id, t)
        if (quality !== 'good') found.add(`${sensor.id} ${quality}`)
        for (const { rule, severity } of judge(t, value)) found.add(`${sensor.id} ${rule} ${severity}`)
      }
    }
  }
  return [...found]
}

test.each(Object.entries(starts))(
  'two weeks of %s, read every ten minutes, touch no limit of the demo city',
  (_, from) => {
    for (const seed of [1, 2, 3]) expect(verdicts(seed, from, { length: 14 * day, step: 10 * minute })).toEqual([])
  },
)

test('two hours read every two seconds touch no limit: noise neither', () => {
  for (const seed of [1, 2]) expect(verdicts(seed, starts.today, { length: 2 * hour, step: 2000 })).toEqual([])
})
