// One scope passes every read and feed (P10): with a narrowed session nothing of another place appears anywhere.

import type { ReadingsRecord } from '@tocsin/core/domain/site-record.ts'
import { topics } from '@tocsin/core/ports/event-log.ts'
import { encodeRejectedRecord } from '@tocsin/wire/rejected-record-v1.ts'
import { encodeSiteRecord } from '@tocsin/wire/site-record-v1.ts'
import { expect, test } from 'vitest'
import { areaPrefix, createVisible } from './scope.ts'
import { type Bench, createBench } from './testing/bench.ts'
import { broadcastIntent } from './testing/broadcast.ts'
import { openFeed } from './testing/feed-client.ts'
import { testRegistry } from './testing/registry.ts'

function readings(site: string): ReadingsRecord {
  return {
    kind: 'readings',
    site,
    gateway: `${site}-gw`,
    boot: 'b',
    seq: 1,
    received: Date.now(),
    sensors: [`${site}-s1`],
    times: [Date.now()],
    values: [1],
    qualities: ['good'],
  }
}

async function reject({ log }: Bench, enterprise: string, site: string): Promise<void> {
  const value = encodeRejectedRecord({
    enterprise,
    gateway: `${enterprise}-gw`,
    site,
    client: 'c',
    topic: `tocsin/v1/${enterprise}/${site}/readings`,
    received: Date.now(),
    rejections: [{ code: 'foreign-site', field: '', detail: `${site} is not of ${enterprise}` }],
    length: 2,
    sha256: 'aa',
    payload: new Uint8Array(2),
  })
  await log.append(topics.rejected, [{ key: enterprise, value }])
}

/** Every kind of content at a site of each enterprise. */
async function fill(bench: Bench): Promise<{ north: string; south: string; message: string }> {
  const { journal, log } = bench
  await journal.claim('a')
  const south = await journal.raise('south-a')
  const north = await journal.raise('north-a')
  await journal.raise('south-a', null)
  // a gap: a fault whose detail names a site
  await journal.raw('south-gone', {
    kind: 'event',
    claim: 'a',
    input: 0,
    event: { site: 'south-gone', n: 9, at: 1, prev: '', hash: '', content: { kind: 'fresh', alarm: south } },
  })
  const { id } = await broadcastIntent(log, { alarm: south, site: 'south-a', by: null })
  for (const site of ['north-a', 'south-a']) {
    await log.append(topics.siteLog, [{ key: site, value: encodeSiteRecord(readings(site)) }])
  }
  await reject(bench, 'south', 'south-a')
  await reject(bench, 'south', 'north-a')
  await reject(bench, 'north', 'south-a')
  await reject(bench, 'north', 'north-a')
  return { north, south, message: id }
}

test('nothing of another place in any answer or frame', async () => {
  const bench = await createBench()
  const { north, south, message } = await fill(bench)
  const gateway = await bench.start()
  const all = await gateway.login('admin')
  const scoped = await gateway.login('northern')
  const admin = await openFeed(gateway.url, { cookie: all })
  await admin.until(() => admin.alarms.has(south) && admin.alarms.has(north))
  await admin.until(() => admin.frames.some((frame) => 'messages' in frame && frame.messages.length > 0))

  const texts: string[] = []
  const feed = await openFeed(gateway.url, { cookie: scoped })
  const { cursor } = await feed.frame('snapshot')
  feed.send({ type: 'watch', sites: ['north-a', 'south-a', 'tocsin'] })
  await feed.frame('values', (frame) => frame.values.length > 0)
  await bench.journal.raise('south-a')
  await bench.log.append(topics.siteLog, [{ key: 'south-a', value: encodeSiteRecord(readings('south-a')) }])
  await broadcastIntent(bench.log, { alarm: `${south}9`, site: 'south-a', by: null })
  await bench.journal.mark(Date.now())
  const last = await bench.journal.raise('north-a')
  await feed.until(() => feed.alarms.has(last))
  await feed.frame('progress')
  const resumed = await openFeed(gateway.url, { cookie: scoped, cursor })
  await resumed.until(() => resumed.alarms.has(last))
  expect(resumed.frames[0]?.type).toBe('resumed')
  texts.push(...feed.texts, ...resumed.texts)

  const id = encodeURIComponent(north)
  const from = Date.now() - 1_000
  const reads: Record<string, string> = {
    'GET /api/session': '/api/session',
    'GET /api/sites': '/api/sites',
    'GET /api/people': '/api/people',
    'GET /api/values': '/api/values',
    'GET /api/broadcasts': '/api/broadcasts',
    'GET /api/rejected': '/api/rejected',
    'GET /api/history': `/api/history?site=north-a&sensor=north-a-s1&from=${from}&to=${from + 1_000}`,
    'GET /api/alarms': '/api/alarms',
    'GET /api/alarms/:id/journal': `/api/alarms/${id}/journal`,
    'GET /api/journal': '/api/journal',
    'GET /healthz': '/healthz',
    'GET /readyz': '/readyz',
    'GET /statusz': '/statusz',
    'GET /metrics': '/metrics',
  }
  // a route that is added must be added here
  const posts = ['POST /api/login', 'POST /api/logout', 'POST /api/commands']
  expect([...gateway.routes].sort()).toEqual([...Object.keys(reads), ...posts].sort())
  for (const path of Object.values(reads)) {
    const answer = await gateway.get(path, scoped)
    expect([path, [200, 503].includes(answer.status)]).toEqual([path, true])
    texts.push(answer.text)
  }
  for (const text of texts) expect(text).not.toContain('south')
  expect((await gateway.get('/api/rejected', scoped)).json()).toMatchObject({ lastHour: 2 })

  const asked = [
    `/api/alarms/${encodeURIComponent(south)}/journal`,
    '/api/journal?site=south-a',
    `/api/history?site=south-a&sensor=south-a-s1&from=${from}&to=${from + 1_000}`,
  ]
  for (const path of asked) expect([path, (await gateway.get(path, scoped)).status]).toEqual([path, 404])
  expect((await gateway.get('/api/values?site=south-a', scoped)).json()).toEqual({ values: [] })
  expect((await gateway.get(`/api/broadcasts?alarm=${encodeURIComponent(south)}`, scoped)).json()).toEqual({
    messages: [],
    next: null,
  })
  const commands = [
    { command: 'acknowledge', alarm: south, severity: 'red', revision: 1 },
    { command: 'comment', alarm: south, text: 'x' },
    { command: 'request-broadcast', alarm: south },
    { command: 'approve', message },
    { command: 'stop-broadcast', message, why: 'x' },
  ]
  for (const [i, command] of commands.entries()) {
    const answer = await gateway.post('/api/commands', { id: `foreign-${i}`, ...command }, scoped)
    expect([command.command, answer.status]).toEqual([command.command, 404])
  }
  const ofTocsin = { id: 'of-tocsin', command: 'comment', alarm: 'tocsin/intake:i/blind/1', text: 'x' }
  expect((await gateway.post('/api/commands', ofTocsin, scoped)).status).toBe(403)
  expect((await gateway.post('/api/commands', ofTocsin, all)).status).toBe(202)
})

test("a session's own blind sensors are counted, and no other's", async () => {
  const bench = await createBench()
  await bench.journal.claim('a')
  await bench.journal.raise('south-a', null)
  const gateway = await bench.start()
  const counts: unknown[] = []
  for (const user of ['admin', 'northern']) {
    const feed = await openFeed(gateway.url, { cookie: await gateway.login(user) })
    const { system } = await feed.frame('snapshot')
    counts.push([system.sensors, system.blindSensors, system.blindSites])
  }
  expect(counts).toEqual([
    [6, 1, 1],
    [4, 0, 0],
  ])
})

test('areas by prefix, enterprises by id, both narrowed together; the registry as it is now', () => {
  const registry = testRegistry()
  const visible = createVisible(registry)
  const seen = (areas: string[], enterprises: string[]): string[] =>
    ['north-a', 'south-a', 'gone', 'tocsin'].filter((site) => visible({ areas, enterprises }, site))
  expect(seen([], [])).toEqual(['north-a', 'south-a', 'gone', 'tocsin'])
  expect(seen(['999900000000'], [])).toEqual(['north-a', 'south-a', 'tocsin'])
  expect(seen(['999902000000'], [])).toEqual(['south-a', 'tocsin'])
  expect(seen([], ['north'])).toEqual(['north-a', 'tocsin'])
  expect(seen(['999902000000'], ['north'])).toEqual(['tocsin'])
  const { registry: current } = registry.current()
  registry.swap({ ...current, sites: current.sites.filter((site) => site.id !== 'north-a') })
  expect(seen([], ['north'])).toEqual(['tocsin'])
})

test('the digits that an area shares with what lies in it', () => {
  const prefixes = [
    '990000000000',
    '999900000000',
    '999901000000',
    '999901001000',
    '999901001001',
    '999910000000',
    '9999',
  ]
  expect(prefixes.map(areaPrefix)).toEqual(['99', '9999', '999901', '999901001', '999901001001', '999910', '9999'])
})
