// P8: each kind of bad input gets its answer on the sender's error topic and its place in `rejected`, is acknowledged,
// and disturbs nothing else (M2).

import { createHash } from 'node:crypto'
import type { ReadingsRecord } from '@tocsin/core/domain/site-record.ts'
import { errorsTopic } from '@tocsin/wire/mqtt-topics-v1.ts'
import { decodeErrorMessage, type ErrorMessage } from '@tocsin/wire/mqtt-error-v1.ts'
import { MAX_KEPT } from '@tocsin/wire/rejected-record-v1.ts'
import type { MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { batch, type Harness, harness, NORTH, NOW, reading, until } from './harness.test-support.ts'

let h: Harness
let client: MqttClient
let bystander: MqttClient
const heard: ErrorMessage[] = []

beforeAll(async () => {
  h = await harness()
  client = await h.connect('cx-gw-1')
  bystander = await h.connect('dp-gw-1')
  client.on('message', (_topic, payload) => {
    const message = decodeErrorMessage(payload)
    if (message.ok) heard.push(message.value)
  })
  await client.subscribeAsync(errorsTopic('cx-chem', 'cx-gw-1'), { qos: 1 })
})

afterAll(() => h.close())

const one = (fields: Record<string, unknown>): string =>
  JSON.stringify({ v: 1, boot: 'b7f3', seq: 7, ...reading('GT-101'), ...fields })

const cases: [name: string, payload: string, code: string, field: string, topic?: string][] = [
  ['not JSON', 'temperature=24', 'not-json', ''],
  ['half a message', one({}).slice(0, 40), 'not-json', ''],
  ['wrong types', one({ value: '2.4' }), 'wrong-type', 'value'],
  ['a field missing', one({ t: undefined }), 'missing-field', 't'],
  ['an unknown sensor', one({ tag: 'GT-999' }), 'unknown-sensor', 'tag'],
  ["another enterprise's site", one({}), 'foreign-site', 'topic', 'tocsin/v1/cx-chem/dp-pond/readings'],
  ["another enterprise's topic", one({}), 'foreign-site', 'topic', 'tocsin/v1/dp-mine/dp-pond/readings'],
  ['an unknown site', one({}), 'unknown-site', 'topic', 'tocsin/v1/cx-chem/cx-moon/readings'],
  ['a topic outside the contract', one({}), 'unknown-topic', 'topic', 'factory/line1'],
  ['$SYS', 'x', 'unknown-topic', 'topic', '$SYS/broker/uptime'],
  ["another's status", '{"v":1,"state":"offline"}', 'unknown-topic', 'topic', 'tocsin/v1/cx-chem/status/cx-gw-2'],
  ["another's errors", '{}', 'unknown-topic', 'topic', 'tocsin/v1/dp-mine/errors/dp-gw-1'],
  ['a status that is none', '{"v":1,"state":"tired"}', 'wrong-type', 'state', 'tocsin/v1/cx-chem/status/cx-gw-1'],
  ['NaN', one({}).replace('2.4', 'NaN'), 'not-finite', 'value'],
  ['a date in 1970', one({ t: 1_000 }), 'time-too-old', 't'],
  ['a date in 2100', one({ t: Date.UTC(2100, 0, 1) }), 'time-in-future', 't'],
  ['the last instant of all', one({ t: 9_000_000_000_000_000 }), 'time-in-future', 't'],
  ['11 minutes ahead', one({ t: NOW + 660_000 }), 'time-in-future', 't'],
  ['deep nesting', '['.repeat(90_000), 'too-deep', ''],
  ['a quality outside the list', one({ q: 'splendid' }), 'bad-quality', 'q'],
  ['a state with a fraction', one({ tag: 'XV-1', value: 0.5 }), 'wrong-type', 'value'],
  ['an empty batch', batch([]), 'empty', 'readings'],
  ['another version', one({ v: 2 }), 'wrong-version', 'v'],
  ['10 MB', 'x'.repeat(10_000_000), 'too-large', ''],
]

test.each(cases)('%s', async (...[, payload, code, field, topic = NORTH]) => {
  const before = heard.length
  const rejectedBefore = (await h.rejected()).length
  await client.publishAsync(topic, payload, { qos: 1 })
  const rejected = await h.rejected()
  const sha256 = createHash('sha256').update(payload).digest('hex')
  expect(rejected.length).toBe(rejectedBefore + 1)
  expect(rejected.findLast((record) => record.sha256 === sha256)).toMatchObject({
    enterprise: 'cx-chem',
    gateway: 'cx-gw-1',
    client: 'cx-gw-1',
    topic,
    length: payload.length,
    payload: new Uint8Array(Buffer.from(payload.slice(0, MAX_KEPT))),
    rejections: [{ code, field }],
  })
  await until(() => heard.length > before)
  expect(heard.at(-1)).toMatchObject({ received: NOW, topic, rejections: [{ code, field }] })
  // neither this connection nor another one is disturbed
  expect(client.connected).toBe(true)
  await bystander.publishAsync('tocsin/v1/dp-mine/dp-pond/readings', batch([reading('GT-101')]), { qos: 1 })
  expect((await h.rejected()).length).toBe(rejectedBefore + 1)
})

test('one bad value in a batch of 50: 49 are taken, one is rejected by its index', async () => {
  const before = heard.length
  const readings = Array.from({ length: 50 }, (_, i) => reading(`T-${i}`, i === 17 ? null : i))
  await client.publishAsync(NORTH, batch(readings, 4_711), { qos: 1 })
  const taken = (await h.siteLog()).find(
    (record): record is ReadingsRecord => record.kind === 'readings' && record.seq === 4_711,
  )
  expect(taken?.values).toEqual(Array.from({ length: 50 }, (_, i) => i).filter((i) => i !== 17))
  await until(() => heard.length > before)
  expect(heard.at(-1)).toMatchObject({
    boot: 'b7f3',
    seq: 4_711,
    rejections: [{ code: 'wrong-type', field: 'readings[17].value' }],
  })
})

test('of very many reasons a hundred are told, and how many more', async () => {
  const before = heard.length
  await client.publishAsync(NORTH, batch(Array.from({ length: 1_000 }, () => reading('nowhere'))), { qos: 1 })
  await until(() => heard.length > before)
  expect(heard.at(-1)?.rejections.length).toBe(100)
  expect(heard.at(-1)?.rejections.at(-1)?.detail).toMatch(/; and 900 more$/)
})

test('half a packet: shown under the client’s id, nothing of it taken', async () => {
  const other = await h.connect('cx-gw-2')
  const before = (await h.rejected()).length
  // the fixed header of a PUBLISH of 100 bytes, and nothing more
  other.stream.write(Buffer.from([0x32, 100, 0, 3, 0x61]))
  other.stream.end()
  await until(async () => (await h.rejected()).length > before)
  expect((await h.rejected()).find(({ client: id }) => id === 'cx-gw-2')).toMatchObject({
    gateway: 'cx-gw-2',
    topic: '',
    rejections: [{ code: 'protocol-error', detail: 'the connection ended inside a packet' }],
  })
})
