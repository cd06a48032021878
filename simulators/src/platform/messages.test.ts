import type { Ebm } from '@tocsin/wire/ebm/ebm.ts'
import { readEbmState, writeEbmState } from '@tocsin/wire/ebm/ebm-state.ts'
import { describe, expect, test } from 'vitest'
import { area, cancelOf, ebm, ebmId, other, T0, third } from '../testing/ebm.ts'
import { createLedger } from './ledger.ts'
import { createMessages } from './messages.ts'
import { createReach, type ReachOptions } from './reach.ts'
import { stateOf } from './receipts.ts'

/** Rounds of 10 s, three of a message; adapters answer within 2 s. */
function start(options: Partial<ReachOptions> = {}, faults: ReadonlyMap<string, number> = new Map()) {
  const ledger = createLedger()
  const reach = createReach({ seed: 1, failRate: 0, speed: 1, ...options }, faults)
  const messages = createMessages(reach, ledger, { rounds: 3, roundMs: 10_000 })
  return {
    messages,
    take: (message: Ebm, seconds = 0, again = false) => messages.take(message, { now: at(seconds), again }),
    /** What it reports of message `n`, by overall code and the villages' codes and words. */
    state: (n: number, seconds: number) => {
      const held = messages.find(ebmId(n), at(seconds))
      if (!held) return null
      const { code, items } = stateOf(held, at(seconds))
      return [code, ...items.map((item) => `${item.code} ${item.description}`)]
    },
    /** What was heard by then: kind, number, village, rounds. */
    ledger: (seconds: number) => {
      messages.pass(at(seconds))
      return ledger
        .entries()
        .map((entry) => `${entry.kind} ${Number(entry.ebmId.slice(-4))} ${entry.area.slice(-3)} ×${entry.plays}`)
    },
    entries: () => ledger.entries(),
  }
}

function at(seconds: number): number {
  return T0 + seconds * 1000
}

describe('a message', () => {
  test('waits, plays its rounds, is played', () => {
    const { take, state, ledger, entries } = start()
    expect(take(ebm(1)).ok).toBe(true)
    expect(state(1, 0)).toEqual([1, '1 等待播发，终端 0/12'])
    expect(state(1, 5)).toEqual([2, '2 正在播放第1遍，终端 12/12'])
    expect(state(1, 25)).toEqual([2, '2 正在播放第3遍，终端 12/12'])
    expect(state(1, 40)).toEqual([3, '3 已播3遍，终端 12/12'])
    expect(ledger(100)).toEqual(['warning 1 201 ×3'])
    expect(entries()).toMatchObject([{ village: area, title: '预警 1', text: '内容 1', terminals: 12 }])
  })

  test('is told the same however often time is looked at', () => {
    const often = start()
    const once = start()
    for (const story of [often, once]) {
      story.take(ebm(1, { areas: [area, other, third] }))
      story.take(ebm(2, { severity: 1, areas: [area, third], start: at(7) }), 3)
    }
    for (let seconds = 3; seconds < 120; seconds += 0.3) often.ledger(seconds)
    expect(often.ledger(120)).toEqual(once.ledger(120))
    expect(often.state(1, 120)).toEqual(once.state(1, 120))
  })

  test('waits for its start (state 1), and stops at its end (state 3)', () => {
    const { take, state, ledger } = start()
    take(ebm(1, { start: at(300), end: at(315) }))
    expect(state(1, 299)?.[0]).toBe(1)
    expect(state(1, 314)?.[0]).toBe(2)
    expect(state(1, 315)).toEqual([3, '3 已播2遍，终端 12/12'])
    expect(ledger(400)).toEqual(['warning 1 201 ×2'])
  })

  test('past its end, or for nobody here, is refused and not kept', () => {
    const { take, state } = start({ villages: [{ area, name: '柳树湾村', terminals: 4 }] })
    expect(take(ebm(1), 600)).toEqual({ ok: false, error: '消息已过期' })
    expect(take(ebm(2, { areas: [other] }))).toEqual({ ok: false, error: '不在本平台覆盖区域' })
    expect([state(1, 600), state(2, 600)]).toEqual([null, null])
  })

  test('for some here is played by those', () => {
    const { take, state } = start({ villages: [{ area, name: '柳树湾村', terminals: 4 }] })
    expect(take(ebm(3, { areas: [area, other] })).ok).toBe(true)
    expect(state(3, 40)).toEqual([3, '3 已播3遍，终端 4/4'])
  })

  test('of a drill of the platform or the front ends makes no sound; of the terminals, it does', () => {
    const { take, state, ledger } = start()
    for (const msgType of [3, 4, 5] as const) take(ebm(msgType, { msgType }))
    expect([state(3, 60), state(4, 60)]).toEqual([[3], [3]])
    expect(ledger(60)).toEqual(['warning 5 201 ×3'])
  })
})

describe('a known id', () => {
  test('is a repeat, before, while and after it plays: nothing is heard twice', () => {
    const { take, ledger } = start()
    for (const seconds of [0, 1, 15, 60]) expect(take(ebm(1, { sendTime: at(seconds) }), seconds).ok).toBe(true)
    expect(ledger(300)).toEqual(['warning 1 201 ×3'])
  })

  test('with other content takes the place of what is stored', () => {
    const { take, ledger, messages, entries } = start()
    take(ebm(1, { areas: [area, other] }))
    take(ebm(1, { areas: [other, third], text: '更正' }), 15)
    expect(ledger(300)).toEqual(['warning 1 202 ×3', 'warning 1 201 ×2', 'cancelled 1 201 ×2', 'warning 1 205 ×3'])
    expect(entries().map(({ text }) => text)).toEqual(['内容 1', '内容 1', '内容 1', '更正'])
    expect(messages.find(ebmId(1), at(300))?.ebm.text).toBe('更正')
  })

  test('is heard twice only where the platform breaks its promise', () => {
    const { take, ledger } = start()
    take(ebm(1))
    take(ebm(1), 5, true)
    expect(ledger(300)).toEqual(['warning 1 201 ×3', 'warning 1 201 ×3'])
  })

  test('is forgotten a day after its end, and by a restart; what was heard is not', () => {
    const { take, state, ledger, messages } = start()
    take(ebm(1))
    take(ebm(2, { end: at(2 * 86_400) }), 50)
    expect(state(1, 86_000)?.[0]).toBe(3)
    take(ebm(3, { start: at(90_000), end: at(91_000) }), 87_100)
    expect(state(1, 87_100)).toBeNull()
    messages.forget(at(90_005))
    expect([state(2, 90_005), state(3, 90_005)]).toEqual([null, null])
    expect(ledger(100_000)).toEqual(['warning 1 201 ×3', 'warning 2 201 ×3', 'warning 3 201 ×1'])
  })
})

describe('a cancel', () => {
  test('before the first word keeps it unheard, even when it is sent again', () => {
    const { take, state, ledger } = start()
    take(ebm(1))
    expect(take(cancelOf(1, 2)).ok).toBe(true)
    take(ebm(1), 3)
    take(ebm(1, { text: '更正' }), 3)
    expect(state(1, 60)).toEqual([5, '5 未播即取消，终端 0/12'])
    expect(ledger(60)).toEqual(['cancelled 1 201 ×0'])
  })

  test('while it plays stops it; those who heard of it can be told', () => {
    const { take, state, ledger } = start()
    take(ebm(1))
    take(cancelOf(1, 2), 15)
    expect(state(1, 60)).toEqual([5, '5 播第2遍时取消，终端 12/12'])
    expect(ledger(60)).toEqual(['warning 1 201 ×2', 'cancelled 1 201 ×2'])
  })

  test('after it was played changes nothing in the villages; of a repeat, nothing at all', () => {
    const { take, state, ledger } = start()
    take(ebm(1))
    take(cancelOf(1, 2), 60)
    expect(take(cancelOf(1, 2), 61).ok).toBe(true)
    expect(state(1, 70)).toEqual([5, '3 已播3遍，终端 12/12'])
    expect(state(2, 70)).toEqual([3])
    expect(ledger(70)).toEqual(['warning 1 201 ×3'])
  })

  test('of what the platform does not have is refused, and not kept', () => {
    const { take, state } = start()
    expect(take(cancelOf(9, 2))).toEqual({ ok: false, error: '查找不到该EBMID' })
    expect(state(2, 1)).toBeNull()
  })
})

describe('priority', () => {
  test('the graver one stops the other, which goes on afterwards', () => {
    const { take, state, ledger } = start()
    take(ebm(1, { severity: 3 }))
    take(ebm(2, { severity: 1 }), 15)
    expect(state(1, 20)).toEqual([2, '2 第2遍被高级别播发中断，等待续播，终端 12/12'])
    expect(state(2, 20)?.[0]).toBe(2)
    expect(state(1, 60)?.[0]).toBe(2)
    // the round that was cut short is played again in full
    expect(ledger(100)).toEqual(['warning 1 201 ×4', 'warning 2 201 ×3'])
  })

  test('of one level, the earlier start goes first; unknown comes last; villages do not wait for each other', () => {
    const { take, ledger } = start()
    take(ebm(1, { severity: 2 }))
    take(ebm(2, { severity: 0 }), 5)
    take(ebm(3, { severity: 4, start: at(7) }), 5)
    take(ebm(4, { severity: 4, start: at(6), areas: [area, other] }), 5)
    expect(ledger(200)).toEqual([
      'warning 1 201 ×3',
      'warning 4 202 ×3',
      'warning 4 201 ×3',
      'warning 3 201 ×3',
      'warning 2 201 ×3',
    ])
  })

  test('what never had its turn fails at its end', () => {
    const { take, state, ledger } = start()
    take(ebm(1, { severity: 1 }))
    take(ebm(2, { severity: 3, end: at(20) }))
    expect(state(2, 30)).toEqual([4, '4 播发时间已过，未播，终端 0/12'])
    expect(ledger(100)).toEqual(['warning 1 201 ×3'])
  })
})

describe('a village', () => {
  test('that is not reached, or only in part, says so; so does the whole', () => {
    const faults = new Map([
      [area, 0],
      [other, 5],
      [third, 10],
    ])
    const { take, state, ledger } = start({}, faults)
    take(ebm(1, { areas: [area, other, third] }))
    expect(state(1, 4)).toEqual([
      2,
      '1 等待播发，终端 0/12',
      '2 正在播放第1遍，终端 5/12',
      '2 正在播放第1遍，终端 10/12',
    ])
    expect(state(1, 60)).toEqual([
      4,
      '4 前端无应答，未到达，终端 0/12',
      '4 多数终端无应答，已播3遍，终端 5/12',
      '3 已播3遍，终端 10/12',
    ])
    expect(ledger(60).map((line) => line.slice(0, 13))).not.toContain('warning 1 201')
  })

  test('has its faults from the seed: the same again, a share of all', () => {
    const areas = Array.from({ length: 400 }, (_, n) => `9999011${String(n).padStart(5, '0')}`)
    const failed = (seed: number) => {
      const { take, state } = start({ seed, failRate: 0.2 })
      take(ebm(1, { areas }))
      return (state(1, 60) ?? []).flatMap((line, n) => (String(line).startsWith('3 已播3遍，终端 12/12') ? [] : [n]))
    }
    expect(failed(1)).toEqual(failed(1))
    expect(failed(1)).not.toEqual(failed(2))
    // a fifth has a fault; of these, half only sometimes
    expect(failed(1).length).toBeGreaterThan(400 * 0.2 * 0.5)
    expect(failed(1).length).toBeLessThan(400 * 0.2)
  })
})

test('a report is what the format can carry: village by EBRID, and its share of the villages', () => {
  const { take, messages } = start({}, new Map([[other, 0]]))
  take(ebm(1, { areas: [area, other] }))
  const held = messages.find(ebmId(1), at(60))
  const state = held && stateOf(held, at(60))
  expect(state).toMatchObject({
    ebmId: ebmId(1),
    coverage: { rate: 0.5, areas: [area, other], resources: [1, 2, 2, 12] },
    items: [{ ebrId: `6${area}0314010201` }, { ebrId: `6${other}0314010201`, start: null }],
  })
  expect(state && readEbmState(writeEbmState(state))).toMatchObject({ ok: true, value: { code: 4, items: [{}, {}] } })
})

test.each([
  ['预警', null, 'warning'],
  ['预警（升级）', 1, 'update'],
  ['解除：预警', 1, 'all-clear'],
  ['撤销：预警', 1, 'all-clear'],
  ['【演练】解除：预警', 1, 'all-clear'],
])('%s is heard as it is meant', (title, related, kind) => {
  const { take, ledger, entries } = start()
  take(ebm(5, { title, related: related === null ? null : ebmId(related) }))
  expect(ledger(60)).toEqual([`${kind} 5 201 ×3`])
  expect(entries()[0]?.at).toBeGreaterThanOrEqual(T0)
})
