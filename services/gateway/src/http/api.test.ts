// Officers over HTTP (P10, I3, P8): who may do what, commands once and durable, sessions, history, journals.

import type { BroadcastRecord } from '@tocsin/core/domain/broadcast.ts'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { SiteRecord } from '@tocsin/core/domain/site-record.ts'
import { partitionOf, topics } from '@tocsin/core/ports/event-log.ts'
import { decodeBroadcastRecord } from '@tocsin/wire/broadcast-record-v1.ts'
import { encodeRejectedRecord } from '@tocsin/wire/rejected-record-v1.ts'
import { decodeSiteRecord, encodeSiteRecord } from '@tocsin/wire/site-record-v1.ts'
import { expect, test } from 'vitest'
import { type Bench, createBench, type Running } from '../testing/bench.ts'
import { broadcastIntent } from '../testing/broadcast.ts'
import { openFeed } from '../testing/feed-client.ts'
import { at } from '../testing/journal-writer.ts'

async function siteRecords({ log }: Bench, site: string): Promise<SiteRecord[]> {
  const batch = await log.read(topics.siteLog, partitionOf(site, log.partitions), 0)
  return batch.records.flatMap(({ value }) => {
    const decoded = decodeSiteRecord(value)
    return decoded.ok ? [decoded.value] : []
  })
}

async function broadcastRecords({ log }: Bench): Promise<BroadcastRecord[]> {
  const batch = await log.read(topics.broadcastLog, partitionOf('platform-1', log.partitions), 0)
  return batch.records.flatMap(({ value }) => {
    const decoded = decodeBroadcastRecord(value)
    return decoded.ok ? [decoded.value] : []
  })
}

async function ready(settings: Parameters<Bench['start']>[0] = {}) {
  const bench = await createBench()
  await bench.journal.claim('a')
  const gateway = await bench.start(settings)
  return { bench, gateway }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const codeOf = (answer: { json(): unknown }): unknown => {
  const body = answer.json()
  return typeof body === 'object' && body !== null && 'code' in body ? body.code : null
}

/** Resolves once the gateway shows the alarm. */
async function shows(gateway: Running, alarm: string): Promise<void> {
  const feed = await openFeed(gateway.url, { cookie: await gateway.login('admin') })
  await feed.until(() => feed.alarms.has(alarm))
  feed.socket.terminate()
}

test('login gives a cookie that no script reads; it lasts over a restart and ends at logout', async () => {
  const { bench, gateway } = await ready()
  const answer = await gateway.post('/api/login', { user: 'officer', password: 'officer' })
  expect(answer.headers.get('set-cookie')).toMatch(/^tocsin=[\w-]{43}; .*HttpOnly; SameSite=Strict/)
  expect(answer.json()).toMatchObject({ session: { user: 'officer', role: 'officer', name: '值' } })
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
  await gateway.stop()
  const again = await bench.start()
  expect((await again.get('/api/session', cookie)).json()).toMatchObject({ session: { user: 'officer' } })
  expect((await again.post('/api/logout', {}, cookie)).status).toBe(204)
  expect(codeOf(await again.get('/api/session', cookie))).toBe('no-session')
})

test('a session ends with its hours, and when its person loses the rights it had', async () => {
  const { bench, gateway } = await ready({ sessionHours: 1 })
  const cookie = await gateway.login('officer')
  bench.ahead.wall += 3_599_000
  expect((await gateway.get('/api/session', cookie)).status).toBe(200)
  bench.ahead.wall += 2_000
  expect((await gateway.get('/api/session', cookie)).status).toBe(401)
  const demoted = await gateway.login('approver')
  await gateway.stop()
  bench.users.splice(2, 1, { id: 'approver', name: '批', role: 'viewer', scope: { areas: [], enterprises: [] } })
  const again = await bench.start()
  expect((await again.get('/api/session', demoted)).status).toBe(401)
})

test('a wrong password, and too many of them', async () => {
  const { gateway } = await ready({ loginsPerMinute: 3 })
  const tries: number[] = []
  for (let i = 0; i < 5; i++) {
    tries.push((await gateway.post('/api/login', { user: 'officer', password: 'guess' })).status)
  }
  expect(tries).toEqual([401, 401, 401, 429, 429])
  const refused = await gateway.post('/api/login', { user: 'officer', password: 'officer' })
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await gateway.post('/api/login', { user: 'viewer', password: 'viewer' })).status).toBe(200)
  expect((await gateway.post('/api/login', { user: 'viewer' })).status).toBe(400)
})

test('a POST from another site is refused; messages are Chinese, or English when asked for', async () => {
  const { gateway } = await ready()
  const post = (headers: Record<string, string>): Promise<Response> =>
    fetch(`${gateway.url}/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ user: 'officer', password: 'officer' }),
    })
  expect((await post({ origin: 'http://evil.example' })).status).toBe(403)
  expect((await post({ origin: 'http://evil.example', 'x-tocsin': '1' })).status).toBe(403)
  expect((await post({})).status).toBe(403)
  expect((await post({ origin: gateway.url })).status).toBe(200)
  expect((await post({ 'x-tocsin': '1' })).status).toBe(200)
  expect(await (await post({ 'accept-language': 'en' })).json()).toEqual({
    code: 'foreign-origin',
    message: 'The request comes from another site',
  })
  expect(await (await post({})).json()).toEqual({ code: 'foreign-origin', message: '请求来自其他网站，已拒绝' })
})

test('each role may do what it may', async () => {
  const { bench, gateway } = await ready()
  const alarm = await bench.journal.raise('north-a')
  const intent = await broadcastIntent(bench.log, { alarm, site: 'north-a', by: null })
  await shows(gateway, alarm)
  const commands = [
    { command: 'acknowledge', alarm, severity: 'red', revision: 1 },
    { command: 'unacknowledge', alarm, why: '误操作' },
    { command: 'comment', alarm, text: '已电话核实' },
    { command: 'request-broadcast', alarm },
    { command: 'approve', message: intent.id },
    { command: 'stop-broadcast', message: intent.id, why: '误报' },
  ]
  const allowed: Record<string, number[]> = {}
  for (const user of ['viewer', 'officer', 'approver']) {
    const cookie = await gateway.login(user)
    allowed[user] = []
    for (const [i, command] of commands.entries()) {
      const answer = await gateway.post('/api/commands', { id: `${user}-${i}-id`, ...command }, cookie)
      allowed[user].push(answer.status)
    }
  }
  expect(allowed).toEqual({
    viewer: [403, 403, 403, 403, 403, 403],
    officer: [202, 202, 202, 202, 403, 403],
    approver: [202, 202, 202, 202, 202, 202],
  })
  expect((await gateway.post('/api/commands', { id: 'without-login', ...commands[0] })).status).toBe(401)
})

test('a command stands in site-log once, with who and when, however often it is sent', async () => {
  const { bench, gateway } = await ready()
  const alarm = await bench.journal.raise('north-a')
  const cookie = await gateway.login('officer')
  const command = { id: 'command-1', command: 'acknowledge', alarm, severity: 'red', revision: 1 }
  const answers = await Promise.all([1, 2, 3].map(() => gateway.post('/api/commands', command, cookie)))
  expect(answers.map((answer) => [answer.status, answer.json()])).toEqual(
    [1, 2, 3].map(() => [202, { id: 'command-1' }]),
  )
  expect(await siteRecords(bench, 'north-a')).toMatchObject([
    {
      kind: 'command',
      site: 'north-a',
      id: 'command-1',
      by: 'officer',
      alarm,
      command: 'acknowledge',
      severity: 'red',
      revision: 1,
    },
  ])
  expect(codeOf(await gateway.post('/api/commands', { ...command, revision: 2 }, cookie))).toBe('id-reused')

  // answered by the journal, then sent again after a restart
  await bench.journal.event('north-a', {
    kind: 'acknowledged',
    alarm,
    severity: 'red',
    revision: 1,
    by: 'officer',
    command: 'command-1',
  })
  await gateway.stop()
  const again = await bench.start()
  const feed = await openFeed(again.url, { cookie })
  await feed.until(() => feed.alarms.get(alarm)?.acknowledged !== null)
  expect((await again.post('/api/commands', command, cookie)).status).toBe(202)
  expect(await siteRecords(bench, 'north-a')).toHaveLength(1)
})

test('bad commands name the field', async () => {
  const { gateway } = await ready()
  const cookie = await gateway.login('officer')
  const good = { id: 'command-1', command: 'comment', alarm: 'north-a/sensor:x/r/1', text: 'x' }
  const bad = [
    [{ ...good, id: 'short' }, 'id'],
    [{ ...good, text: '  ' }, 'text'],
    [{ ...good, command: 'explode' }, 'command'],
    [{ ...good, extra: 1 }, ''],
    [{ ...good, alarm: 'nonsense' }, 'alarm'],
    [{ ...good, alarm: 'north-a/sensor:x/r/0' }, 'alarm'],
    [{ ...good, alarm: `north-a/sensor:${'x'.repeat(65)}/r/1` }, 'alarm'],
    [{ id: good.id, command: 'approve', message: 'north-a/sensor:x/r/1' }, 'message'],
    [{ id: good.id, command: 'approve', message: 'north-a/sensor:x/r/1#shout#1' }, 'message'],
    [{ id: good.id, command: 'acknowledge', alarm: good.alarm, severity: 'red', revision: 1.5 }, 'revision'],
    [[], ''],
  ] as const
  for (const [body, field] of bad) {
    const answer = await gateway.post('/api/commands', body, cookie)
    expect([answer.status, codeOf(answer)]).toEqual([400, 'bad-request'])
    expect(answer.text).toContain(field)
  }
  expect(codeOf(await gateway.post('/api/commands', { ...good, text: 'x'.repeat(20_000) }, cookie))).toBe('too-large')
  const longest = { ...good, text: '\u{1}'.repeat(2_000) }
  expect((await gateway.post('/api/commands', longest, cookie)).status).toBe(202)
  const broken = await fetch(`${gateway.url}/api/commands`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tocsin': '1', cookie },
    body: '{"id":',
  })
  expect(broken.status).toBe(400)
})

test('a log that does not take the record is said, and makes the gateway unready', async () => {
  const bench = await createBench()
  let isDown = true
  const { log } = bench
  const failing = {
    partitions: log.partitions,
    bounds: log.bounds.bind(log),
    read: log.read.bind(log),
    follow: log.follow.bind(log),
    saved: log.saved.bind(log),
    trim: log.trim.bind(log),
    close: log.close.bind(log),
    append: (topic: string, records: Parameters<typeof log.append>[1]) =>
      isDown ? Promise.reject(new TocsinError('log-unavailable', 'disk full')) : log.append(topic, records),
  }
  const gateway = await bench.start({}, { log: failing })
  const cookie = await gateway.login('officer')
  const command = { id: 'command-1', command: 'comment', alarm: 'north-a/sensor:x/r/1', text: 'x' }
  const answer = await gateway.post('/api/commands', command, cookie)
  expect([answer.status, codeOf(answer)]).toEqual([503, 'unavailable'])
  expect((await gateway.get('/readyz')).text).toContain('{"code":"log-unavailable","detail":"disk full"}')
  isDown = false
  expect((await gateway.post('/api/commands', command, cookie)).status).toBe(202)
  expect((await gateway.get('/readyz')).text).not.toContain('log-unavailable')
})

test('who asked for a broadcast may not approve it; another may, once', async () => {
  const { bench, gateway } = await ready()
  const alarm = await bench.journal.raise('north-a')
  await shows(gateway, alarm)
  const approver = await gateway.login('approver')
  const asked = await gateway.post('/api/commands', { id: 'request-1', command: 'request-broadcast', alarm }, approver)
  expect(asked.status).toBe(202)
  expect(await broadcastRecords(bench)).toMatchObject([{ kind: 'request', id: 'request-1', by: 'approver', alarm }])
  const intent = await broadcastIntent(bench.log, { alarm, site: 'north-a', by: 'approver' })
  const feed = await openFeed(gateway.url, { cookie: approver })
  await feed.frame('snapshot')
  const send = (id: string, command: string, cookie: string) =>
    gateway.post('/api/commands', { id, command, message: intent.id, why: '误报' }, cookie)
  const approve = { command: 'approve', message: intent.id }
  const own = await gateway.post('/api/commands', { id: 'approve-1', ...approve }, approver)
  expect([own.status, codeOf(own)]).toEqual([403, 'own-request'])
  const admin = await gateway.login('admin')
  expect((await gateway.post('/api/commands', { id: 'approve-2', ...approve }, admin)).status).toBe(202)
  await openFeed(gateway.url, { cookie: admin }).then((f) =>
    f.until(() => f.frames.some((frame) => 'messages' in frame && frame.messages.some((m) => m.state === 'approved'))),
  )
  expect(codeOf(await send('reject-1', 'reject', admin))).toBe('wrong-state')
  expect((await gateway.get('/api/broadcasts', admin)).json()).toMatchObject({
    messages: [{ id: intent.id, state: 'approved', decidedBy: 'admin', requestedBy: 'approver' }],
  })
  expect((await gateway.get('/api/broadcasts?state=closed', admin)).json()).toEqual({ messages: [], next: null })
  expect((await gateway.get('/statusz')).json()).toMatchObject({ broadcasts: { approved: 1 } })
})

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
