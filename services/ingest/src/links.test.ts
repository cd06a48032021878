// M3 and T4 on real connections: who is online, whose last will counts, and when the intake itself is blind.

import type { BlindRecord, LinkRecord } from '@tocsin/core/domain/site-record.ts'
import { statusTopic } from '@tocsin/wire/mqtt-topics-v1.ts'
import { encodeStatus } from '@tocsin/wire/mqtt-status-v1.ts'
import type { MqttClient } from 'mqtt'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { batch, type Harness, harness, NORTH, reading, until } from './harness.test-support.ts'

let h: Harness
beforeEach(async () => {
  h = await harness()
})
afterEach(() => h.close())

async function links(site: string): Promise<LinkRecord[]> {
  return (await h.siteLog()).filter((record): record is LinkRecord => record.kind === 'link' && record.site === site)
}

async function blinds(): Promise<BlindRecord[]> {
  return (await h.siteLog()).filter((record) => record.kind === 'blind')
}

/** `online 1`, `offline 1 will` …: the connection's own number, as the site heard it. */
async function story(site: string): Promise<string[]> {
  return (await links(site)).map(({ state, connection, cause }) => {
    const number = connection.slice(connection.indexOf('.') + 1)
    return state === 'online' ? `online ${number}` : `offline ${number} ${cause}`
  })
}

const topic = statusTopic('cx-chem', 'cx-gw-1')
const will = { topic, payload: Buffer.from(encodeStatus({ state: 'offline' })), qos: 1, retain: false } as const

test('a connection is told to every site that the sensor gateway serves, before its readings', async () => {
  const client = await h.connect('cx-gw-1')
  await client.publishAsync(NORTH, batch([reading('GT-101')]), { qos: 1 })
  expect(await story('cx-north')).toEqual(['online 1'])
  expect(await story('cx-south')).toEqual(['online 1'])
  expect(await story('dp-pond')).toEqual([])
  const kinds = (await h.siteLog())
    .filter((record) => 'site' in record && record.site === 'cx-north')
    .map(({ kind }) => kind)
  expect(kinds).toEqual(['link', 'readings'])
  await client.endAsync()
  await until(async () => (await story('cx-north')).length === 2)
  expect(await story('cx-south')).toEqual(['online 1', 'offline 1 close'])
})

test('a lost connection gives out its last will, once', async () => {
  const client = await h.connect('cx-gw-1', { will })
  client.stream.destroy()
  await until(async () => (await story('cx-south')).length === 2)
  const again = await h.connect('cx-gw-1')
  await again.publishAsync(NORTH, batch([reading('GT-101')]), { qos: 1 })
  expect(await story('cx-south')).toEqual(['online 1', 'offline 1 will', 'online 2'])
})

test('an old last will names the old connection and does not take the reconnected sensor gateway offline', async () => {
  await h.connect('cx-gw-1', { will })
  // the second login kicks the first, which ends without a DISCONNECT: its will goes out now
  const second = await h.connect('cx-gw-1', { will })
  await second.publishAsync(NORTH, batch([reading('GT-101')]), { qos: 1 })
  expect(await story('cx-north')).toEqual(['online 1', 'offline 1 will', 'online 2'])
  expect(second.connected).toBe(true)
})

test('a second login kicks the first', async () => {
  const first = await h.connect('cx-gw-1')
  const closed = new Promise<void>((resolve) => first.once('close', resolve))
  await h.connect('cx-gw-1')
  await closed
  await until(async () => (await story('cx-north')).length === 3)
  expect(await story('cx-north')).toEqual(['online 1', 'offline 1 taken-over', 'online 2'])
})

test('a device may say itself that it goes and that it is back; the ended id never comes back', async () => {
  const client = await h.connect('cx-gw-1')
  await client.publishAsync(topic, Buffer.from(encodeStatus({ state: 'online' })), { qos: 1 })
  await client.publishAsync(topic, Buffer.from(encodeStatus({ state: 'offline' })), { qos: 1 })
  await client.publishAsync(topic, Buffer.from(encodeStatus({ state: 'online' })), { qos: 1 })
  expect(await story('cx-north')).toEqual(['online 1', 'offline 1 close', 'online 2'])
  await client.endAsync()
  await until(async () => (await story('cx-north')).length === 4)
  expect((await story('cx-north')).at(-1)).toBe('offline 2 close')
})

test('stopping the intake ends its connections as its own doing, without their wills', async () => {
  await h.connect('cx-gw-1', { will })
  await h.ingest.stop()
  expect(await story('cx-north')).toEqual(['online 1', 'offline 1 intake-restart'])
})

test('a wrong secret and an unregistered sensor gateway do not get in', async () => {
  await expect(h.connect('cx-gw-1', { password: 'guess' })).rejects.toMatchObject({ code: 4 })
  await expect(h.connect('cx-gw-9')).rejects.toMatchObject({ code: 5 })
  await expect(h.connect('dp-gw-1', { username: 'cx-chem', password: 'cx-secret' })).rejects.toMatchObject({ code: 5 })
  expect(h.ingest.metrics()).toMatchObject({ connections: 0, refusedLogins: 3 })
})

test('T4: most connections lost within a minute is our blindness; fewer, or meant, is not', async () => {
  const clients: MqttClient[] = []
  for (const n of [1, 2, 3, 4]) clients.push(await h.connect(`cx-gw-${n}`))
  const lose = async (i: number) => {
    const ended = async () => (await links('cx-south')).filter(({ state }) => state === 'offline').length
    const before = await ended()
    clients[i]?.stream.destroy()
    await until(async () => (await ended()) > before)
  }
  await lose(3)
  await lose(2)
  h.clock.monoMs += 60_000
  // the first two are a minute old: only these two count
  await lose(1)
  expect(await blinds()).toEqual([])
  for (const n of [2, 3, 4]) clients[n - 1] = await h.connect(`cx-gw-${n}`)
  await lose(1)
  await lose(2)
  expect(await blinds()).toEqual([])
  await lose(3)
  await until(async () => (await blinds()).length > 0)
  expect(await blinds()).toEqual([{ kind: 'blind', site: 'cx-south', ingest: 'ingest-1', hold: 120_000 }])
  await lose(0)
  await until(async () => (await blinds()).length > 1)
  expect((await blinds()).map(({ site }) => site).toSorted()).toEqual(['cx-north', 'cx-south'])
  expect(h.ingest.metrics().blinds).toBe(2)
})
