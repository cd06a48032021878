import { expect, test } from 'vitest'
import { feedClock } from './feed-clock.ts'

const t0 = Date.UTC(2026, 5, 13, 18, 16, 7)

function makeClock() {
  const time = { now: 5000 }
  return {
    time,
    clock: feedClock(
      () => time.now,
      () => 77,
    ),
  }
}

test('late after 3 s and lost after 10 s without the engine’s progress', () => {
  const { time, clock } = makeClock()
  expect(clock.freshness()).toBe('waiting')
  clock.heard(t0, t0 - 400)
  expect(clock.age()).toBe(400)
  clock.heard(t0 + 10, t0)
  expect(clock.age()).toBe(0)
  time.now += 3000
  expect(clock.freshness()).toBe('ok')
  time.now += 1
  expect(clock.freshness()).toBe('late')
  time.now += 7000
  expect(clock.freshness()).toBe('lost')
  expect(clock.asOf()).toBe(t0 + 10)
  clock.heard(t0 + 10_020, t0 + 9000)
  expect(clock.freshness()).toBe('ok')
})

test('F1: frames from a gateway whose engine stands still do not keep the light on', () => {
  const { time, clock } = makeClock()
  clock.heard(t0, t0)
  for (let second = 1; second <= 11; second += 1) {
    time.now += 1000
    clock.heard(t0 + second * 1000, t0)
  }
  expect(clock.freshness()).toBe('lost')
})

test('a first mark that is old already is old at once', () => {
  const { clock } = makeClock()
  clock.heard(t0, t0 - 3_600_000)
  expect(clock.freshness()).toBe('lost')
})

test('nothing heard at all is lost, too, after 10 s', () => {
  const { time, clock } = makeClock()
  expect(clock.serverNow()).toBe(77)
  time.now += 10_001
  expect(clock.freshness()).toBe('lost')
  expect(clock.asOf()).toBeNull()
})

test('the server’s clock runs on by the monotonic one', () => {
  const { time, clock } = makeClock()
  clock.heard(t0, t0)
  time.now += 103_000
  expect(clock.serverNow()).toBe(t0 + 103_000)
})
