// Random interleavings of officers, alarms, time, two dispatchers, a bad network and a forgetful platform: what must
// hold whatever happens (B1–B5, P7), with the real fold and decide.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BroadcastRecord } from '../domain/broadcast.ts'
import { messageId } from '../domain/broadcast.ts'
import type { BroadcastPolicyRule } from '../domain/site.ts'
import { isFinal } from './areas.ts'
import { type Message, warns } from './book.ts'
import { Dispatcher, type Fate, settle } from './model-dispatcher.ts'
import { MINUTE, villageA, villageB, World } from './model-world.ts'

const alarms = ['s1/sensor:g1/r/1', 's2/sensor:g1/r/1'] as const

type Op =
  | { readonly op: 'step'; readonly who: 0 | 1; readonly fate: Fate; readonly blind: boolean; readonly times: number }
  | { readonly op: 'kill'; readonly who: 0 | 1 }
  | { readonly op: 'officer'; readonly act: 'approve' | 'reject' | 'stop'; readonly which: number }
  | { readonly op: 'alarm'; readonly alarm: 0 | 1; readonly act: 'escalate' | 'clear' | 'withdraw' }
  | { readonly op: 'play' | 'fail'; readonly area: string; readonly which: number }
  | { readonly op: 'pass'; readonly ms: number }
  | { readonly op: 'deliver' | 'forget' }

const who = fc.constantFrom<0 | 1>(0, 0, 1)
const step = fc.record({
  op: fc.constant('step' as const),
  who,
  fate: fc.oneof(
    { weight: 3, arbitrary: fc.constant<Fate>('fine') },
    { weight: 2, arbitrary: fc.constantFrom<Fate>('deaf', 'delayed', 'lost') },
  ),
  blind: fc.boolean(),
  times: fc.integer({ min: 1, max: 6 }),
})
const play = fc.record({
  op: fc.constantFrom('play' as const, 'play' as const, 'fail' as const),
  area: fc.constantFrom(villageA, villageB),
  which: fc.nat(3),
})
const officer = fc.record({
  op: fc.constant('officer' as const),
  act: fc.constantFrom('approve' as const, 'approve' as const, 'reject' as const, 'stop' as const),
  which: fc.nat(4),
})
const alarm = fc.record({
  op: fc.constant('alarm' as const),
  alarm: who,
  act: fc.constantFrom('escalate' as const, 'clear' as const, 'withdraw' as const),
})
const pass = fc.record({ op: fc.constant('pass' as const), ms: fc.constantFrom(1000, MINUTE, 9 * MINUTE, 20 * MINUTE) })
const kill = fc.record({ op: fc.constant('kill' as const), who })
const deliver = fc.record({ op: fc.constant('deliver' as const) })
const forget = fc.record({ op: fc.constant('forget' as const) })

const steps = (given: { who: 0 | 1; times: number; fate?: Fate; blind?: boolean }): Op => ({
  op: 'step',
  fate: 'fine',
  blind: false,
  ...given,
})
const wait: Op = { op: 'pass', ms: 1000 }

/** Beginnings that chance alone seldom finds: a claim between a decision and its record, a request that is late. */
const beginning: fc.Arbitrary<Op[]> = fc.oneof(
  fc.constant<Op[]>([]),
  fc.integer({ min: 1, max: 5 }).map((times) => [steps({ who: 0, times })]),
  fc
    .tuple(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 1, max: 3 }))
    .map(([lead, blind]): Op[] => [
      steps({ who: 0, times: lead }),
      steps({ who: 1, times: 1 }),
      steps({ who: 0, times: blind, blind: true }),
    ]),
  fc
    .tuple(fc.integer({ min: 4, max: 9 }), fc.constantFrom(villageA, villageB))
    .map(([watch, area]): Op[] => [
      steps({ who: 0, times: 5, fate: 'delayed' }),
      { op: 'officer', act: 'stop', which: 0 },
      ...Array.from({ length: watch }, () => [steps({ who: 0, times: 2 }), wait]).flat(),
      { op: 'deliver' },
      { op: 'play', area, which: 1 },
      { op: 'play', area, which: 0 },
      wait,
    ]),
)

function ops(withForget: boolean): fc.Arbitrary<Op[]> {
  const chance = fc.array(
    fc.oneof(
      { weight: 12, arbitrary: step },
      { weight: 6, arbitrary: play },
      { weight: 4, arbitrary: officer },
      { weight: 1, arbitrary: alarm },
      { weight: 3, arbitrary: pass },
      { weight: 1, arbitrary: kill },
      { weight: 2, arbitrary: deliver },
      { weight: withForget ? 1 : 0, arbitrary: forget },
    ),
    { minLength: 5, maxLength: 70 },
  )
  return fc.tuple(beginning, chance).map(([first, then]) => [...first, ...then])
}

const policies: Record<string, readonly BroadcastPolicyRule[]> = {
  automatic: [{ severities: ['red', 'orange'], warning: 'automatic', allClear: 'automatic' }],
  released: [{ severities: ['red', 'orange'], warning: 'automatic', allClear: 'approval' }],
  approval: [],
}

/** Mostly what an officer would do; sometimes what comes too late. */
function isActedOn(message: Message, act: 'approve' | 'reject' | 'stop'): boolean {
  if (act === 'stop') return message.stop === null
  return message.state === 'awaiting-approval' || message.closed !== null
}

function play1(world: World, op: Extract<Op, { op: 'play' | 'fail' }>): void {
  const ids = [...world.platform.held.keys()]
  const id = ids[op.which % Math.max(1, ids.length)]
  if (id !== undefined) world.platform[op.op](id, op.area)
}

/** Runs the operations, then lets everything come to rest under one dispatcher with officers who say yes. */
function run(policy: readonly BroadcastPolicyRule[], list: readonly Op[]): World {
  const world = new World(policy)
  world.mark()
  const dispatchers: [Dispatcher, Dispatcher] = [new Dispatcher(world), new Dispatcher(world)]
  world.raise(alarms[0], 'orange')
  for (const op of list) {
    switch (op.op) {
      case 'step':
        for (let i = 0; i < op.times; i++) dispatchers[op.who].step(op.fate, op.blind)
        break
      case 'kill':
        dispatchers[op.who] = new Dispatcher(world)
        break
      case 'officer': {
        const messages = [...world.book().messages.values()].filter((message) => isActedOn(message, op.act))
        const message = messages[op.which % Math.max(1, messages.length)]
        if (message) world.act(op.act, message)
        break
      }
      case 'alarm':
        if (op.alarm === 1 && op.act === 'escalate') world.raise(alarms[1], 'red')
        else if (op.act === 'escalate') world.escalate(alarms[op.alarm], 'red')
        else world[op.act](alarms[op.alarm])
        break
      case 'play':
      case 'fail':
        play1(world, op)
        break
      case 'pass':
        world.pass(op.ms)
        break
      case 'deliver':
        world.deliver(0)
        break
      case 'forget':
        world.platform.restart()
        break
    }
  }
  while (world.delayed.length > 0) world.deliver(0)
  for (const id of alarms) world.clear(id, 9)
  const last = new Dispatcher(world)
  for (let i = 0; i < 150; i++) {
    settle(world, last)
    for (const message of world.book().open.values()) {
      if (message.state === 'awaiting-approval') world.act('approve', message, `u-${i}`)
    }
    settle(world, last)
    world.pass(MINUTE)
  }
  settle(world, last)
  return world
}

/** A cancel cannot be stopped, nor an all-clear that went out. */
function stops({ message }: BroadcastRecord & { kind: 'stop' }, sent: boolean): boolean {
  return message.type === 'warning' || message.type === 'update' || (message.type === 'all-clear' && !sent)
}

/** Independent of the fold: nothing may be sent once the log has said no, or another dispatcher claimed. */
function forbidden(log: readonly BroadcastRecord[], offset: number): string | null {
  const sending = log[offset]
  if (sending?.kind !== 'sending') return 'no sending record'
  const id = messageId(sending.message)
  let claim = ''
  let sent = false
  for (const record of log.slice(0, offset)) {
    if (record.kind === 'claim') claim = record.claim
    else if ('claim' in record && record.claim !== claim) continue
    else if ((record.kind === 'expiry' || record.kind === 'close') && messageId(record.message) === id)
      return record.kind
    else if (record.kind === 'sending' && messageId(record.message) === id) sent = true
    else if (record.kind === 'stop' && messageId(record.message) === id && stops(record, sent)) return 'stop'
  }
  return claim === sending.claim ? null : 'a later claim'
}

/** B4, B5: before an all-clear each warning is at its end, or cancelled and asked about; no newer one is on its way. */
function tooEarly(world: World, offset: number): string | null {
  const sending = world.log[offset]
  if (sending?.kind !== 'sending') return 'no sending record'
  const id = messageId(sending.message)
  const intent = world.log.findIndex((record) => record.kind === 'intent' && messageId(record.message) === id)
  const lifts = world.book().messages.get(id)?.body.related ?? []
  const areas = new Set(
    world
      .book()
      .messages.get(id)
      ?.body.areas.map(({ area }) => area),
  )
  for (const warning of lifts) {
    const stage = stageOf(world, warning, offset)
    if (stage !== 'ended' && stage !== 'asked') return `${warning} is ${stage}`
  }
  for (const { offset: other, message } of world.sent) {
    if (message.type !== 'warning' && message.type !== 'update') continue
    const record = world.log[other]
    const isNewer = other > intent && other < offset && record?.kind === 'sending'
    if (!isNewer || lifts.includes(messageId(record.message))) continue
    if (message.body.areas.some(({ area }) => areas.has(area))) return `${message.ebmId} is on its way`
  }
  return null
}

/** How far a warning's end had come before the record: out, cancelled at the platform, asked about since, at its end. */
function stageOf(world: World, warning: string, offset: number): 'out' | 'cancelled' | 'asked' | 'ended' {
  let stage: 'out' | 'cancelled' | 'asked' | 'ended' = 'out'
  let cancel = ''
  let claim = ''
  for (const record of world.log.slice(0, offset)) {
    if (record.kind === 'claim') claim = record.claim
    if (!('claim' in record) || record.claim !== claim || !('message' in record)) continue
    const about = messageId(record.message)
    if (record.kind === 'intent' && record.message.type === 'cancel' && record.body.related.includes(warning))
      cancel = about
    const isAnswer = record.kind === 'outcome' || (record.kind === 'receipt' && record.known)
    if (about === cancel && isAnswer && stage !== 'ended') stage = 'cancelled'
    if (about !== warning) continue
    if (record.kind === 'close') stage = 'ended'
    if (record.kind === 'receipt' && isPastEnd(world, warning, record.platformAt)) stage = 'ended'
    if (record.kind === 'receipt' && stage === 'cancelled') stage = 'asked'
  }
  return stage
}

function isPastEnd(world: World, id: string, at: number | null): boolean {
  return at !== null && at >= (world.book().messages.get(id)?.body.end ?? Infinity)
}

function check(world: World): void {
  const book = world.book()
  for (const { offset, message } of world.sent) {
    expect(forbidden(world.log, offset), message.type).toBeNull()
    if (message.type === 'all-clear') expect(tooEarly(world, offset), message.ebmId).toBeNull()
  }
  if (!world.platform.forgot) {
    for (const list of world.platform.heard.values()) expect(new Set(list).size).toBe(list.length)
  }
  expect([...book.open.keys()]).toEqual([])
  expect(book.broken).toEqual([])
  for (const message of book.messages.values()) {
    expect(message.areas.size).toBe(message.body.areas.length)
    for (const receipt of message.areas.values()) {
      expect(isFinal(receipt), `${message.id} ${receipt.area} ${receipt.state}`).toBe(true)
      if (message.key.type === 'cancel' || receipt.state === 'maybe') continue
      const mark = message.key.type === 'all-clear' ? 'L' : 'W'
      const heard = (world.platform.heard.get(receipt.area) ?? []).includes(`${mark}${message.ebmId}`)
      expect(receipt.state === 'played', `${message.id} in ${receipt.area}: ${receipt.state}`).toBe(heard)
    }
  }
  checkLifted(world)
}

/** P7: who heard a warning hears an all-clear or a newer warning after it, unless an officer refused the all-clear. */
function checkLifted(world: World): void {
  const book = world.book()
  const refused = new Set(
    [...book.messages.values()].flatMap(({ key, closed, body }) =>
      key.type === 'all-clear' && (closed === 'rejected' || closed === 'refused' || closed === 'cancelled')
        ? body.related
        : [],
    ),
  )
  for (const message of book.messages.values()) {
    if (!warns(message) || refused.has(message.id)) continue
    if (world.journal.some((r) => r.kind === 'event' && r.event.content.kind === 'withdrawn')) continue
    for (const { area } of message.body.areas) {
      const heard = world.platform.heard.get(area) ?? []
      const last = heard.lastIndexOf(`W${message.ebmId}`)
      if (last < 0) continue
      expect(heard.slice(last + 1).length, `${message.id} in ${area}: ${heard.join(' ')}`).toBeGreaterThan(0)
    }
  }
}

for (const [name, policy] of Object.entries(policies)) {
  test(`whatever happens, policy ${name}`, () => {
    fc.assert(
      fc.property(ops(false), (list) => check(run(policy, list))),
      { numRuns: 40 },
    )
  }, 60_000)

  test(`whatever happens, policy ${name}, and the platform forgets`, () => {
    fc.assert(
      fc.property(ops(true), (list) => check(run(policy, list))),
      { numRuns: 40 },
    )
  }, 60_000)
}
