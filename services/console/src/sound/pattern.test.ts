import { expect, test } from 'vitest'
import { muteFor, nextTone, quiet, type Unacknowledged } from './pattern.ts'

const none: Unacknowledged = { reds: new Set(), orange: false, newYellow: false }
const oneRed: Unacknowledged = { ...none, reds: new Set(['a']) }

test('red repeats until it is acknowledged', () => {
  const first = nextTone(quiet, oneRed, 0)
  expect(first.tone).toBe('red')
  expect(nextTone(first.state, oneRed, 1000).tone).toBeNull()
  expect(nextTone(first.state, oneRed, 2400).tone).toBe('red')
  expect(nextTone(first.state, none, 2400).tone).toBeNull()
})

test('muted for 60 s, but the next red sounds', () => {
  const { state } = nextTone(quiet, oneRed, 0)
  const muted = { ...state, mutedUntil: 1000 + muteFor }
  expect(nextTone(muted, oneRed, 30_000).tone).toBeNull()
  expect(nextTone(muted, oneRed, 61_000).tone).toBe('red')
  expect(nextTone(muted, { ...none, reds: new Set(['a', 'b']) }, 30_000).tone).toBe('red')
})

test('the worst only: no orange while a red sounds, no yellow while an orange does', () => {
  expect(nextTone(quiet, { ...oneRed, orange: true, newYellow: true }, 0).tone).toBe('red')
  const orange = nextTone(quiet, { ...none, orange: true, newYellow: true }, 0)
  expect(orange.tone).toBe('orange')
  expect(nextTone(orange.state, { ...none, orange: true, newYellow: true }, 1000).tone).toBeNull()
  expect(nextTone(orange.state, { ...none, orange: true }, 30_000).tone).toBe('orange')
})

test('yellow sounds once when it comes', () => {
  expect(nextTone(quiet, { ...none, newYellow: true }, 0).tone).toBe('yellow')
  expect(nextTone(quiet, none, 0).tone).toBeNull()
})
