// The adapter against the simulated platform over real HTTP, and against peers that misbehave.

import { createServer, type RequestListener } from 'node:http'
import type { PlatformMessage } from '@tocsin/core/domain/broadcast.ts'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { LoudspeakerPlatform } from '@tocsin/core/domain/site.ts'
import { type PlatformOptions, startPlatform } from '@tocsin/simulators/platform/platform.ts'
import { gdjCodec } from '@tocsin/wire/ebm/codec.ts'
import { afterEach, expect, test, vi } from 'vitest'
import { gdjLoudspeakers } from './gdj-loudspeakers.ts'
import { listenForStates } from './state-listener.ts'

const registered: LoudspeakerPlatform = {
  id: 'county',
  name: '邵屏市应急广播平台',
  url: 'http://127.0.0.1:1/eb',
  sourceEbrId: '39999000000000103010101',
  platformEbrId: '49999010000000314010101',
  senderName: '邵屏市应急管理局',
  senderCode: '39999000000000001010101',
  areas: ['9999'],
  dialect: 'gdj-2018',
  duration: 1_800_000,
}
const clock = { wall: () => Date.now(), mono: () => performance.now() }
const ending: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end()
})

let seq = 0
function message(patch: Partial<PlatformMessage> = {}): PlatformMessage {
  seq++
  const now = Date.now()
  return {
    ebmId: `${registered.sourceEbrId}20260614${String(seq).padStart(4, '0')}`,
    ebdId: `10${registered.sourceEbrId}${String(seq).padStart(16, '0')}`,
    type: 'warning',
    related: [],
    sentAt: now,
    body: {
      site: 's1',
      severity: 'red',
      title: '氯气泄漏红色预警',
      text: '请立即转移。',
      eventType: '12D02',
      areas: [
        { area: '999901101201', name: '杨家湾村', people: 800, terminals: 12 },
        { area: '999901101202', name: '石桥村', people: 500, terminals: 8 },
      ],
      start: now - 1000,
      end: now + 600_000,
      related: [],
    },
    ...patch,
  }
}

async function client(options: PlatformOptions = {}, timeoutMs = 5000) {
  const platform = await startPlatform({ speed: 40, ...options })
  ending.push(() => platform.stop())
  const codec = gdjCodec(registered, null)
  const speakers = gdjLoudspeakers({ platform: { id: 'county', url: platform.url }, codec, clock, timeoutMs })
  ending.push(() => speakers.close())
  return { platform, speakers }
}

async function peer(listener: RequestListener, timeoutMs = 2000) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  ending.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  const url = `http://127.0.0.1:${port}/eb`
  return gdjLoudspeakers({ platform: { id: 'county', url }, codec: gdjCodec(registered, null), clock, timeoutMs })
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'fine',
    (error: unknown) => (error instanceof TocsinError ? `${error.code} ${error.retry}` : String(error)),
  )
}

test('sends, asks until every village played it, and knows the platform’s start', async () => {
  const { platform, speakers } = await client({ failRate: 0.5 })
  const sent = message()
  const check = await speakers.check()
  expect(check.boot).toBe(platform.control.boot)
  expect(await speakers.send(sent)).toEqual({ result: 'accepted', detail: '成功：接收成功', boot: check.boot })
  await vi.waitFor(async () => {
    const state = await speakers.query(sent.ebmId)
    expect(state.known && state.areas.map((area) => area.state)).toEqual(['played', 'played'])
    expect(state.known && state.areas[0]?.terminals?.total).toBe(12)
  }, 5000)
  expect(platform.control.heard.map(({ area }) => area).toSorted()).toEqual(['999901101201', '999901101202'])
  // a repeat is not played again
  await speakers.send({ ...sent, ebdId: message().ebdId })
  platform.control.setMode('normal')
  expect((await speakers.query(sent.ebmId)).known).toBe(true)
  expect(platform.control.heard).toHaveLength(2)
})

test('a message that the platform does not have is unknown, by its own word', async () => {
  const { speakers, platform } = await client()
  expect(await speakers.query(message().ebmId)).toMatchObject({ known: false, boot: platform.control.boot })
})

test('what is refused says why; an expired one and a cancel of nothing are', async () => {
  const { platform, speakers } = await client()
  const now = Date.now()
  const old = message()
  const late = await speakers.send({ ...old, body: { ...old.body, start: now - 9000, end: now - 5000 } })
  expect([late.result, late.detail.slice(0, 4)]).toEqual(['refused', '其他错误'])
  const cancel = message({ type: 'cancel', related: [message().ebmId] })
  expect(await speakers.send(cancel)).toMatchObject({ result: 'refused' })
  platform.control.setMode('refusing')
  expect(await speakers.send(message())).toMatchObject({ result: 'refused' })
})

test('no answer within the timeout is platform-unavailable, to be tried again', async () => {
  const { speakers } = await client({ mode: 'silent' }, 200)
  expect(await codeOf(speakers.send(message()))).toBe('platform-unavailable true')
  expect(await codeOf(speakers.query(message().ebmId))).toBe('platform-unavailable true')
  expect(await codeOf(speakers.check())).toBe('platform-unavailable true')
})

test('nobody there is platform-unavailable', async () => {
  const codec = gdjCodec(registered, null)
  const speakers = gdjLoudspeakers({ platform: registered, codec, clock, timeoutMs: 1000 })
  expect(await codeOf(speakers.send(message()))).toBe('platform-unavailable true')
})

test('it follows no redirect and believes no answer that it cannot read', async () => {
  let reached = false
  const elsewhere = await peer((_request, response) => {
    reached = true
    response.end()
  })
  expect(await codeOf(elsewhere.check())).toBe('platform-unavailable true')
  expect(reached).toBe(true)
  reached = false
  const redirecting = await peer((request, response) => {
    if (request.url === '/other') reached = true
    response.writeHead(307, { location: '/other' }).end()
  })
  expect(await codeOf(redirecting.send(message()))).toBe('platform-unavailable true')
  expect(reached).toBe(false)
  const failing = await peer((_request, response) => response.writeHead(500).end())
  expect(await codeOf(failing.send(message()))).toBe('platform-unavailable true')
  const huge = await peer((_request, response) => response.end(Buffer.alloc(5 * 1024 * 1024)))
  expect(await codeOf(huge.send(message()))).toBe('platform-unavailable true')
})

test('an answer to another packet is not believed', async () => {
  const codec = gdjCodec(registered, null)
  const wrong = await peer((_request, response) => {
    void codec
      .receipt({ ebdId: message().ebdId, at: Date.now(), related: message().ebdId })
      .then(({ tar }) => response.end(tar))
  })
  expect(await codeOf(wrong.send(message()))).toBe('platform-unavailable true')
})

test('a state that the platform brings in a connection of its own (GD/J 083)', async () => {
  const platform = await startPlatform({ speed: 40, states: 'push' })
  ending.push(() => platform.stop())
  const listener = await listenForStates({ codec: gdjCodec(registered, null), clock, port: 0 })
  ending.push(() => listener.close())
  const codec = gdjCodec(registered, listener.url)
  const speakers = gdjLoudspeakers({
    platform: { id: 'county', url: platform.url },
    codec,
    clock,
    listener,
    timeoutMs: 5000,
  })
  const sent = message()
  await speakers.send(sent)
  expect((await speakers.query(sent.ebmId)).known).toBe(true)
  expect(await speakers.query(message().ebmId)).toMatchObject({ known: false })
  // what nobody asked for does no harm
  const stray = await fetch(listener.url, { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } })
  expect([stray.status, (await fetch(listener.url)).status]).toEqual([400, 405])
})

test('without an answer on either way a query is platform-unavailable', async () => {
  const platform = await startPlatform({ speed: 40, states: 'push' })
  ending.push(() => platform.stop())
  const listener = await listenForStates({ codec: gdjCodec(registered, null), clock, port: 0 })
  ending.push(() => listener.close())
  // SRC/URL is not the listener's: nothing will come
  const codec = gdjCodec(registered, 'http://127.0.0.1:9/eb')
  const speakers = gdjLoudspeakers({
    platform: { id: 'county', url: platform.url },
    codec,
    clock,
    listener,
    timeoutMs: 300,
  })
  const sent = message()
  await speakers.send(sent)
  expect(await codeOf(speakers.query(sent.ebmId))).toBe('platform-unavailable true')
})
