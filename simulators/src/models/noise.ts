/** Decides what chance is in the simulators: functions of a key and a place, so that one seed gives one series for ever. */

/** A 32-bit key of the parts (FNV-1a), e.g. `keyOf(seed, sensor.id, 'noise')`. */
export function keyOf(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5
  for (const part of parts) {
    const text = `${part}\u0000`
    for (let index = 0; index < text.length; index += 1) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
    }
  }
  return hash >>> 0
}

/** Uniform in [0, 1) at an integer place (below 2^53) under a key. */
export function uniform(key: number, place: number): number {
  const high = Math.floor(place / 0x1_0000_0000)
  let hash = key ^ Math.imul(place | 0, 0x9e3779b1) ^ Math.imul(high | 0, 0x85ebca77)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  hash ^= hash >>> 16
  return (hash >>> 0) / 0x1_0000_0000
}

/** Uniform in [low, high) under a key. */
export function between(key: number, low: number, high: number): number {
  return low + (high - low) * uniform(key, 0)
}

/** White noise with σ 1, bounded at ±3: the sum of three uniforms, so no sample is beyond what the test writes down. */
export function white(key: number, place: number): number {
  const index = place * 3
  return 2 * (uniform(key, index) + uniform(key, index + 1) + uniform(key, index + 2) - 1.5)
}

/**
 * Smooth noise in [−1, 1]: random values at the integers, joined by smoothstep. Its σ is about 0.49 and its slope at
 * most 3 per unit of `x`, so a rate of change is bounded by the choice of the unit.
 */
export function wander(key: number, x: number): number {
  const left = Math.floor(x)
  const from = 2 * uniform(key, left) - 1
  const to = 2 * uniform(key, left + 1) - 1
  return from + (to - from) * smoothstep(x - left)
}

/** 0 below 0, 1 above 1, and a smooth step with slope at most 1.5 between. */
export function smoothstep(x: number): number {
  const clamped = Math.min(1, Math.max(0, x))
  return clamped * clamped * (3 - 2 * clamped)
}
