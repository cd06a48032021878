import { expect, test } from 'vitest'
import { createOutbox, type Outgoing } from './outbox.ts'

function message(name: string): Outgoing {
  return { topic: name, payload: new Uint8Array(), readings: 1 }
}

function drain(outbox: ReturnType<typeof createOutbox>): string[] {
  const names: string[] = []
  for (let next = outbox.next(); next; next = outbox.next()) names.push(next.topic)
  return names
}

test('no more than the window is in flight; an acknowledgement makes room', () => {
  const outbox = createOutbox({ capacity: 10, window: 2 })
  for (const name of ['a', 'b', 'c']) outbox.push(message(name))
  const first = outbox.next()
  expect([first?.topic, ...drain(outbox)]).toEqual(['a', 'b'])
  if (first) outbox.acknowledged(first)
  expect(drain(outbox)).toEqual(['c'])
  expect(outbox.counts()).toEqual({ waiting: 0, inFlight: 2, overflowed: 0 })
})

test('what was in flight goes out first again, in its old order', () => {
  const outbox = createOutbox({ capacity: 10, window: 2 })
  for (const name of ['a', 'b', 'c']) outbox.push(message(name))
  drain(outbox)
  outbox.returnAll()
  expect(outbox.counts()).toEqual({ waiting: 3, inFlight: 0, overflowed: 0 })
  expect(drain(outbox)).toEqual(['a', 'b'])
})

test('a full outbox gives up its oldest message and counts it', () => {
  const outbox = createOutbox({ capacity: 3, window: 10 })
  for (const name of ['a', 'b', 'c', 'd', 'e']) outbox.push(message(name))
  expect(outbox.counts()).toEqual({ waiting: 3, inFlight: 0, overflowed: 2 })
  expect(drain(outbox)).toEqual(['c', 'd', 'e'])
})

test('the tail is shuffled among itself, the same way for the same key', () => {
  const order = (key: number): string[] => {
    const outbox = createOutbox({ capacity: 100, window: 100 })
    for (let index = 0; index < 20; index += 1) outbox.push(message(String(index)))
    outbox.shuffleTail(6, key)
    return drain(outbox)
  }
  const shuffled = order(5)
  expect(shuffled.slice(0, 14)).toEqual(Array.from({ length: 14 }, (_, index) => String(index)))
  expect(shuffled.slice(14)).not.toEqual(['14', '15', '16', '17', '18', '19'])
  expect(shuffled.slice(14).toSorted()).toEqual(['14', '15', '16', '17', '18', '19'])
  expect(order(5)).toEqual(shuffled)
})

test('thousands pass through without losing their order', () => {
  const outbox = createOutbox({ capacity: 10_000, window: 10_000 })
  const seen: string[] = []
  for (let index = 0; index < 5000; index += 1) {
    outbox.push(message(String(index)))
    const next = outbox.next()
    if (next) {
      seen.push(next.topic)
      outbox.acknowledged(next)
    }
  }
  expect(seen).toEqual(Array.from({ length: 5000 }, (_, index) => String(index)))
})
