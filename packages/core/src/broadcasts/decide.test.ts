// The broadcast rules B1–B8, each against the real fold and decide with a model platform.

import { describe, expect, test } from 'vitest'
import type { BroadcastRecord } from '../domain/broadcast.ts'
import { find, MINUTE, T0, toyHash, villageA, villageB } from './model-world.ts'
import { Dispatcher, settle } from './model-dispatcher.ts'
import { broadcastVerifier } from './verify.ts'
import { A, B, get, heard, run, start, warned } from './model-story.ts'

test('a red alarm with an automatic policy is sent once and ends with every area known (P7)', () => {
  const { world, dispatcher, id } = warned()
  expect(get(world, A, 'warning').state).toBe('accepted')
  run(world, dispatcher, 31)
  const { closed, areas } = get(world, A, 'warning')
  expect(closed).toBe('played')
  expect([areas.get(villageA)?.state, areas.get(villageB)?.state]).toEqual(['played', 'unreached'])
  expect(world.sent).toHaveLength(1)
  expect(heard(world, villageA)).toEqual([`W${id}`])
})

describe('B1', () => {
  test('B1: a stop that stands before the sending record keeps the message in', () => {
    const { world, dispatcher } = start([])
    world.raise(A, 'red')
    settle(world, dispatcher)
    world.act('approve', get(world, A, 'warning'))
    // it decides on what it has read; the stop lands before its sending record
    dispatcher.step('fine')
    world.log.splice(world.log.length - 1, 0)
    const sending = world.log.pop()
    world.act('stop', get(world, A, 'warning'))
    if (sending) world.log.push(sending)
    settle(world, dispatcher)
    expect(world.sent).toHaveLength(0)
    expect(get(world, A, 'warning').closed).toBe('cancelled')
  })

  test('B1: a dispatcher under an earlier claim neither sends nor changes anything', () => {
    const { world, dispatcher } = start()
    settle(world, dispatcher)
    world.raise(A, 'red')
    dispatcher.step('fine')
    const later = new Dispatcher(world)
    later.step('fine')
    dispatcher.step('fine', true)
    dispatcher.step('fine', true)
    dispatcher.step('fine', true)
    expect(world.sent).toHaveLength(0)
    settle(world, later)
    expect(world.sent).toHaveLength(1)
    settle(world, dispatcher)
    expect(dispatcher.dead).toBe(true)
  })
})

describe('B2', () => {
  test('B2: a message expires by an accepted mark, and an approval after that does not count', () => {
    const { world, dispatcher } = start([])
    world.raise(A, 'red')
    settle(world, dispatcher)
    world.now += 31 * MINUTE
    settle(world, dispatcher)
    expect(get(world, A, 'warning').expired).toBe(false)
    world.journal.push({ kind: 'mark', claim: 'zombie', offset: 0, now: world.now })
    settle(world, dispatcher)
    expect(get(world, A, 'warning').expired).toBe(false)
    world.mark()
    settle(world, dispatcher)
    expect(get(world, A, 'warning')).toMatchObject({ expired: true, closed: 'expired' })
    world.act('approve', get(world, A, 'warning'))
    settle(world, dispatcher)
    expect(world.sent).toHaveLength(0)
    expect(get(world, A, 'warning').log.at(-1)).toMatchObject({ what: 'approve-refused' })
  })
})

describe('B3', () => {
  test('B3: no answer is asked about first, then sent again under the same id', () => {
    const { world, dispatcher } = start()
    world.raise(A, 'red')
    for (let i = 0; i < 4; i++) dispatcher.step('lost')
    expect(world.sent).toHaveLength(1)
    dispatcher.step('lost')
    settle(world, dispatcher)
    expect(world.sent).toHaveLength(2)
    expect(world.sent[1]?.message.ebmId).toBe(world.sent[0]?.message.ebmId)
    expect(world.sent[1]?.message.ebdId).not.toBe(world.sent[0]?.message.ebdId)
  })

  test('B3: an answer that was lost is found by asking, and nothing is sent twice', () => {
    const { world, dispatcher } = start()
    world.raise(A, 'red')
    for (let i = 0; i < 5; i++) dispatcher.step('deaf')
    settle(world, dispatcher)
    expect(world.sent).toHaveLength(1)
    expect(get(world, A, 'warning').outcome?.result).toBe('accepted')
  })

  test('B3: after a restart of the platform every area may have been warned, and each is cleared', () => {
    const { world, dispatcher } = warned()
    world.platform.restart()
    run(world, dispatcher, 31)
    expect(get(world, A, 'warning').areas.get(villageB)?.state).toBe('maybe')
    world.clear(A)
    settle(world, dispatcher)
    world.act('approve', get(world, A, 'all-clear'))
    settle(world, dispatcher)
    expect(heard(world, villageB)).toHaveLength(1)
    expect(get(world, A, 'all-clear').body.areas).toHaveLength(2)
  })
})

describe('B4', () => {
  test('B4: after a stop nothing is sent again, and what plays late is cancelled and cleared again', () => {
    const { world, dispatcher } = start()
    world.raise(A, 'red')
    for (let i = 0; i < 5; i++) dispatcher.step('delayed')
    expect(world.delayed).toHaveLength(1)
    world.act('stop', get(world, A, 'warning'))
    settle(world, dispatcher)
    run(world, dispatcher, 2)
    expect(world.sent.map(({ message }) => message.type)).toEqual(['warning', 'cancel'])
    // the first request arrives after all, and one village plays it
    const { ebmId } = get(world, A, 'warning')
    world.deliver(0)
    world.platform.play(ebmId, villageA)
    run(world, dispatcher, 2)
    expect(world.sent.map(({ message }) => message.type)).toEqual(['warning', 'cancel', 'cancel'])
    expect(get(world, A, 'all-clear').state).toBe('awaiting-approval')
    world.act('approve', get(world, A, 'all-clear'))
    run(world, dispatcher, 31)
    expect(heard(world, villageA).map((x) => x[0])).toEqual(['W', 'L'])
    expect(heard(world, villageB)).toEqual([])
    expect(get(world, A, 'warning').closed).toBe('cancelled')
  })

  test('B4: a late play after the all-clear is cleared again without a second release', () => {
    const { world, dispatcher, id } = warned()
    world.clear(A)
    settle(world, dispatcher)
    world.act('approve', get(world, A, 'all-clear'))
    settle(world, dispatcher)
    expect(heard(world, villageA).map((x) => x[0])).toEqual(['W', 'L'])
    // the platform did not stop in village B
    world.platform.held.get(id)?.areas.set(villageB, 'accepted')
    world.platform.play(id, villageB)
    run(world, dispatcher, 2)
    expect(heard(world, villageB).map((x) => x[0])).toEqual(['W', 'L'])
    expect(get(world, A, 'all-clear').key.round).toBe(1)
    expect(heard(world, villageA).map((x) => x[0])).toEqual(['W', 'L'])
  })
})

describe('B5', () => {
  test('B5: an all-clear waits for an approver; before it goes out the warning is cancelled and its hearers asked for', () => {
    const { world, dispatcher, id } = warned()
    world.clear(A)
    run(world, dispatcher, 3)
    expect(get(world, A, 'all-clear').state).toBe('awaiting-approval')
    expect(world.sent).toHaveLength(1)
    world.act('approve', get(world, A, 'all-clear'))
    settle(world, dispatcher)
    expect(world.sent.map(({ message }) => message.type)).toEqual(['warning', 'cancel', 'all-clear'])
    expect(world.sent[2]?.message.related).toEqual([id])
    expect(heard(world, villageA).map((x) => x[0])).toEqual(['W', 'L'])
    expect(heard(world, villageB)).toEqual([])
  })

  test('B5: by itself where the policy says so', () => {
    const { world, dispatcher } = start([{ severities: ['red'], warning: 'automatic', allClear: 'automatic' }])
    world.raise(A, 'red')
    settle(world, dispatcher)
    world.platform.play(get(world, A, 'warning').ebmId, villageA)
    world.clear(A)
    settle(world, dispatcher)
    expect(heard(world, villageA).map((x) => x[0])).toEqual(['W', 'L'])
  })

  test('B5, A4: a withdrawn alarm lifts no broadcast', () => {
    const { world, dispatcher } = warned()
    world.withdraw(A)
    run(world, dispatcher, 40)
    expect(find(world.book(), A, 'all-clear')).toBeUndefined()
    world.act('stop', get(world, A, 'warning'))
    settle(world, dispatcher)
    expect(get(world, A, 'all-clear').body.text).toContain('撤销')
  })

  test('B5: not while a newer warning is on its way to the same village; the newer one’s covers both', () => {
    const { world, dispatcher, id } = warned()
    world.platform.play(id, villageB)
    world.clear(A)
    run(world, dispatcher, 1)
    const first = get(world, A, 'all-clear')
    expect(first.body.areas.map(({ area }) => area)).toEqual([villageA, villageB])
    world.raise(B, 'red')
    settle(world, dispatcher)
    world.act('approve', first)
    settle(world, dispatcher)
    expect(world.book().messages.get(first.id)?.closed).toBe('superseded')
    // village A hears no newer one: its all-clear is asked for anew
    expect(get(world, A, 'all-clear').body.areas.map(({ area }) => area)).toEqual([villageA])
    const newer = get(world, B, 'warning')
    world.platform.play(newer.ebmId, villageB)
    world.clear(B)
    run(world, dispatcher, 1)
    const second = get(world, B, 'all-clear')
    expect(second.body.related).toEqual([get(world, A, 'warning').id, newer.id])
    world.act('approve', second)
    world.act('approve', get(world, A, 'all-clear'))
    settle(world, dispatcher)
    expect(heard(world, villageB).map((x) => x[0])).toEqual(['W', 'W', 'L'])
    expect(heard(world, villageA).map((x) => x[0])).toEqual(['W', 'L'])
  })

  test('B5: a rejected all-clear is not asked for again until an officer stops the warning', () => {
    const { world, dispatcher } = warned()
    world.clear(A)
    settle(world, dispatcher)
    world.act('reject', get(world, A, 'all-clear'))
    run(world, dispatcher, 40)
    expect(get(world, A, 'all-clear').closed).toBe('rejected')
    world.act('stop', get(world, A, 'warning'))
    settle(world, dispatcher)
    expect(get(world, A, 'all-clear').state).toBe('awaiting-approval')
  })
})

describe('B6', () => {
  test('B6: the number is the rank of the first intent on that platform and Beijing day', () => {
    const { world, dispatcher } = start()
    world.raise(A, 'red')
    world.raise(B, 'red')
    settle(world, dispatcher)
    const ids = [...world.book().messages.values()].map(({ ebmId }) => ebmId)
    // 2026-06-14 02:15 in Beijing
    expect(ids).toEqual(['39999000000000103010101202606140001', '39999000000000103010101202606140002'])
    expect(T0).toBe(Date.UTC(2026, 5, 13, 18, 15, 12))
  })

  test('B6: past 9999 it is a fault, and nothing is sent', () => {
    const { world, dispatcher } = start([])
    world.raise(A, 'red')
    settle(world, dispatcher)
    const intent = world.log.find((record) => record.kind === 'intent')
    if (intent?.kind !== 'intent') throw new Error('no intent')
    for (let i = 2; i <= 9999; i++) {
      world.log.push({ ...intent, message: { ...intent.message, alarm: `s1/sensor:g1/r/${i}` } })
    }
    world.raise(B, 'red')
    settle(world, dispatcher)
    const message = get(world, B, 'warning')
    expect([message.ebmId, message.closed]).toEqual(['', 'refused'])
    expect(world.book().faults.map(({ code }) => code)).toEqual(['day-full'])
  }, 60_000)
})

function verify(records: readonly BroadcastRecord[]) {
  const verifier = broadcastVerifier(toyHash)
  for (const record of records) verifier.take(record)
  return verifier.result()
}

test('B7: the fold numbers and chains every record; a changed one breaks the chain that later records name', () => {
  const { world, dispatcher } = warned()
  run(world, dispatcher, 31)
  expect(world.book().broken).toEqual([])
  expect(world.book().n).toBe(world.log.length)
  const index = world.log.findIndex((record) => record.kind === 'outcome')
  const record = world.log[index]
  if (record?.kind !== 'outcome') throw new Error('no outcome')
  world.log[index] = { ...record, detail: 'changed' }
  expect(verify(world.log)).toMatchObject([{ platform: 'county', entries: world.log.length, broken: [{}] }])
  world.log.splice(index, 1)
  expect(verify(world.log)[0]?.broken).not.toEqual([])
})

describe('B8', () => {
  test('B8: what was released and not sent for ten minutes needs an approval anew', () => {
    const { world, dispatcher } = start()
    world.raise(A, 'red')
    dispatcher.step('fine')
    dispatcher.step('fine')
    expect(get(world, A, 'warning').state).toBe('approved')
    world.pass(11 * MINUTE)
    const later = new Dispatcher(world)
    settle(world, later)
    expect(get(world, A, 'warning').state).toBe('awaiting-approval')
    expect(world.sent).toHaveLength(0)
    world.act('approve', get(world, A, 'warning'))
    settle(world, later)
    expect(world.sent).toHaveLength(1)
  })

  test('B8: alarms of a long outage are not broadcast by themselves, and what is over by now not at all', () => {
    const { world, dispatcher } = start()
    world.raise(A, 'red')
    world.pass(20 * MINUTE)
    settle(world, dispatcher)
    expect(get(world, A, 'warning').state).toBe('awaiting-approval')
    const other = start()
    other.world.raise(A, 'red')
    other.world.pass(31 * MINUTE)
    settle(other.world, other.dispatcher)
    expect(other.world.book().messages.size).toBe(0)
  })
})
