/** Bad input at the real program: each kind gets its answer, officers see it, and a neighbour notices nothing (P8, M2). */

import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectPacket, publishPacket, rawClient } from '@tocsin/adapter-mqtt/raw-client.test-support.ts'
import { sqliteEventLog } from '@tocsin/adapter-sqlite/event-log.ts'
import type { RejectedView } from '@tocsin/core/domain/feed.ts'
import type { RejectedRecord } from '@tocsin/core/domain/rejected.ts'
import { topics } from '@tocsin/core/ports/event-log.ts'
import { dataFolders } from '@tocsin/standalone/folders.ts'
import { decodeErrorMessage } from '@tocsin/wire/mqtt-error-v1.ts'
import { errorsTopic, readingsTopic } from '@tocsin/wire/mqtt-topics-v1.ts'
import { decodeRejectedRecord } from '@tocsin/wire/rejected-record-v1.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readStored } from '../support/journal.ts'
import { SECRET, System } from '../support/system.ts'
import { bad, enterprises, good, listening, type Steady, steady, TAGS, writeTwoEnterprises } from './two-enterprises.ts'

/** A PUBACK of the neighbour takes no longer, ms: generous, for a machine that does much else. */
const PATIENCE = 2_000
const CHAOS = readingsTopic(bad.enterprise, bad.site)

let folder = ''
let system: System
let neighbour: Steady
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-bad-'))
  system = await System.create({
    registry: writeTwoEnterprises(join(folder, 'registry')),
    enterprises,
    users: [{ id: 'duty', role: 'officer' }],
  })
  await system.start()
  neighbour = await steady(system.mqtt)
})
afterEach(async () => {
  await system.dispose()
  rmSync(folder, { recursive: true, force: true })
})

const one = (fields: Record<string, unknown> = {}): string =>
  JSON.stringify({ v: 1, boot: 'b7f3', seq: 7, tag: 'T0', t: Date.now(), value: 0.4, ...fields })

interface Case {
  readonly what: string
  readonly payload: string
  readonly code: string
  readonly field: string
  readonly topic?: string
}

/** Those of the issue, each with its answer. */
function cases(): Case[] {
  const foreign = readingsTopic(bad.enterprise, good.site)
  return [
    { what: 'not JSON', payload: 'temperature=24', code: 'not-json', field: '' },
    { what: 'half a message', payload: one().slice(0, 40), code: 'not-json', field: '' },
    { what: 'wrong types', payload: one({ value: '0.4' }), code: 'wrong-type', field: 'value' },
    { what: 'a time as text', payload: one({ t: '2026-06-14' }), code: 'wrong-type', field: 't' },
    { what: 'an unknown sensor', payload: one({ tag: 'T999' }), code: 'unknown-sensor', field: 'tag' },
    { what: 'a foreign site', payload: one(), code: 'foreign-site', field: 'topic', topic: foreign },
    {
      what: "another enterprise's topic",
      payload: one(),
      code: 'foreign-site',
      field: 'topic',
      topic: readingsTopic(good.enterprise, good.site),
    },
    { what: 'NaN', payload: one().replace('0.4', 'NaN'), code: 'not-finite', field: 'value' },
    { what: 'a date in 1970', payload: one({ t: 0 }), code: 'time-too-old', field: 't' },
    { what: 'a date in 2100', payload: one({ t: Date.UTC(2100, 0, 1) }), code: 'time-in-future', field: 't' },
    { what: '10 MB', payload: 'x'.repeat(10_000_000), code: 'too-large', field: '' },
    { what: 'deep nesting', payload: '['.repeat(50_000), code: 'too-deep', field: '' },
  ]
}

async function rejectedInLog(): Promise<RejectedRecord[]> {
  const log = await sqliteEventLog({ folder: dataFolders(system.data).log, partitions: 2, readOnly: true })
  const found: RejectedRecord[] = []
  for (let partition = 0; partition < 2; partition++) {
    for (const { value } of (await log.read(topics.rejected, partition, 0, 10_000)).records) {
      const record = decodeRejectedRecord(value)
      if (!record.ok) throw new TypeError(record.error)
      found.push(record.value)
    }
  }
  await log.close()
  return found
}

/** What an officer sees, oldest first. */
async function rejectedSeen(): Promise<readonly RejectedView[]> {
  const headers = { 'content-type': 'application/json', 'x-tocsin': '1' }
  const body = JSON.stringify({ user: 'duty', password: SECRET })
  const login = await fetch(`${system.url}/api/login`, { method: 'POST', headers, body })
  const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const answer = await (await fetch(`${system.url}/api/rejected?limit=1000`, { headers: { cookie } })).json()
  return (answer as { rejected: RejectedView[] }).rejected.toReversed()
}

/** The neighbour's readings are all there, were acknowledged in time, and nothing of its own was rejected. */
async function expectUndisturbed(rejected: readonly RejectedRecord[]): Promise<void> {
  expect(Math.max(...neighbour.latencies)).toBeLessThan(PATIENCE)
  expect(rejected.filter(({ enterprise }) => enterprise === good.enterprise)).toEqual([])
  const { records, journalHash, replayHash } = await readStored(system.data)
  const stored = records.flatMap((record) =>
    record.kind === 'readings' && record.site === good.site
      ? record.sensors.map((id, i) => `${id.slice(good.site.length + 1)}/${record.times[i]}/${record.values[i]}`)
      : [],
  )
  expect(stored.toSorted()).toEqual([...neighbour.acknowledged].toSorted())
  expect(replayHash).toBe(journalHash)
}

test('each kind of bad input gets its answer, an officer sees it, and nobody else is disturbed', async () => {
  const sender = await listening(system.mqtt)
  const all = cases()
  for (const { what, payload, code, field, topic = CHAOS } of all) {
    await sender.client.publishAsync(topic, payload, { qos: 1 })
    expect([what, await sender.next()]).toMatchObject([what, { topic, rejections: [{ code, field }] }])
    expect(sender.client.connected, what).toBe(true)
  }

  // one bad value in a batch of 50: it alone is lost to the sender, by its index
  const t = Date.now()
  const readings = TAGS.map((tag, i) => ({ tag, t, value: i === 17 ? null : i / 100 }))
  await sender.client.publishAsync(CHAOS, JSON.stringify({ v: 1, boot: 'b7f3', seq: 8, readings }), { qos: 1 })
  expect(await sender.next()).toMatchObject({
    seq: 8,
    rejections: [{ code: 'wrong-type', field: 'readings[17].value' }],
  })

  // half a packet, from a socket: shown under its id, nothing of it taken
  const device = await rawClient(Number(new URL(system.mqtt).port))
  const login = { username: bad.enterprise, password: Buffer.from(SECRET) }
  device.send(connectPacket(bad.rawGateway, login))
  expect(await device.next()).toMatchObject({ cmd: 'connack', returnCode: 0 })
  const own = errorsTopic(bad.enterprise, bad.rawGateway)
  device.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: own, qos: 1 }] })
  expect(await device.next()).toMatchObject({ cmd: 'suback', granted: [1] })
  device.send(publishPacket(2, '{"v":', CHAOS))
  const answers = [await device.next(), await device.next()]
  expect(answers).toMatchObject([
    { cmd: 'puback', messageId: 2 },
    { cmd: 'publish', topic: own },
  ])
  const told = answers.flatMap((packet) => (packet.cmd === 'publish' ? [Buffer.from(packet.payload)] : []))[0]
  expect(decodeErrorMessage(told ?? Buffer.alloc(0))).toMatchObject({ value: { rejections: [{ code: 'not-json' }] } })
  // the fixed header of a PUBLISH of 100 bytes and three of them
  device.write(Buffer.from([0x32, 100, 0, 3, 0x61]))
  device.destroy()

  const count = all.length + 3
  await expect.poll(async () => (await system.status()).rejected, { timeout: 10_000 }).toBe(count)
  const seen = await rejectedSeen()
  expect(seen.map(({ gateway, code }) => `${gateway} ${code}`).toSorted()).toEqual(
    [
      ...all.map(({ code }) => `${bad.gateway} ${code}`),
      `${bad.gateway} wrong-type`,
      `${bad.rawGateway} not-json`,
      `${bad.rawGateway} protocol-error`,
    ].toSorted(),
  )
  expect((await system.status()).ready).toBe(true)

  await sender.client.endAsync()
  await neighbour.stop()
  expect(await system.stop()).toBe(0)
  const rejected = await rejectedInLog()
  expect(rejected.length).toBe(count)
  for (const { what, payload, code, topic = CHAOS } of all) {
    const sha256 = createHash('sha256').update(payload).digest('hex')
    const kept = rejected.find((record) => record.sha256 === sha256 && record.topic === topic)
    expect([what, kept]).toMatchObject([what, { length: payload.length, rejections: [{ code }] }])
    expect(Buffer.from(kept?.payload ?? []).toString(), what).toBe(payload.slice(0, 65_536))
  }
  const { records } = await readStored(system.data)
  const taken = records.flatMap((record) => (record.kind === 'readings' && record.site === bad.site ? [record] : []))
  expect(taken.flatMap(({ values }) => values)).toEqual(TAGS.map((_, i) => i / 100).filter((_, i) => i !== 17))
  await expectUndisturbed(rejected)
})

test('garbage at full speed: sixty of it are kept, the rest is counted, and nobody else is disturbed', async () => {
  const sender = await listening(system.mqtt)
  const COUNT = 5_000
  await Promise.all(
    Array.from({ length: COUNT }, (_, i) => sender.client.publishAsync(CHAOS, `garbage ${i}`.repeat(100), { qos: 1 })),
  )
  // what can be taken is, in the middle of it
  await sender.client.publishAsync(CHAOS, one({ value: 0.45 }), { qos: 1 })
  await sender.client.endAsync()
  await neighbour.stop()
  expect(await system.stop()).toBe(0)
  const rejected = await rejectedInLog()
  const counting = rejected.filter(({ messages }) => messages !== undefined)
  // the flood may last longer than the minute that it begins
  expect(rejected.length - counting.length).toBeLessThanOrEqual(60 * counting.length)
  expect(rejected.map(({ messages }) => messages ?? 1).reduce((a, b) => a + b)).toBe(COUNT)
  expect(sender.heard.length).toBeLessThanOrEqual(60 * counting.length)
  const { records } = await readStored(system.data)
  expect(records.filter((record) => record.kind === 'readings' && record.site === bad.site)).toMatchObject([
    { values: [0.45] },
  ])
  await expectUndisturbed(rejected)
})
