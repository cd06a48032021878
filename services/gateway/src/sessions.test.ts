// A session is the store's: valid at every gateway over it, also after a restart, and ended everywhere.

import type { User } from '@tocsin/config/credentials.ts'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import { closeCodes } from '@tocsin/wire/feed-v1.ts'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { type Bench, createBench } from './testing/bench.ts'
import { openFeed } from './testing/feed-client.ts'
import { openSessions, type Sessions } from './sessions.ts'

/** The sessions of one more gateway over the bench's store. */
function sessionsOf(bench: Bench, views: Bench['views'] = bench.views): Sessions {
  return openSessions({
    views,
    credentials: { verifyUser: async () => null, users: () => bench.users },
    clock: { wall: () => 1_000_000 + bench.ahead.wall, mono: () => 0 },
    logger: pino({ level: 'silent' }),
    hours: 1,
  })
}

function userOf(bench: Bench, id: string): User {
  const user = bench.users.find((one) => one.id === id)
  if (!user) throw new RangeError(id)
  return user
}

test('opened at one gateway, valid at every one over the store; logged out at one, ended at each', async () => {
  const bench = await createBench()
  const [first, second] = [await bench.start(), await bench.start()]
  const cookies = await Promise.all([first.login('viewer'), second.login('viewer'), first.login('officer')])
  for (const gateway of [first, second]) {
    for (const cookie of cookies) expect((await gateway.get('/api/session', cookie)).status).toBe(200)
  }
  const feed = await openFeed(second.url, { cookie: cookies[0] })
  await feed.frame('snapshot')
  expect((await first.post('/api/logout', {}, cookies[0])).status).toBe(204)
  expect((await second.get('/api/session', cookies[0])).status).toBe(401)
  expect(await feed.closed).toBe(closeCodes.sessionEnded)
  await first.stop()
  await second.stop()
  const again = await bench.start()
  const statuses = await Promise.all(cookies.map(async (cookie) => (await again.get('/api/session', cookie)).status))
  expect(statuses).toEqual([401, 200, 200])
})

test('a sweep ends what another gateway ended, what expired, and whose rights changed; and no other', async () => {
  const bench = await createBench()
  const [here, there] = [sessionsOf(bench), sessionsOf(bench)]
  const ended: string[] = []
  here.onEnd((id) => ended.push(id))
  const kept = await here.open(userOf(bench, 'officer'))
  const closed = await here.open(userOf(bench, 'viewer'))
  await there.close(closed.officer.id)
  // a login during the sweep is not taken for one that was ended elsewhere
  const [opened] = await Promise.all([here.open(userOf(bench, 'officer')), here.sweep()])
  expect(ended).toEqual([closed.officer.id])
  bench.users.splice(0, 1, { ...userOf(bench, 'viewer'), role: 'approver' })
  const stale = await there.open({ ...userOf(bench, 'viewer'), role: 'viewer' })
  expect(await here.find(stale.token)).toBe(null)
  expect(await here.find(kept.token)).toEqual(kept.officer)
  expect(await there.find(opened.token)).toEqual(opened.officer)
  bench.ahead.wall += 3_600_000
  await here.sweep()
  expect(ended.toSorted()).toEqual([closed, kept, opened].map((one) => one.officer.id).toSorted())
  expect((await bench.views.loadAll('gateway-session-')).size).toBe(0)
})

test("a person's twenty-first session ends the oldest, at whatever gateway it was opened", async () => {
  const bench = await createBench()
  const [here, there] = [sessionsOf(bench), sessionsOf(bench)]
  const tokens: string[] = []
  for (let i = 0; i < 21; i++) {
    bench.ahead.wall++
    tokens.push((await (i % 2 === 0 ? here : there).open(userOf(bench, 'viewer'))).token)
  }
  const found = await Promise.all(tokens.map((token) => here.find(token)))
  expect(found.map((one) => one !== null)).toEqual(tokens.map((_, i) => i > 0))
})

test('a store that does not answer costs nobody the session that this gateway knows', async () => {
  const bench = await createBench()
  let isDown = false
  const gate = <T>(work: () => Promise<T>): Promise<T> =>
    isDown ? Promise.reject(new TocsinError('store-unavailable', 'disk full')) : work()
  const sessions = sessionsOf(bench, {
    save: (name, value) => gate(() => bench.views.save(name, value)),
    load: (name) => gate(() => bench.views.load(name)),
    loadAll: (prefix) => gate(() => bench.views.loadAll(prefix)),
    remove: (name) => gate(() => bench.views.remove(name)),
  })
  const before = await sessions.open(userOf(bench, 'officer'))
  isDown = true
  const during = await sessions.open(userOf(bench, 'officer'))
  await sessions.sweep()
  expect(await sessions.find(before.token)).toEqual(before.officer)
  expect(await sessions.find(during.token)).toEqual(during.officer)
  await expect(sessions.find('someone else’s')).rejects.toMatchObject({ code: 'store-unavailable' })
  isDown = false
  await sessions.sweep()
  expect(await sessionsOf(bench).find(during.token)).toEqual(during.officer)
})
