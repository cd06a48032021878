// Decides the axes: round numbers upward, round Beijing times sideways.

/** Round steps that hold `low` and `high` in about `wanted` intervals. */
export function niceScale(low: number, high: number, wanted: number): { min: number; max: number; step: number } {
  const range = high > low ? high - low : Math.abs(high) || 1
  const rough = range / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= rough - power * 1e-9) ?? 10 * power
  const round = (n: number): number => Number((n * step).toPrecision(12))
  return { min: round(Math.floor(low / step + 1e-9)), max: round(Math.ceil(high / step - 1e-9)), step }
}

const minute = 60_000
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880].map((n) => n * minute)
const beijing = 8 * 60 * minute

/** UTC ms of the ticks between `from` and `to`, at most `most` of them, round in Beijing time. */
export function timeTicks(from: number, to: number, most: number): number[] {
  const step = steps.find((n) => (to - from) / n <= most) ?? 2880 * minute
  const ticks: number[] = []
  for (let at = Math.ceil((from + beijing) / step) * step - beijing; at <= to; at += step) ticks.push(at)
  return ticks
}

/** Moves labels apart that would lie on each other, keeping their order and the frame. */
export function spread(wanted: readonly number[], height: number, frame: readonly [number, number]): number[] {
  const order = wanted.map((y, index) => ({ y, index })).toSorted((a, b) => a.y - b.y)
  let floor = frame[0] + height / 2
  for (const label of order) {
    label.y = Math.max(label.y, floor)
    floor = label.y + height
  }
  let ceiling = frame[1] - height / 2
  for (const label of order.toReversed()) {
    label.y = Math.min(label.y, ceiling)
    ceiling = label.y - height
  }
  const placed = [...wanted]
  for (const { y, index } of order) placed[index] = y
  return placed
}
