// A device that sends garbage at full speed: sixty a minute are kept and told, the rest is counted; what can be taken is
// taken, and nobody else notices (docs/decisions/rejection-quota.md).

import { decodeErrorMessage, type ErrorMessage } from '@tocsin/wire/mqtt-error-v1.ts'
import { errorsTopic } from '@tocsin/wire/mqtt-topics-v1.ts'
import type { MqttClient } from 'mqtt'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { batch, type Harness, harness, NORTH, reading, until } from './harness.test-support.ts'
import { BYTES_A_MINUTE, KEPT_A_MINUTE } from './rejection-quota.ts'

let h: Harness
let client: MqttClient
let heard: ErrorMessage[]
beforeEach(async () => {
  h = await harness()
  heard = []
  client = await h.connect('cx-gw-1')
  client.on('message', (_topic, payload) => {
    const message = decodeErrorMessage(payload)
    if (message.ok) heard.push(message.value)
  })
  await client.subscribeAsync(errorsTopic('cx-chem', 'cx-gw-1'), { qos: 1 })
})
afterEach(() => h.close())

async function publish(payloads: readonly (string | Buffer)[]): Promise<void> {
  await Promise.all(payloads.map((payload) => client.publishAsync(NORTH, payload, { qos: 1 })))
}

function minute(): void {
  h.clock.monoMs += 59_000
  h.clock.wallMs += 59_000
  h.second()
}

const garbage = (count: number): string[] => Array.from({ length: count }, (_, i) => `garbage ${i}`)

test('sixty a minute are kept and told, the rest is one record and one message when the minute is over', async () => {
  await publish([...garbage(1_000), batch([reading('nowhere')]), batch([reading('nowhere'), reading('GT-101')], 7)])
  expect((await h.rejected()).length).toBe(KEPT_A_MINUTE)
  expect(h.ingest.metrics()).toMatchObject({ rejected: 1_002, onlyCounted: 942, protocolErrors: 0 })
  // what could be taken was, although its rejection was only counted
  expect((await h.siteLog()).filter((record) => record.kind === 'readings')).toMatchObject([{ seq: 7, values: [2.4] }])
  h.second()
  await until(() => heard.length >= KEPT_A_MINUTE)

  minute()
  await until(() => heard.length > KEPT_A_MINUTE)
  const detail = '942 more messages within a minute, only counted: not-json 940, unknown-sensor 2'
  const rejections = [{ code: 'only-counted', field: '', detail }]
  expect(heard.at(-1)).toMatchObject({ topic: '', boot: null, seq: null, rejections })
  expect(heard.length).toBe(KEPT_A_MINUTE + 1)
  expect((await h.rejected()).filter(({ messages }) => messages !== undefined)).toMatchObject([
    { enterprise: 'cx-chem', gateway: 'cx-gw-1', site: null, messages: 942, rejections, payload: new Uint8Array() },
  ])

  // the word on them was the next minute's first
  await publish(garbage(100))
  expect((await h.rejected()).length).toBe(2 * KEPT_A_MINUTE)
  minute()
  await until(async () => (await h.rejected()).length > 2 * KEPT_A_MINUTE)
  expect((await h.rejected()).map(({ messages }) => messages ?? 1).reduce((a, b) => a + b)).toBe(1_002 + 100)
  // and after a quiet minute there is the whole of it again
  minute()
  minute()
  await publish(garbage(KEPT_A_MINUTE))
  expect((await h.rejected()).length).toBe(3 * KEPT_A_MINUTE + 1)
})

test('256 KiB a minute of payloads are kept; a record beyond that has length and hash', async () => {
  await publish(Array.from({ length: 6 }, () => Buffer.alloc(90_000, '[')))
  const records = await h.rejected()
  expect(records.map(({ payload }) => payload.length)).toEqual([65_536, 65_536, 65_536, 65_536, 0, 0])
  expect(records.reduce((sum, { payload }) => sum + payload.length, 0)).toBe(BYTES_A_MINUTE)
  expect(new Set(records.map(({ length, sha256 }) => `${length} ${sha256}`)).size).toBe(1)
})

test('a stop writes what was counted so far; another sensor gateway has a minute of its own', async () => {
  const other = await h.connect('cx-gw-2')
  await publish(garbage(100))
  await other.publishAsync(NORTH, 'x', { qos: 1 })
  expect((await h.rejected()).filter(({ gateway }) => gateway === 'cx-gw-2').length).toBe(1)
  await h.ingest.stop()
  expect((await h.rejected()).find(({ messages }) => messages !== undefined)).toMatchObject({
    messages: 40,
    length: 400,
  })
})

test('while the log is down, what is only counted is not acknowledged either', async () => {
  await publish(garbage(KEPT_A_MINUTE))
  h.log.failing = true
  h.second()
  await until(() => h.ingest.metrics().appendFailures > 0)
  let acknowledged = false
  const published = publish(['only counted']).then(() => {
    acknowledged = true
  })
  await until(() => h.ingest.metrics().onlyCounted === 1)
  const other = await h.connect('cx-gw-2')
  await other.endAsync()
  expect(acknowledged).toBe(false)
  h.log.failing = false
  await published
})

test('broken MQTT again and again is a flood like any other', async () => {
  for (let i = 0; i < KEPT_A_MINUTE + 5; i++) {
    const device = await h.connect('cx-gw-3')
    const closed = new Promise<void>((resolve) => device.once('close', resolve))
    device.stream.write(Buffer.from([0x00, 0x00]))
    await closed
  }
  await until(() => h.ingest.metrics().rejected === KEPT_A_MINUTE + 5)
  await client.publishAsync(NORTH, batch([reading('GT-101')]), { qos: 1 })
  expect((await h.rejected()).length).toBe(KEPT_A_MINUTE)
})
