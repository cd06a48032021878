// The fold's own rules: the transition table, repeats, who counts, policy and targets.

import { expect, test } from 'vitest'
import type { MessageState } from '../domain/broadcast.ts'
import { foldJournal, forgetEnded, newAlarmFacts } from './alarm-facts.ts'
import { beijingDay } from './beijing.ts'
import { ebdId, ebmId } from './ebm-id.ts'
import { Dispatcher, settle } from './model-dispatcher.ts'
import { find, platform, site, villageA, villageB, World } from './model-world.ts'
import { platformsOf, policyFor, targetsOf } from './policy.ts'
import { closedStates, messageTransitions } from './transitions.ts'
import { messageView } from './view.ts'

test('every state of the table can be reached, and nothing leaves what is final', () => {
  const reached = new Set<MessageState>(['awaiting-approval', 'approved', ...Object.values(closedStates)])
  for (const row of Object.values(messageTransitions)) for (const next of Object.values(row)) reached.add(next)
  expect([...reached].toSorted()).toEqual(Object.keys(messageTransitions).toSorted())
  for (const state of ['rejected', 'expired', 'superseded'] as const) expect(messageTransitions[state]).toEqual({})
})

test('I3: the same command twice is one act', () => {
  const world = new World([])
  world.mark()
  const dispatcher = new Dispatcher(world)
  world.raise('s1/sensor:g1/r/1', 'red')
  settle(world, dispatcher)
  const message = find(world.book(), 's1/sensor:g1/r/1', 'warning')
  if (!message) throw new Error('no warning')
  world.act('approve', message)
  const record = world.log.at(-1)
  if (record) world.log.push(record)
  const view = find(world.book(), 's1/sensor:g1/r/1', 'warning')
  expect(view && messageView(view)).toMatchObject({ state: 'approved', decidedBy: 'u-approver', attempts: 0 })
  expect(view?.log.map(({ what }) => what)).toEqual(['intent', 'approve'])
})

test('the Beijing day turns at 16:00 UTC', () => {
  expect(beijingDay(Date.UTC(2026, 5, 13, 15, 59, 59, 999))).toBe('20260613')
  expect(beijingDay(Date.UTC(2026, 5, 13, 16))).toBe('20260614')
})

test('ids: 35 and 41 digits, 0000 never, none past 9999', () => {
  expect(ebmId(platform.sourceEbrId, '20260614', 1)).toBe('39999000000000103010101202606140001')
  expect(ebmId(platform.sourceEbrId, '20260614', 9999)).toMatch(/9999$/)
  expect(ebmId(platform.sourceEbrId, '20260614', 0)).toBeNull()
  expect(ebmId(platform.sourceEbrId, '20260614', 10_000)).toBeNull()
  expect(ebdId(platform.sourceEbrId, 7)).toBe('10399990000000001030101010000000000000007')
})

test('policy: the first match wins; none: approval; no colour: none', () => {
  const s1 = site('s1', [])
  const policy = [
    { site: 's1', severities: ['red'], warning: 'automatic', allClear: 'automatic' },
    { hazard: 'hazchem', severities: ['red', 'blue'], warning: 'none', allClear: 'approval' },
  ] as const
  expect(policyFor(policy, s1, 'red').warning).toBe('automatic')
  expect(policyFor(policy, s1, 'blue').warning).toBe('none')
  expect(policyFor(policy, site('s2', []), 'red').warning).toBe('none')
  expect(policyFor(policy, s1, 'yellow')).toEqual({ warning: 'approval', allClear: 'approval' })
  expect(policyFor(policy, s1, null).warning).toBe('none')
})

test('targets: the villages whose loudspeakers the platform drives, nearest first', () => {
  const s1 = site('s1', [
    [villageB, '石桥村'],
    [villageA, '杨家湾村'],
    ['888801101201', '外县村'],
  ])
  expect(targetsOf(platform, s1).map(({ name }) => name)).toEqual(['石桥村', '杨家湾村'])
  expect(platformsOf([platform, { ...platform, id: 'other', areas: ['7'] }], s1)).toEqual([platform])
})

test('alarms that ended long ago and were never broadcast are forgotten', () => {
  const world = new World([])
  world.raise('s1/sensor:g1/r/1', 'red')
  world.raise('s1/sensor:g1/r/2', 'red')
  world.clear('s1/sensor:g1/r/1')
  world.clear('s1/sensor:g1/r/2')
  const facts = newAlarmFacts()
  for (const record of world.journal) foldJournal(facts, 0, record)
  forgetEnded(facts, world.now + 1, (alarm) => alarm.endsWith('2'))
  expect([...facts.alarms.keys()]).toEqual(['s1/sensor:g1/r/2'])
})
