// However the network cuts the bytes, small packets pass unchanged and large ones arrive truncated, with length and hash.

import { createHash } from 'node:crypto'
import { generate } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { FrameGuard, ProtocolError } from './frame-guard.ts'

function publish(topic: string, payload: Buffer, qos: 0 | 1 = 1): Buffer {
  return generate({ cmd: 'publish', topic, payload, qos, messageId: 7, dup: false, retain: false })
}

function pushAll(guard: FrameGuard, bytes: Buffer, cut: (rest: number) => number): Buffer {
  const out: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const n = Math.max(1, cut(bytes.length - at))
    // a copy, as a socket's chunk would be
    out.push(Buffer.from(guard.push(Buffer.from(bytes.subarray(at, at + n)))))
    at += n
  }
  return Buffer.concat(out)
}

const big = Buffer.alloc(200_000, 'x')
const ping = generate({ cmd: 'pingreq' })
const stream = Buffer.concat([
  publish('a', Buffer.alloc(0)),
  ping,
  publish('a/b', Buffer.from('hello')),
  publish('a/b/c', big),
  publish('a', Buffer.alloc(990, 'y'), 0),
  publish('q0', big, 0),
  ping,
])
const truncated = Buffer.concat([
  publish('a', Buffer.alloc(0)),
  ping,
  publish('a/b', Buffer.from('hello')),
  publish('a/b/c', big.subarray(0, 65_536)),
  publish('a', Buffer.alloc(990, 'y'), 0),
  publish('q0', big.subarray(0, 65_536), 0),
  ping,
])

test.each([
  ['one piece', (rest: number) => rest],
  ['bytes', () => 1],
  ['odd pieces', () => 1_447],
  ['chunks of a socket', () => 65_536],
])('in %s', (_name, cut) => {
  const guard = new FrameGuard(1_000)
  expect(pushAll(guard, stream, cut).equals(truncated)).toBe(true)
  const whole = { length: big.length, sha256: createHash('sha256').update(big).digest('hex') }
  expect([1, 2, 3, 4, 5].map((n) => guard.truncated(n))).toEqual([null, null, whole, null, whole])
  expect(guard.truncated(3)).toBe(null)
  expect(guard.inside).toBe(false)
})

test('it knows when the bytes stop inside a packet', () => {
  const bytes = publish('a/b', Buffer.from('hello'))
  for (let n = 1; n < bytes.length; n++) {
    const guard = new FrameGuard(1_000)
    guard.push(bytes.subarray(0, n))
    expect(guard.inside).toBe(true)
  }
})

test('a DISCONNECT is seen', () => {
  const guard = new FrameGuard(1_000)
  guard.push(generate({ cmd: 'disconnect' }))
  expect(guard.disconnected).toBe(true)
})

test('what breaks MQTT is refused', () => {
  const push = (bytes: number[]) => () => new FrameGuard(1_000).push(Buffer.from(bytes))
  expect(push([0x30, 0xff, 0xff, 0xff, 0xff, 0x01])).toThrow(ProtocolError)
  expect(push([0x82, 0xff, 0xff, 0x7f])).toThrow('type 8')
  const lying = Buffer.concat([Buffer.from([0x30, 0xe9, 0x07, 0xff, 0xff]), Buffer.alloc(999)])
  expect(() => new FrameGuard(1_000).push(lying)).toThrow('topic')
})
