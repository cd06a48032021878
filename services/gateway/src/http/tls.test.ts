// A listener with TLS: the page, a cookie that is sent over TLS only, the feed.

import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { createBench } from '../testing/bench.ts'

const cert = fileURLToPath(new URL('../../testdata/listener.cert.pem', import.meta.url))
const key = fileURLToPath(new URL('../../testdata/listener.key.pem', import.meta.url))

test('TLS: login, a Secure cookie, the feed', async () => {
  const bench = await createBench()
  const { url } = await bench.start({ tls: { cert, key } })
  expect(url).toMatch(/^https:/)
  const ca = readFileSync(cert)
  const cookie = await new Promise<string>((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'x-tocsin': '1' }
    const post = request(`${url}/api/login`, { method: 'POST', ca, headers }, (response) => {
      response.resume()
      resolve(response.headers['set-cookie']?.[0] ?? '')
    })
    post.on('error', reject)
    post.end(JSON.stringify({ user: 'viewer', password: 'viewer' }))
  })
  expect(cookie).toContain('; Secure')
  const headers = { cookie: cookie.split(';')[0], origin: url }
  const socket = new WebSocket(`${url.replace('https', 'wss')}/feed`, { ca, headers })
  const first = await new Promise<string>((resolve, reject) => {
    socket.on('open', () => socket.send('{"type":"hello","v":1,"cursor":null}'))
    socket.on('message', (data: Buffer) => resolve(data.toString()))
    socket.on('error', reject)
  })
  expect(first).toContain('"snapshot"')
  socket.terminate()
})
