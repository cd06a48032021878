import { expect, test } from 'vitest'
import { smallSites } from '../testing/small-registry.ts'
import { modelOf } from './model.ts'
import { day, hour, minute } from './weather.ts'

/**
 * hazards.md §1.1, §2.1, §3.2, "simulator normal", in numbers: the range of the values, that of their mean over 60 days,
 * and the largest change per hour between samples ten minutes apart (from §4's trend criteria where there is one, which
 * a normal series must stay below).
 */
const expected: Record<string, { range: [number, number]; mean: [number, number]; perHour: number }> = {
  // Toxic 0–10 % of the limit (AL 1 mg/m³), combustible 0–3 %LEL.
  'north.GT-101': { range: [0, 0.1], mean: [0.01, 0.05], perHour: 0.3 },
  'north.GT-201': { range: [0, 3], mean: [0.3, 1.5], perHour: 9 },
  'north.OX-1': { range: [20.7, 21], mean: [20.8, 20.9], perHour: 1 },
  // 20–80 %; a tank cannot fill in an hour.
  'north.LT-1': { range: [19.9, 80.1], mean: [35, 65], perHour: 25 },
  // Ambient with night and day, 5–40; runaway is 1 ℃/min.
  'north.TT-1': { range: [5, 40], mean: [8, 32], perHour: 3 },
  // −0.3…+1.5 kPa; liquid chlorine at 25 ℃ about 0.68 MPa.
  'north.PT-1': { range: [-0.3, 1.5], mean: [0.3, 0.9], perHour: 1 },
  'north.PT-2': { range: [578, 714], mean: [620, 680], perHour: 60 },
  'north.XV-1': { range: [1, 1], mean: [1, 1], perHour: 0 },
  // 0.00–0.30 %; 0.3 % in 5 min is a rise, so is 80 % of 1.0.
  'mine.MM-1': { range: [0, 0.3], mean: [0.03, 0.22], perHour: 1 },
  'mine.MM-2': { range: [0, 0.3], mean: [0.03, 0.22], perHour: 1 },
  'mine.CO-1': { range: [0, 2], mean: [0.3, 1.4], perHour: 6 },
  // 17.8–27.4; at a face below 26.
  'mine.TM-1': { range: [17.8, 25.4], mean: [18.5, 24], perHour: 6 },
  'mine.TM-2': { range: [17.8, 27.4], mean: [19, 26], perHour: 6 },
  'mine.WS-1': { range: [0.5, 4], mean: [1, 3.2], perHour: 5 },
  'mine.O2-1': { range: [20.5, 20.9], mean: [20.6, 20.85], perHour: 1 },
  'mine.CD-1': { range: [0.05, 0.3], mean: [0.07, 0.25], perHour: 0.5 },
  'mine.NP-1': { range: [1, 3], mean: [1.4, 2.6], perHour: 2 },
  'mine.DU-1': { range: [0, 0.7], mean: [0.1, 0.5], perHour: 2 },
  'mine.FN-1': { range: [1, 1], mean: [1, 1], perHour: 0 },
  'mine.FD-1': { range: [1, 1], mean: [1, 1], perHour: 0 },
  'mine.DR-1': { range: [0, 0], mean: [0, 0], perHour: 0 },
  // Creep since January and noise of σ 2 (bounded at ±4.4): the rates are in a test of their own.
  'pond.GN-1': { range: [-5, 45], mean: [-3, 40], perHour: 0.4 },
  'pond.IN-1': { range: [-1, 20], mean: [-1, 20], perHour: 0.1 },
  // 1.3–2 × the minimum of 6 m; days, not hours.
  'pond.PZ-1': { range: [7.8, 12], mean: [8.5, 12], perHour: 0.2 },
  // 2 to 5 m below 414; 0.1 m/h is an alarm.
  'pond.WL-1': { range: [408.9, 412.1], mean: [409.5, 411.7], perHour: 0.1 },
  // 1.5–3 × 70 m and 0.7 m.
  'pond.BL-1': { range: [105, 210], mean: [110, 200], perHour: 10 },
  'pond.FB-1': { range: [1.05, 2.1], mean: [1.1, 2], perHour: 0.1 },
  // 0 mostly; far below 35 mm in an hour.
  'pond.RF-1': { range: [0, 10], mean: [0, 0.6], perHour: 20 },
  'pond.SF-1': { range: [1, 20], mean: [2, 15], perHour: 2 },
  'pond.TU-1': { range: [0, 20], mean: [1, 14], perHour: 4 },
}

const start = Date.UTC(2026, 5, 1)
const step = 10 * minute
const length = 60 * day

function series(id: string, seed: number): Float64Array {
  for (const site of smallSites) {
    const sensor = site.sensors.find((own) => own.id === id)
    if (!sensor) continue
    const model = modelOf({ site, sensor, seed })
    return Float64Array.from({ length: length / step }, (_, index) => model(start + index * step))
  }
  throw new RangeError(id)
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** The largest change over `steps` samples, per `per` ms. */
function steepest(values: Float64Array, steps: number, per: number): number {
  return values.reduce((most, value, index) => {
    const before = values[index - steps]
    return before === undefined ? most : Math.max(most, (Math.abs(value - before) * per) / (steps * step))
  }, 0)
}

const ids = smallSites.flatMap(({ sensors }) => sensors.map(({ id }) => id))

test('every quantity of the small registry has its expectation', () => {
  expect(Object.keys(expected).toSorted()).toEqual(ids.filter((id) => !/GT-10[23]/.test(id)).toSorted())
})

test.each(Object.entries(expected))('%s keeps to its range, mean and rate', (id, { range, mean: around, perHour }) => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const values = series(id, seed)
    expect(Math.min(...values), `minimum, seed ${seed}`).toBeGreaterThanOrEqual(range[0])
    expect(Math.max(...values), `maximum, seed ${seed}`).toBeLessThanOrEqual(range[1])
    expect(mean(values), `mean, seed ${seed}`).toBeGreaterThanOrEqual(around[0])
    expect(mean(values), `mean, seed ${seed}`).toBeLessThanOrEqual(around[1])
    expect(steepest(values, 1, hour), `change per hour, seed ${seed}`).toBeLessThanOrEqual(perHour)
  }
})

test('displacement: creep of 0.01 to 0.1 mm/d under noise of σ 2 mm, and no window of an hour or more gives 2 mm/d', () => {
  const sigmas: number[] = []
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const values = series('pond.GN-1', seed)
    const creep = 0.055 * (step / day)
    const rest = values.map((value, index) => value - creep * index)
    const centre = mean(rest)
    sigmas.push(Math.sqrt(mean(rest.map((value) => (value - centre) ** 2))))
    for (const steps of [6, 36, 72, 144, 7 * 144]) expect(steepest(values, steps, day)).toBeLessThan(2)
  }
  const sigma = sigmas.reduce((sum, own) => sum + own, 0) / sigmas.length
  expect(sigma).toBeGreaterThan(1.2)
  expect(sigma).toBeLessThan(2.8)
  // Over four years the noise averages out and the creep remains.
  const site = smallSites.find(({ id }) => id === 'pond')
  const sensor = site?.sensors.find(({ id }) => id === 'pond.GN-1')
  expect(site && sensor).toBeDefined()
  if (!site || !sensor) return
  const model = modelOf({ site, sensor, seed: 1 })
  const yearly = (model(start + 1461 * day) - model(start)) / 1461
  expect(yearly).toBeGreaterThan(0.004)
  expect(yearly).toBeLessThan(0.106)
})

test('temperature has its night and day, rain its dry days, and the phreatic line follows rain by days', () => {
  const temperature = series('north.TT-1', 1)
  const at = (hourOfBeijing: number): number =>
    mean(temperature.filter((_, index) => index % 144 === ((hourOfBeijing - 8 + 24) % 24) * 6))
  expect(at(16) - at(4)).toBeGreaterThan(1)

  let wettest = { lag: 0, depth: 0 }
  for (const seed of [1, 2, 3, 4, 5]) {
    const rain = series('pond.RF-1', seed)
    expect(rain.filter((value) => value === 0).length / rain.length).toBeGreaterThan(0.8)
    const phreatic = series('pond.PZ-1', seed)
    const heaviest = rain.indexOf(Math.max(...rain.slice(0, rain.length / 2)))
    const after = phreatic.slice(heaviest, heaviest + 4 * 144)
    wettest = { lag: wettest.lag + after.indexOf(Math.min(...after)), depth: wettest.depth + 1 }
  }
  // On average more than half a day from the heaviest shower to the shallowest line.
  expect(wettest.lag / wettest.depth).toBeGreaterThan(72)
})

test('a series is a function of seed, sensor and time', () => {
  for (const id of ids) expect(series(id, 7)).toEqual(series(id, 7))
  expect(series('mine.MM-1', 1)).not.toEqual(series('mine.MM-1', 2))
  expect(series('mine.MM-1', 1)).not.toEqual(series('mine.MM-2', 1))
})
