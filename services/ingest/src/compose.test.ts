// From MQTT to the log: what a PUBACK promises (P1), that ticks come first and stop with the log (T1), and that a log
// that is down stops the acknowledgements and loses nothing.

import type { ReadingsRecord, TickRecord } from '@tocsin/core/domain/site-record.ts'
import { partitionOf } from '@tocsin/core/ports/event-log.ts'
import { afterEach, expect, test } from 'vitest'
import { batch, type Harness, harness, NORTH, NOW, reading, site, sites, until } from './harness.test-support.ts'

const open: Harness[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

async function start(...args: Parameters<typeof harness>): Promise<Harness> {
  const started = await harness(...args)
  open.push(started)
  return started
}

async function readings(h: Harness): Promise<ReadingsRecord[]> {
  return (await h.siteLog()).filter((record) => record.kind === 'readings')
}

async function ticks(h: Harness): Promise<TickRecord[]> {
  return (await h.siteLog()).filter((record) => record.kind === 'tick')
}

test('a batch becomes one record, under the sensors’ ids and in canonical units', async () => {
  const h = await start()
  const client = await h.connect('cx-gw-1')
  const message = batch(
    [reading('GT-101', 2.4), { ...reading('GT-102', 1), q: 'over-range' }, reading('XV-1', 1)],
    1024,
  )
  await client.publishAsync(NORTH, message, { qos: 1 })
  expect(await readings(h)).toEqual([
    {
      kind: 'readings',
      site: 'cx-north',
      gateway: 'cx-gw-1',
      boot: 'b7f3',
      seq: 1024,
      received: NOW,
      sensors: ['cx-GT-101', 'cx-GT-102', 'cx-XV-1'],
      times: [NOW - 500, NOW - 500, NOW - 500],
      // 1 ppm of chlorine at 20 ℃: 70.906 g/mol ÷ 24.055 L/mol
      values: [2.4, 2.94766160881, 1],
      qualities: ['good', 'over-range', 'good'],
    },
  ])
  expect(h.ingest.metrics()).toMatchObject({ messages: 1, readings: 3, rejected: 0, connections: 1, logTakes: true })
})

test('P1: no PUBACK before the append has succeeded', async () => {
  const h = await start()
  const client = await h.connect('cx-gw-1')
  await until(async () => (await h.siteLog()).some((record) => record.kind === 'link'))
  h.log.hold()
  let acknowledged = false
  const published = client.publishAsync(NORTH, batch([reading('GT-101')]), { qos: 1 }).then(() => {
    acknowledged = true
  })
  const before = h.log.asked
  await until(() => h.log.asked > before)
  // a second client's whole handshake goes through meanwhile: not the loop is blocked, the acknowledgement is
  const other = await h.connect('cx-gw-2')
  await other.endAsync()
  expect(acknowledged).toBe(false)
  expect(await readings(h)).toEqual([])
  h.log.release()
  await published
  expect((await readings(h)).length).toBe(1)
})

test('a log that is down: no PUBACK, the same order afterwards, nothing lost', async () => {
  const h = await start()
  const client = await h.connect('cx-gw-1')
  await until(async () => (await h.siteLog()).some((record) => record.kind === 'link'))
  h.log.failing = true
  const published = Array.from({ length: 200 }, (_, seq) =>
    client.publishAsync(NORTH, batch([reading('GT-101', seq)], seq), { qos: 1 }),
  )
  await until(() => h.ingest.metrics().appendFailures > 0)
  expect(h.ingest.metrics().logTakes).toBe(false)
  expect(await readings(h)).toEqual([])
  h.log.failing = false
  await Promise.all(published)
  expect((await readings(h)).map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, seq) => seq))
  expect(h.ingest.metrics().logTakes).toBe(true)
})

test('what queues up during an append goes into the next one', async () => {
  const h = await start()
  const client = await h.connect('cx-gw-1')
  await until(async () => (await h.siteLog()).some((record) => record.kind === 'link'))
  const before = h.ingest.metrics().appends
  await Promise.all(
    Array.from({ length: 1_000 }, (_, seq) => client.publishAsync(NORTH, batch([reading('GT-101')], seq), { qos: 1 })),
  )
  expect((await readings(h)).length).toBe(1_000)
  expect(h.ingest.metrics().appends - before).toBeLessThan(200)
})

test('T1: the first tick stands before any reading, and every second one goes to every partition', async () => {
  const h = await start()
  const client = await h.connect('cx-gw-1')
  await client.publishAsync(NORTH, batch([reading('GT-101')]), { qos: 1 })
  h.second()
  await until(async () => (await ticks(h)).length === 4)
  const seen = await ticks(h)
  expect(seen.map(({ mono, wall }) => [mono, wall])).toEqual([
    [1_000, NOW],
    [2_000, NOW + 1_000],
    [1_000, NOW],
    [2_000, NOW + 1_000],
  ])
  expect(new Set(seen.map(({ ingest, boot }) => `${ingest} ${boot}`)).size).toBe(1)
  const batchOf = await h.log.read('site-log', partitionOf('cx-north', 2), 0)
  expect(batchOf.records[0]?.key).toBe('tick')
})

test('T1: while the log takes nothing, ticks do not pile up', async () => {
  const h = await start()
  h.log.failing = true
  for (let i = 0; i < 60; i++) h.second()
  await until(() => h.ingest.metrics().appendFailures > 0)
  h.log.failing = false
  await until(() => h.ingest.metrics().ticks === 2)
  h.second()
  await until(() => h.ingest.metrics().ticks === 3)
  const monos = (await ticks(h)).map(({ mono }) => mono)
  expect([...new Set(monos)]).toEqual([1_000, 2_000, 62_000])
})

test('each start has a boot id of its own, in its ticks and its connections', async () => {
  const boots: string[] = []
  for (const _ of [1, 2]) {
    const h = await start()
    await h.connect('cx-gw-1')
    await until(async () => (await h.siteLog()).some((record) => record.kind === 'link'))
    const log = await h.siteLog()
    const boot = log.flatMap((record) => (record.kind === 'tick' ? [record.boot] : []))[0] ?? ''
    const connection = log.flatMap((record) => (record.kind === 'link' ? [record.connection] : []))[0]
    expect(connection).toMatch(new RegExp(`^${boot}\\.\\d+$`))
    boots.push(boot)
  }
  expect(new Set(boots).size).toBe(2)
})

test('a changed registry is in force for the next message, and connected sensor gateways are announced to new sites', async () => {
  const h = await start()
  const client = await h.connect('cx-gw-1')
  const topic = 'tocsin/v1/cx-chem/cx-east/readings'
  await client.publishAsync(topic, batch([reading('GT-101')]), { qos: 1 })
  expect((await h.rejected()).map(({ rejections }) => rejections[0]?.code)).toEqual(['unknown-site'])
  h.swap([...sites, site('cx-east')])
  await client.publishAsync(topic, batch([reading('GT-101')]), { qos: 1 })
  expect((await readings(h)).map((record) => record.site)).toEqual(['cx-east'])
  h.second()
  h.second()
  await until(async () => (await h.siteLog()).some((record) => record.kind === 'link' && record.site === 'cx-east'))
})

test('failpoints stand before and after the append', async () => {
  const hit: string[] = []
  const h = await start({ failpoints: { hit: (name) => void hit.push(name) } })
  expect(h.ingest.metrics().ticks).toBe(1)
  expect(hit).toEqual(['ingest.before-append', 'ingest.after-append'])
})

test('stopping while the log is down gives up on what was never acknowledged', async () => {
  const h = await start()
  const client = await h.connect('cx-gw-1')
  h.log.failing = true
  const published = client.publishAsync(NORTH, batch([reading('GT-101')]), { qos: 1 }).catch(() => 'no PUBACK')
  await until(() => h.ingest.metrics().appendFailures > 0)
  await h.ingest.stop()
  client.end(true)
  expect(await published).toBe('no PUBACK')
  h.log.failing = false
  expect(await readings(h)).toEqual([])
})
