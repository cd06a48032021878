// Sessions over HTTP (P10): who gets in, for how long, and from which page.

import { expect, test } from 'vitest'
import { codeOf, ready } from '../testing/api.ts'

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
