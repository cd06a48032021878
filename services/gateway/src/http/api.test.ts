// What is read over HTTP (P8): journals, values, history, rejected messages, and numbers that are none.

import { topics } from '@tocsin/core/ports/event-log.ts'
import { encodeRejectedRecord } from '@tocsin/wire/rejected-record-v1.ts'
import { encodeSiteRecord } from '@tocsin/wire/site-record-v1.ts'
import { expect, test } from 'vitest'
import { codeOf, ready } from '../testing/api.ts'
import { openFeed } from '../testing/feed-client.ts'
import { at } from '../testing/journal-writer.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test("a closed alarm's journal, page by page, newest first", async () => {
  const { bench, gateway } = await ready()
  const alarm = await bench.journal.raise('north-a')
  for (let i = 0; i < 7; i++) {
    await bench.journal.event('north-a', { kind: 'commented', alarm, by: 'officer', text: `${i}`, command: `c${i}` })
    await bench.journal.raise('north-b')
  }
  await bench.journal.event('north-a', { kind: 'withdrawn', alarm, cause: 'site-removed' })
  const cookie = await gateway.login('viewer')
  const feed = await openFeed(gateway.url, { cookie })
  await feed.until(() => feed.alarms.size === 7 && !feed.alarms.has(alarm))
  const path = `/api/alarms/${encodeURIComponent(alarm)}/journal?limit=4`
  const numbers: number[] = []
  let next: string | null = ''
  while (next !== null) {
    const answer = await gateway.get(next === '' ? path : `${path}&before=${next}`, cookie)
    const page = answer.json() as { alarm: null; events: { n: number }[]; next: string | null }
    expect(page.alarm).toBeNull()
    numbers.push(...page.events.map((event) => event.n))
    ;({ next } = page)
  }
  expect(numbers).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1])
  expect((await gateway.get('/api/alarms/north-a%2Fsensor:x%2Fr%2F1/journal', cookie)).status).toBe(404)

  const listed = async (query: string): Promise<string[]> => {
    const { events } = (await gateway.get(`/api/journal?${query}`, cookie)).json() as {
      events: { site: string; n: number }[]
    }
    return events.map(({ site, n }) => `${site} ${n}`)
  }
  expect(await listed('site=north-a&kinds=withdrawn,raised')).toEqual(['north-a 9', 'north-a 1'])
  expect(await listed(`site=north-b&from=${at + 2}&to=${at + 4}`)).toEqual(['north-b 3', 'north-b 2'])
  expect(await listed('limit=2')).toHaveLength(2)
  expect((await gateway.get('/api/journal?kinds=nonsense', cookie)).status).toBe(400)
  expect((await gateway.get('/api/journal?before=nonsense', cookie)).status).toBe(400)
})

test('a number in a query that is none, or out of its bounds, is refused by its name', async () => {
  const { gateway } = await ready()
  const cookie = await gateway.login('viewer')
  const sensor = '/api/history?site=north-a&sensor=north-a-s1'
  const bad = [
    [`${sensor}&from=1&to=2&pixels=0`, 'pixels'],
    [`${sensor}&from=1&to=2&pixels=4001`, 'pixels'],
    [`${sensor}&from=1&to=2&pixels=1e2`, 'pixels'],
    [`${sensor}&from=1&to=2&pixels=`, 'pixels'],
    [`${sensor}&from=1&to=2&pixels=1&pixels=2`, 'pixels'],
    [`${sensor}&from=&to=2`, 'from'],
    [`${sensor}&from=NaN&to=2`, 'from'],
    [`${sensor}&from=0x10&to=20`, 'from'],
    [`${sensor}&from=1.5&to=2`, 'from'],
    [`${sensor}&from=1&to=Infinity`, 'to'],
    [`${sensor}&from=1&to=9000000000000000`, 'to'],
    [`${sensor}&from=1`, 'to'],
    [`${sensor}&from=2&to=2`, 'from'],
    [`${sensor}&from=3&to=2`, 'from'],
    ['/api/journal?from=yesterday', 'from'],
    ['/api/journal?to=', 'to'],
    ['/api/journal?limit=501', 'limit'],
    ['/api/journal?limit=-1', 'limit'],
    ['/api/alarms/north-a%2Fsensor:x%2Fr%2F1/journal?limit=0', 'limit'],
    ['/api/broadcasts?limit=1001', 'limit'],
    ['/api/rejected?limit=ten', 'limit'],
  ] as const
  for (const [path, field] of bad) {
    const answer = await gateway.get(path, cookie)
    expect([path, answer.status, codeOf(answer)]).toEqual([path, 400, 'bad-request'])
    expect(answer.json()).toMatchObject({ message: expect.stringContaining(`：${field}: `) as string })
  }
  for (const query of ['from=-1000&to=0&pixels=1', 'from=1&to=2&pixels=4000', 'from=0&to=8640000000000000&pixels=10']) {
    expect([query, (await gateway.get(`${sensor}&${query}`, cookie)).status]).toEqual([query, 200])
  }
})

test('messages that were only counted count in every number', async () => {
  const { bench, gateway } = await ready()
  const cookie = await gateway.login('viewer')
  const record = {
    enterprise: 'north',
    gateway: 'north-a-gw',
    site: null,
    client: 'north-a-gw',
    topic: '',
    received: Date.now(),
    rejections: [{ code: 'only-counted', field: '', detail: '40 more messages' }],
    length: 400,
    sha256: 'aa',
    payload: new Uint8Array(),
  } as const
  const value = [encodeRejectedRecord(record), encodeRejectedRecord({ ...record, messages: 40 })]
  await bench.log.append(
    topics.rejected,
    value.map((bytes) => ({ key: 'north-a-gw', value: bytes })),
  )
  while (((await gateway.get('/api/rejected', cookie)).json() as { lastHour: number }).lastHour < 41) await turn()
  expect((await gateway.get('/statusz')).json()).toMatchObject({ rejected: 41 })
  expect((await gateway.get('/api/rejected', cookie)).json()).toMatchObject({
    rejected: [{ code: 'only-counted', detail: '40 more messages', bytes: 400 }, {}],
  })
})

test('latest values, history with its gaps, rejected messages', async () => {
  const { bench, gateway } = await ready()
  const now = Date.now()
  const site = 'north-a'
  const times = [-100, -95, -90, -20, -15].map((seconds) => now + seconds * 1_000)
  await bench.log.append(topics.siteLog, [
    {
      key: site,
      value: encodeSiteRecord({
        kind: 'readings',
        site,
        gateway: 'north-a-gw',
        boot: 'b',
        seq: 1,
        received: now,
        sensors: times.map(() => 'north-a-s1'),
        times,
        values: [1, 2, 3, 4, 5],
        qualities: times.map(() => 'good'),
      }),
    },
  ])
  await bench.history.write(
    0,
    [
      {
        site,
        sensors: times.map(() => 'north-a-s1'),
        times,
        values: [1, 2, 3, 4, 5],
        qualities: times.map(() => 'good'),
      },
    ],
    1,
  )
  await bench.log.append(topics.rejected, [
    {
      key: 'north-a-gw',
      value: encodeRejectedRecord({
        enterprise: 'north',
        gateway: 'north-a-gw',
        site,
        client: 'c',
        topic: 't',
        received: now,
        rejections: [{ code: 'not-json', field: '', detail: 'x' }],
        length: 9,
        sha256: 'aa',
        payload: new Uint8Array([1]),
      }),
    },
  ])
  const cookie = await gateway.login('viewer')
  const feed = await openFeed(gateway.url, { cookie })
  await feed.frame('snapshot')
  feed.send({ type: 'watch', sites: [site] })
  const { values } = await feed.frame('values', (frame) => frame.values.length > 0)
  const newest = { site, sensor: 'north-a-s1', t: times[4], value: 5, quality: 'good', received: now }
  expect(values).toEqual([newest])
  expect((await gateway.get('/api/values?site=north-a&site=south-a', cookie)).json()).toEqual({ values: [newest] })
  expect((await gateway.get('/api/rejected', cookie)).json()).toMatchObject({
    rejected: [{ code: 'not-json', gateway: 'north-a-gw', bytes: 9 }],
    lastHour: 1,
  })
  const query = `/api/history?site=north-a&sensor=north-a-s1&from=${now - 110_000}&to=${now}&pixels=100`
  expect((await gateway.get(query, cookie)).json()).toMatchObject({
    interval: 10_000,
    buckets: [1, 2, 3, 4, 5].map((value) => ({ min: value, max: value, count: 1 })),
    gaps: [[times[2], times[3]]],
  })
  expect((await gateway.get('/api/history?site=north-a&sensor=none&from=1&to=2', cookie)).status).toBe(404)
  expect((await gateway.get('/api/sites', cookie)).json()).toMatchObject({
    version: 'v1',
    sites: [
      { id: 'north-a', sensors: [{ limits: [{ severity: 'red', value: 2 }, { severity: 'yellow' }] }, {}] },
      {},
      {},
    ],
  })
  await gateway.stop()
  const again = await bench.start()
  expect((await again.get('/api/values', cookie)).json()).toEqual({ values: [newest] })
})
