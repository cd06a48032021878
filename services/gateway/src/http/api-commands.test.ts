// Officers' commands over HTTP (P10, I3): who may give which, once and durable, and what is refused.

import type { BroadcastRecord } from '@tocsin/core/domain/broadcast.ts'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { SiteRecord } from '@tocsin/core/domain/site-record.ts'
import { partitionOf, topics } from '@tocsin/core/ports/event-log.ts'
import { decodeBroadcastRecord } from '@tocsin/wire/broadcast-record-v1.ts'
import { decodeSiteRecord } from '@tocsin/wire/site-record-v1.ts'
import { expect, test } from 'vitest'
import { codeOf, ready } from '../testing/api.ts'
import { type Bench, createBench, type Running } from '../testing/bench.ts'
import { broadcastIntent } from '../testing/broadcast.ts'
import { openFeed } from '../testing/feed-client.ts'

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

/** Resolves once the gateway shows the alarm. */
async function shows(gateway: Running, alarm: string): Promise<void> {
  const feed = await openFeed(gateway.url, { cookie: await gateway.login('admin') })
  await feed.until(() => feed.alarms.has(alarm))
  feed.socket.terminate()
}

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
