import { expect, test } from 'vitest'
import type { OfficerCommand } from '@tocsin/core/domain/feed.ts'
import { fail, ok, type Result } from '@tocsin/core/domain/result.ts'
import type { HttpFault } from '../api/http.ts'
import { sampleAlarm, sampleEvent } from '../testing/samples.ts'
import { makeCommands } from './commands.ts'

const alarm = sampleAlarm({ site: 'cx', sensor: 'GT-101' })
const acknowledge = { command: 'acknowledge', alarm: alarm.id, severity: 'red', revision: 1 } as const

function setUp(answer: Result<unknown, HttpFault> = ok({})) {
  const posted: OfficerCommand[] = []
  const timers: { at: number; run: () => void }[] = []
  const state = { now: 0, off: false, ids: 0 }
  const commands = makeCommands({
    post: (command) => {
      posted.push(command)
      return Promise.resolve(answer)
    },
    now: () => state.now,
    later: (ms, run) => timers.push({ at: state.now + ms, run }),
    mintId: () => `id-${(state.ids += 1)}`,
    isOff: () => state.off,
  })
  const advance = (ms: number): void => {
    state.now += ms
    for (const timer of timers.splice(0)) if (timer.at <= state.now) timer.run()
  }
  return { commands, posted, state, advance }
}

const echo = (id: string) => ({
  sites: null,
  messages: [],
  gap: false,
  events: [
    sampleEvent('cx', 2, { kind: 'acknowledged', alarm: alarm.id, severity: 'red', revision: 1, by: 'u', command: id }),
  ],
})

test('pending until the feed echoes it, then it can be taken back for 10 s', () => {
  const { commands, advance } = setUp()
  commands.send(acknowledge)
  expect(commands.of(alarm.id)?.outcome.state).toBe('pending')
  commands.take(echo('id-1'))
  expect(commands.of(alarm.id)?.outcome.state).toBe('done')
  expect(commands.undoable()?.alarm).toBe(alarm.id)
  advance(10_001)
  expect(commands.undoable()).toBeNull()
})

test('no echo in 3 s: not delivered; the retry is the same command with the same id', () => {
  const { commands, posted, advance } = setUp()
  commands.send(acknowledge)
  advance(3000)
  expect(commands.of(alarm.id)?.outcome.state).toBe('undelivered')
  commands.retry(alarm.id)
  expect(posted.map(({ id }) => id)).toEqual(['id-1', 'id-1'])
  commands.take(echo('id-1'))
  expect(commands.of(alarm.id)?.outcome.state).toBe('done')
})

test('a late echo still counts', () => {
  const { commands, advance } = setUp()
  commands.send(acknowledge)
  advance(3000)
  commands.take(echo('id-1'))
  expect(commands.of(alarm.id)?.outcome.state).toBe('done')
})

test('P6: refused because it got worse says what it is now', () => {
  const { commands } = setUp()
  commands.send({ ...acknowledge, severity: 'yellow' })
  const refused = sampleEvent('cx', 3, {
    kind: 'refused',
    alarm: alarm.id,
    by: 'u',
    command: 'id-1',
    reason: 'worsened',
    severity: 'red',
  })
  commands.take({ sites: null, messages: [], gap: false, events: [refused] })
  expect(commands.of(alarm.id)?.outcome).toEqual({ state: 'refused', reason: 'worsened', severity: 'red' })
})

test('what the server denies is said with its reason', async () => {
  const { commands } = setUp(fail({ why: 'no-right', status: 403, detail: '' }))
  commands.send(acknowledge)
  await Promise.resolve()
  await Promise.resolve()
  expect(commands.of(alarm.id)?.outcome).toEqual({ state: 'denied', why: 'no-right', detail: '' })
})

test('two presses are one command, and none goes out while commands are off', () => {
  const { commands, posted, state } = setUp()
  commands.send(acknowledge)
  commands.send(acknowledge)
  state.off = true
  commands.send({ ...acknowledge, alarm: 'cx/sensor:GT-102/gas/1' })
  expect(posted).toHaveLength(1)
})
