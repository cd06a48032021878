// The feed's promises (P9, F1–F3): a snapshot, then every event; a resume without a gap; a slow client hurts nobody.

import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import { topics } from '@tocsin/core/ports/event-log.ts'
import { decodeJournalRecord } from '@tocsin/wire/journal-record-v1.ts'
import { closeCodes } from '@tocsin/wire/feed-v1.ts'
import { expect, test } from 'vitest'
import { encodeCursor } from '../cursor.ts'
import { type Bench, createBench } from '../testing/bench.ts'
import { openFeed } from '../testing/feed-client.ts'
import { at } from '../testing/journal-writer.ts'

const nameOf = ({ site, n }: AlarmEvent): string => `${site} ${n}`

async function eventsInLog({ log }: Bench): Promise<string[]> {
  const found: string[] = []
  for (let partition = 0; partition < log.partitions; partition++) {
    let from = 0
    for (;;) {
      const batch = await log.read(topics.alarmEvents, partition, from)
      if (batch.records.length === 0) break
      for (const { value } of batch.records) {
        const decoded = decodeJournalRecord(value)
        if (decoded.ok && decoded.value.kind === 'event') found.push(nameOf(decoded.value.event))
      }
      from = batch.next
    }
  }
  return found
}

test('a snapshot of the open alarms, then every event', async () => {
  const bench = await createBench()
  await bench.journal.claim('a')
  const before = await bench.journal.raise('north-a')
  const gateway = await bench.start()
  const feed = await openFeed(gateway.url, { cookie: await gateway.login('viewer') })
  await feed.until(() => feed.alarms.has(before))
  const after = await bench.journal.raise('south-a', 'yellow')
  await feed.until(() => feed.alarms.has(after))
  expect(feed.frames[0]?.type).toBe('snapshot')
  expect(feed.alarms.get(after)).toMatchObject({ severity: 'yellow', n: 1 })
  expect(feed.events.map(nameOf)).toEqual(['south-a 1'])
})

test('progress only when the oldest partition moves on (F1)', async () => {
  const bench = await createBench()
  await bench.journal.claim('a')
  await bench.journal.mark(at)
  const gateway = await bench.start()
  const feed = await openFeed(gateway.url, { cookie: await gateway.login('viewer') })
  const { system } = await feed.frame('snapshot')
  expect(system.engineNow).toBe(at)
  expect((await gateway.get('/readyz')).status).toBe(503)

  await bench.journal.mark(at + 1_000, 0)
  await bench.journal.raise('north-a')
  await feed.frame('events')
  expect(feed.frames.map((frame) => frame.type)).not.toContain('progress')

  await bench.journal.mark(at + 2_000, 1)
  const progress = await feed.frame('progress')
  expect(progress.system.engineNow).toBe(at + 1_000)
  expect((await gateway.get('/readyz')).status).toBe(200)
  bench.ahead.mono += 11_000
  expect((await gateway.get('/readyz')).json()).toMatchObject({ ready: false, reasons: [{ code: 'engine-silent' }] })
})

test('a feed that is cut at random resumes without a gap, also at another gateway and after a restart', async () => {
  const bench = await createBench()
  await bench.journal.claim('a')
  let gateways = [await bench.start(), await bench.start()]
  const cookie = await gateways[0]?.login('viewer')
  const sites = ['north-a', 'north-b', 'south-a']
  const seed = Date.now() % 100_000
  let random = seed
  const below = (limit: number): number => {
    random = (random * 1_103_515_245 + 12_345) % 2_147_483_648
    // the low bits of such a generator alternate
    return Math.floor((random / 2_147_483_648) * limit)
  }
  const seen = new Set<string>()
  let cursor: string | null = null
  const snapshots: number[] = []
  const TURNS = 25
  for (let turn = 0; turn < TURNS; turn++) {
    if (turn === 12) {
      for (const gateway of gateways) await gateway.stop()
      gateways = [await bench.start(), await bench.start()]
    }
    const gateway = gateways[below(2)]
    const feed = await openFeed(gateway?.url ?? '', { cookie: cookie ?? '', cursor })
    const stopAfter = below(12)
    const writing = (async () => {
      for (let i = 0; i < 10; i++) await bench.journal.raise(sites[below(sites.length)] ?? '', 'blue')
    })()
    // cut anywhere: before the answer, within the resume, within the live events
    if (below(3) > 0) {
      const isFirst = cursor === null
      await feed.until(() => feed.frames.length > 0 && (feed.events.length >= Math.min(stopAfter, 10) || isFirst))
    }
    if (feed.frames[0]?.type === 'snapshot') {
      snapshots.push(turn)
      for (const alarm of feed.frames[0].alarms) seen.add(`${alarm.site} ${alarm.n}`)
    }
    feed.socket.terminate()
    await feed.closed
    for (const event of feed.events) seen.add(nameOf(event))
    cursor = feed.cursor()
    await writing
  }
  const last = await openFeed(gateways[0]?.url ?? '', { cookie: cookie ?? '', cursor })
  const expected = (await eventsInLog(bench)).sort()
  await last.until(() => {
    for (const event of last.events) seen.add(nameOf(event))
    return seen.size >= expected.length
  })
  expect([...seen].sort(), `seed ${seed}`).toEqual(expected)
  // a first connection cut before its answer has no cursor yet; none after it may lose its place
  expect(
    snapshots.filter((turn) => turn > (snapshots[0] ?? 0)),
    `seed ${seed}`,
  ).toEqual([])
})

test('each site keeps its order, and nothing comes twice within a connection', async () => {
  const bench = await createBench()
  await bench.journal.claim('a')
  const gateway = await bench.start()
  const cookie = await gateway.login('viewer')
  const first = await openFeed(gateway.url, { cookie })
  const { cursor } = await first.frame('snapshot')
  first.socket.terminate()
  for (let i = 0; i < 40; i++) await bench.journal.raise(i % 2 === 0 ? 'north-a' : 'south-a')
  const feed = await openFeed(gateway.url, { cookie, cursor })
  for (let i = 0; i < 40; i++) await bench.journal.raise(i % 2 === 0 ? 'north-a' : 'south-a')
  await feed.until(() => feed.events.length >= 80)
  expect(feed.frames[0]?.type).toBe('resumed')
  for (const site of ['north-a', 'south-a']) {
    const numbers = feed.events.filter((event) => event.site === site).map((event) => event.n)
    expect(numbers).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
  }
})

test('a cursor that is too old, of another log, or none at all gets a snapshot', async () => {
  const bench = await createBench()
  await bench.journal.claim('a')
  const gateway = await bench.start({ resumeLimit: 5 })
  const cookie = await gateway.login('viewer')
  const first = await openFeed(gateway.url, { cookie })
  const { cursor: old } = await first.frame('snapshot')
  for (let i = 0; i < 6; i++) await bench.journal.raise('north-a')
  await first.until(() => first.events.length === 6)
  const foreign = [
    {
      journal: [
        { next: 1, claim: 'other' },
        { next: 1, claim: 'a' },
      ],
      broadcasts: [0, 0],
    },
    { journal: [{ next: 1, claim: 'a' }], broadcasts: [0] },
    {
      journal: [
        { next: 9_999, claim: 'a' },
        { next: 1, claim: 'a' },
      ],
      broadcasts: [0, 0],
    },
  ].map(encodeCursor)
  for (const cursor of [old, ...foreign, 'not a cursor', '', null]) {
    const feed = await openFeed(gateway.url, { cookie, cursor })
    const { alarms } = await feed.frame('snapshot')
    expect(feed.frames).toHaveLength(1)
    expect(alarms).toHaveLength(6)
  }
})

test('a client that reads nothing is dropped, another gets everything meanwhile', async () => {
  const bench = await createBench()
  await bench.journal.claim('a')
  const gateway = await bench.start({ maxBuffered: 64 * 1024 })
  const cookie = await gateway.login('viewer')
  const slow = await openFeed(gateway.url, { cookie })
  await slow.frame('snapshot')
  const quick = await openFeed(gateway.url, { cookie })
  await quick.frame('snapshot')
  slow.socket.pause()
  const text = '长'.repeat(100_000)
  const alarm = await bench.journal.raise('north-a')
  const isDropped = async (): Promise<boolean> => /tocsin_feed_slow_total 1/.test((await gateway.get('/metrics')).text)
  let written = 1
  while (!(await isDropped())) {
    expect(written).toBeLessThan(500)
    await bench.journal.event('north-a', { kind: 'commented', alarm, by: 'officer', text, command: `c${written}` })
    written++
    await quick.until(() => quick.events.length === written)
  }
  slow.socket.resume()
  expect([closeCodes.slow, 1006]).toContain(await slow.closed)
  expect(quick.events.map((event) => event.n)).toEqual(Array.from({ length: written }, (_, i) => i + 1))
})

test('a client that does not answer pings is cut; what is no frame closes with its code', async () => {
  const bench = await createBench()
  const gateway = await bench.start({ pingEvery: 40 })
  const cookie = await gateway.login('viewer')
  const silent = await openFeed(gateway.url, { cookie })
  await silent.frame('snapshot')
  silent.socket.pause()
  const isAlone = async (): Promise<boolean> => /tocsin_feed_clients 0/.test((await gateway.get('/metrics')).text)
  while (!(await isAlone())) await new Promise((resolve) => setImmediate(resolve))

  for (const bad of ['{', '{"type":"hello","v":2,"cursor":null}', '{"type":"watch","sites":1}']) {
    const feed = await openFeed(gateway.url, { cookie })
    feed.socket.send(bad)
    expect(await feed.closed).toBe(closeCodes.badFrame)
  }
  const twice = await openFeed(gateway.url, { cookie })
  twice.send({ type: 'hello', v: 1, cursor: null })
  expect(await twice.closed).toBe(closeCodes.badFrame)
  const large = await openFeed(gateway.url, { cookie })
  large.socket.send(' '.repeat(70_000))
  expect(await large.closed).toBe(1009)
})

test('who may open the feed; a session that ends closes it', async () => {
  const bench = await createBench()
  const gateway = await bench.start()
  const cookie = await gateway.login('viewer')
  await expect(openFeed(gateway.url, { cookie: 'tocsin=none' })).rejects.toThrow('401')
  await expect(openFeed(gateway.url, { cookie, headers: { origin: 'http://evil.example' } })).rejects.toThrow('403')
  await expect(openFeed(gateway.url, { cookie, headers: { 'x-tocsin': '0' } })).rejects.toThrow('403')
  const own = await openFeed(gateway.url, { cookie, headers: { origin: gateway.url } })
  await own.frame('snapshot')
  expect((await gateway.post('/api/logout', {}, cookie)).status).toBe(204)
  expect(await own.closed).toBe(closeCodes.sessionEnded)
  await expect(openFeed(gateway.url, { cookie })).rejects.toThrow('401')
})

test('a session has ten feeds at most; another session is not concerned', async () => {
  const bench = await createBench()
  const gateway = await bench.start()
  const cookie = await gateway.login('viewer')
  const open = await Promise.all(Array.from({ length: 10 }, () => openFeed(gateway.url, { cookie })))
  await expect(openFeed(gateway.url, { cookie })).rejects.toThrow('429')
  await (await openFeed(gateway.url, { cookie: await gateway.login('viewer') })).frame('snapshot')
  open[0]?.socket.close()
  const hasRoom = async (): Promise<boolean> => /tocsin_feed_clients 10$/m.test((await gateway.get('/metrics')).text)
  while (!(await hasRoom())) await new Promise((resolve) => setImmediate(resolve))
  const again = await openFeed(gateway.url, { cookie })
  await again.frame('snapshot')
})

test('a site that leaves the registry or moves away leaves the desk of a narrowed session at once (P9)', async () => {
  const bench = await createBench()
  await bench.journal.claim('a')
  const gone = await bench.journal.raise('north-a')
  const moved = await bench.journal.raise('north-b')
  const foreign = await bench.journal.raise('south-a')
  const gateway = await bench.start()
  const all = await openFeed(gateway.url, { cookie: await gateway.login('viewer') })
  const scoped = await openFeed(gateway.url, { cookie: await gateway.login('northern') })
  await all.until(() => all.alarms.size === 3)
  await scoped.until(() => scoped.alarms.size === 2)
  const snapshots = (feed: typeof all): string[][] =>
    feed.frames.flatMap((frame) => (frame.type === 'snapshot' ? [frame.alarms.map(({ id }) => id).toSorted()] : []))

  const { registry } = bench.registry.current()
  const move = (site: (typeof registry.sites)[number]) =>
    site.id === 'north-b' ? { ...site, area: '999902001001' } : site
  bench.registry.swap({ ...registry, sites: registry.sites.filter(({ id }) => id !== 'north-a').map(move) })
  await scoped.until(() => snapshots(scoped).length === 2)
  await bench.journal.event('north-a', { kind: 'withdrawn', alarm: gone, cause: 'sensor-removed' })
  await all.until(() => !all.alarms.has(gone))

  // the snapshot's cursor resumes; a swap that changes no site of the scope is none of its business
  const resumed = await openFeed(gateway.url, { cookie: await gateway.login('northern'), cursor: scoped.cursor() })
  await resumed.frame('resumed')
  bench.registry.swap({ ...bench.registry.current().registry, policy: [] })
  bench.registry.swap(registry)
  await scoped.until(() => snapshots(scoped).length === 3)
  await resumed.frame('snapshot')
  expect(snapshots(scoped)).toEqual([[gone, moved], [], [moved]])
  expect(snapshots(resumed)).toEqual([[moved]])
  expect(scoped.events).toEqual([])
  expect(snapshots(all)).toEqual([[gone, moved, foreign]])
  expect(all.events.map(nameOf)).toEqual(['north-a 2'])
})

test('who was away while the registry changed gets a snapshot where the scope is narrow, else resumes (P9)', async () => {
  const bench = await createBench()
  await bench.journal.claim('a')
  await bench.journal.raise('north-a')
  const gateway = await bench.start()
  const users = ['viewer', 'northern'] as const
  const cookies = await Promise.all(users.map((user) => gateway.login(user)))
  const cursors: string[] = []
  for (const cookie of cookies) {
    const feed = await openFeed(gateway.url, { cookie })
    await feed.until(() => feed.alarms.size === 1)
    cursors.push(feed.cursor() ?? '')
    feed.socket.terminate()
  }
  const { registry } = bench.registry.current()
  bench.registry.swap({ ...registry, sites: registry.sites.filter(({ id }) => id !== 'north-a') })
  const [all, scoped] = await Promise.all(
    cookies.map((cookie, i) => openFeed(gateway.url, { cookie, cursor: cursors[i] ?? '' })),
  )
  await all?.frame('resumed')
  const snapshot = await scoped?.frame('snapshot')
  expect(snapshot).toMatchObject({ alarms: [] })
})

test('stopping tells clients to come back', async () => {
  const bench = await createBench()
  const gateway = await bench.start()
  const feed = await openFeed(gateway.url, { cookie: await gateway.login('viewer') })
  await feed.frame('snapshot')
  await gateway.stop()
  expect(await feed.closed).toBe(1001)
})
