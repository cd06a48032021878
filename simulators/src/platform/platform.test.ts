import { setImmediate as turn } from 'node:timers/promises'
import type { Detail } from '@tocsin/wire/ebm/detail.ts'
import type { Ebm } from '@tocsin/wire/ebm/ebm.ts'
import { encodeMultipart } from '@tocsin/wire/ebm/multipart.ts'
import { plainRules, postPacket, unpackPacket } from '@tocsin/wire/ebm/package.ts'
import { type Packet, writePacket } from '@tocsin/wire/ebm/packet.ts'
import { packTar } from '@tocsin/wire/ebm/tar.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { area, cancelOf, ebm, ebmId, other, sourceEbrId, T0 } from '../testing/ebm.ts'
import { type PlatformOptions, type RunningPlatform, startPlatform } from './platform.ts'

let now: number
const running: RunningPlatform[] = []
beforeEach(() => {
  now = T0
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((platform) => platform.stop()))
})

/** Rounds of 6 s on a clock that stands still until a test moves it. */
async function start(options: PlatformOptions = {}): Promise<RunningPlatform> {
  const platform = await startPlatform({ now: () => now, ...options })
  running.push(platform)
  return platform
}

let sequence = 0
function packetOf(detail: Detail): Packet {
  sequence += 1
  return {
    ebdId: `10${sourceEbrId}${String(sequence).padStart(16, '0')}`,
    source: { ebrId: sourceEbrId, url: null },
    destination: '49999010000000314010101',
    at: now,
    related: null,
    detail,
  }
}

interface Sent {
  readonly contentType: string
  readonly body: Uint8Array
}

async function post(url: string, { contentType, body }: Sent, signal?: AbortSignal): Promise<Response> {
  const init = { method: 'POST', headers: { 'content-type': contentType }, body: new Uint8Array(body) }
  return fetch(url, signal ? { ...init, signal } : init)
}

async function packetIn(response: Response): Promise<Packet> {
  const fileName = /filename="(.*)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? null
  const answer = await unpackPacket({ fileName, tar: new Uint8Array(await response.arrayBuffer()) }, plainRules)
  if (!answer.ok) throw new Error(answer.error)
  return answer.value
}

async function ask(platform: RunningPlatform, detail: Detail): Promise<Detail> {
  return (await packetIn(await post(platform.url, await postPacket(packetOf(detail))))).detail
}

function send(platform: RunningPlatform, message: Ebm): Promise<Detail> {
  return ask(platform, { type: 'EBM', ebm: message })
}

function query(platform: RunningPlatform, n: number): Promise<Detail> {
  return ask(platform, { type: 'EBMStateRequest', ebmId: ebmId(n) })
}

/** Sends what meets silence, and hangs up once the platform has counted it. */
async function sendUnanswered(platform: RunningPlatform, message: Ebm): Promise<string> {
  const before = platform.control.received['EBM'] ?? 0
  const hangUp = new AbortController()
  const packet = await postPacket(packetOf({ type: 'EBM', ebm: message }))
  const answered = post(platform.url, packet, hangUp.signal).then(
    () => 'answered',
    (error: unknown) => (error instanceof Error ? error.name : ''),
  )
  while ((platform.control.received['EBM'] ?? 0) === before) await turn()
  await turn()
  hangUp.abort()
  return answered
}

const taken = { type: 'EBDResponse', code: 1, description: '接收成功' }

test('a message is receipted, a query answered on the same connection, each naming its request', async () => {
  const platform = await start()
  const request = packetOf({ type: 'EBM', ebm: ebm(1, { areas: [area, other] }) })
  const response = await post(platform.url, await postPacket(request))
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-tar'])
  expect(response.headers.get('eb-boot')).toBe(platform.control.boot)
  expect(await packetIn(response)).toMatchObject({
    related: request.ebdId,
    source: { ebrId: '49999010000000314010101' },
    destination: sourceEbrId,
    at: T0,
    detail: taken,
  })
  now += 30_000
  expect(await query(platform, 1)).toMatchObject({
    type: 'EBMStateResponse',
    state: { at: now, code: 3, items: [{ code: 3 }, { code: 3 }] },
  })
  expect(await query(platform, 2)).toEqual({ type: 'EBDResponse', code: 5, description: '查找不到该EBMID' })
  expect(await ask(platform, { type: 'ConnectionCheck', at: now })).toEqual(taken)
  expect(await ask(platform, { type: 'EBDResponse', code: 1, description: '' })).toMatchObject({ code: 5 })
  expect(platform.control.received).toEqual({ EBM: 1, EBMStateRequest: 2, ConnectionCheck: 1, EBDResponse: 1 })
})

test('packets are taken on every path that ends in /eb, and nowhere else', async () => {
  const platform = await start()
  const packet = await postPacket(packetOf({ type: 'ConnectionCheck', at: now }))
  const base = platform.url.replace(/\/eb$/, '')
  expect((await packetIn(await post(`${base}/county/api/eb?x=1`, packet))).detail).toEqual(taken)
  expect((await post(`${base}/web`, packet)).status).toBe(404)
})

async function tarPost(...files: { name: string; text: string }[]): Promise<Sent> {
  const fileName = `EBDT_10${sourceEbrId}0000000000000042.tar`
  const packed = files.map(({ name, text }) => ({ name, bytes: Buffer.from(text) }))
  return encodeMultipart({ fileName, bytes: await packTar(packed, T0) })
}

const id42 = `10${sourceEbrId}0000000000000042`
const name42 = `EBDB_${id42}.xml`

function xml42(patch: (xml: string) => string = (xml) => xml): { name: string; text: string } {
  return { name: name42, text: patch(writePacket({ ...packetOf({ type: 'EBM', ebm: ebm(1) }), ebdId: id42 })) }
}

test.each<[string, () => Promise<Sent> | Sent, number, string | null]>([
  ['no multipart', () => ({ contentType: 'application/json', body: Buffer.from('{') }), 2, null],
  ['a cut multipart', async () => cut(await tarPost(xml42()), 600), 2, null],
  ['no TAR', () => encodeMultipart({ fileName: `EBDT_${id42}.tar`, bytes: Buffer.from('zip') }), 2, id42],
  ['a cut TAR', async () => encodeMultipart({ fileName: `EBDT_${id42}.tar`, bytes: await cutTar() }), 2, id42],
  ['another file', () => tarPost({ name: 'EBDR_x.mp3', text: 'x' }), 3, id42],
  ['no XML', () => tarPost({ name: name42, text: '<EBD><EBD' }), 2, id42],
  ['an entity (XXE)', () => tarPost(xml42((xml) => xml.replace('\n', `${doctype}\n`).replace('内容', '&x;'))), 2, id42],
  ['no content', () => tarPost(xml42((xml) => xml.replace(/<MsgContent>.*<\/MsgContent>/, ''))), 3, id42],
  ['another MsgType', () => tarPost(xml42((xml) => xml.replace('<MsgType>1<', '<MsgType>9<'))), 2, id42],
  ['a cancel of nothing', () => tarPost(xml42((xml) => xml.replace('<MsgType>1<', '<MsgType>2<'))), 3, id42],
])('%s is answered with what is wrong, and does nothing', async (...[, build, code, related]) => {
  const platform = await start()
  const answer = await packetIn(await post(platform.url, await build()))
  expect(answer).toMatchObject({ related, detail: { type: 'EBDResponse', code } })
  expect(answer.detail.type === 'EBDResponse' && answer.detail.description).toMatch(/^(解析失败|内容缺失)：./)
  now += 60_000
  expect(platform.ledger()).toEqual([])
})

const doctype = '<!DOCTYPE EBD [<!ENTITY x SYSTEM "file:///etc/hostname">]>'

function cut({ contentType, body }: Sent, length: number): Sent {
  return { contentType, body: body.subarray(0, length) }
}

async function cutTar(): Promise<Uint8Array> {
  return (await packTar([{ name: name42, bytes: Buffer.from(xml42().text) }], T0)).subarray(0, 1024)
}

test('refusing: result 5, nothing is kept; its other answers go on', async () => {
  const platform = await start({ mode: 'refusing' })
  expect(await send(platform, ebm(1))).toEqual({ type: 'EBDResponse', code: 5, description: '平台拒绝接收' })
  platform.control.setMode('normal')
  expect(await query(platform, 1)).toMatchObject({ code: 5 })
  expect(await send(platform, ebm(1, { start: T0 - 9_000, end: T0 }))).toMatchObject({
    code: 5,
    description: '消息已过期',
  })
  expect(await send(platform, cancelOf(1, 2))).toMatchObject({ code: 5, description: '查找不到该EBMID' })
})

test('silent: nothing is answered, nothing is done', async () => {
  const platform = await start({ mode: 'silent' })
  expect(await sendUnanswered(platform, ebm(1))).toBe('AbortError')
  platform.control.setMode('normal')
  expect(await query(platform, 1)).toMatchObject({ type: 'EBDResponse', code: 5 })
})

test('mute: nothing is answered, all is done', async () => {
  const platform = await start({ mode: 'mute' })
  expect(await sendUnanswered(platform, ebm(1))).toBe('AbortError')
  platform.control.setMode('normal')
  expect(await query(platform, 1)).toMatchObject({ type: 'EBMStateResponse' })
  now += 60_000
  expect(platform.control.heard).toHaveLength(1)
})

test('slow: the answer comes when the wait is over', async () => {
  let wake: () => void = () => undefined
  const asked = Promise.withResolvers<number>()
  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve
      asked.resolve(ms)
    })
  const platform = await start({ mode: 'slow', slowMs: 25_000, sleep })
  let isAnswered = false
  const answer = send(platform, ebm(1)).then((detail) => {
    isAnswered = true
    return detail
  })
  expect(await asked.promise).toBe(25_000)
  expect([isAnswered, platform.control.received['EBM']]).toEqual([false, 1])
  wake()
  expect(await answer).toEqual(taken)
})

test('twice: each village hears it twice, and only there', async () => {
  const platform = await start({ mode: 'twice' })
  expect(await send(platform, ebm(1))).toEqual(taken)
  now += 120_000
  expect(platform.control.heard.map((entry) => [entry.area, entry.plays])).toEqual([
    [area, 3],
    [area, 3],
  ])
  expect(await query(platform, 1)).toMatchObject({ state: { code: 3, items: [{ code: 3 }, { code: 3 }] } })
  platform.control.setMode('normal')
  await send(platform, ebm(1))
  now += 120_000
  expect(platform.control.heard).toHaveLength(2)
})

test('silent, then twice: what came in silence is done twice when it speaks again', async () => {
  const platform = await start({ mode: 'silent-then-twice' })
  await sendUnanswered(platform, ebm(1))
  now += 60_000
  expect(platform.ledger()).toEqual([])
  platform.control.setMode('twice')
  now += 60_000
  expect(platform.control.heard).toHaveLength(2)
})

test('forget: another boot, no message, nothing plays; what was heard stays in the ledger', async () => {
  const platform = await start()
  await send(platform, ebm(1))
  now += 8_000
  const { boot } = platform.control
  platform.control.forget()
  expect(platform.control.boot).not.toBe(boot)
  expect(await query(platform, 1)).toMatchObject({ code: 5, description: '查找不到该EBMID' })
  now += 60_000
  expect(platform.ledger()).toMatchObject([{ kind: 'warning', ebmId: ebmId(1) }])
  await send(platform, ebm(1))
  now += 60_000
  expect(platform.control.heard).toHaveLength(2)
})

test('the control address tells and takes as the control does; wrong fields are named', async () => {
  const platform = await start()
  const tell = (body: string) => fetch(platform.controlUrl, { method: 'POST', body })
  const change = { mode: 'slow', slowMs: 5, faults: { [area]: 0 } }
  expect(await (await tell(JSON.stringify(change))).json()).toMatchObject(change)
  expect(await (await tell('{"mode":"normal","forget":true}')).json()).toMatchObject({ mode: 'normal', slowMs: 5 })
  expect(await (await fetch(platform.controlUrl)).json()).toEqual({
    mode: 'normal',
    slowMs: 5,
    boot: platform.control.boot,
    received: {},
    faults: { [area]: 0 },
  })
  for (const wrong of [
    '[',
    '[]',
    '{"mode":"sulking"}',
    '{"slowMs":-1}',
    '{"faults":{"1":"x"}}',
    '{"forget":1}',
    '{"x":1}',
  ])
    expect((await tell(wrong)).status, wrong).toBe(400)
})

test('faults that are told hold for the messages after', async () => {
  const platform = await start()
  platform.control.tell({ faults: { [area]: 0, [other]: 2 } })
  await send(platform, ebm(1, { areas: [area, other] }))
  now += 60_000
  expect(await query(platform, 1)).toMatchObject({
    state: { code: 4, items: [{ description: '前端无应答，未到达，终端 0/12' }, { code: 4 }] },
  })
  expect(platform.ledger()).toMatchObject([{ area: other, terminals: 2 }])
})

test('the ledger as JSON has what villages heard and what was cancelled', async () => {
  const platform = await start({ villages: [{ area, name: '柳树湾村', terminals: 4 }] })
  await send(platform, ebm(1))
  now += 8_000
  await send(platform, cancelOf(1, 2))
  const heard = { village: '柳树湾村', area, ebmId: ebmId(1), title: '预警 1', text: '内容 1', terminals: 4 }
  const ledger: unknown = await (await fetch(platform.url.replace(/eb$/, 'ledger'))).json()
  const first = platform.control.heard[0]?.at ?? 0
  expect(first - T0).toBeLessThan(2_000)
  expect(ledger).toEqual([
    { ...heard, kind: 'warning', at: first, plays: 2 },
    { ...heard, kind: 'cancelled', at: now, plays: 2 },
  ])
  expect(platform.ledger()).toEqual(ledger)
  expect(platform.control.heard).toHaveLength(1)
})

test('the page shows what plays where, and nothing in it is markup of whoever sent it', async () => {
  const platform = await start()
  const look = async () => (await fetch(platform.url.replace(/eb$/, ''))).text()
  expect(await look()).toContain('还没有播出')
  await send(platform, ebm(1, { title: '<b>预警' }))
  now += 8_000
  expect(await look()).toMatch(/12 \/ 12.*播放中.*2 \/ 3.*&lt;b&gt;预警/)
})

test('a stop ends what waits for an answer at once', async () => {
  const platform = await start({ mode: 'slow', slowMs: 600_000 })
  const answer = send(platform, ebm(1)).catch(() => 'cut')
  while (platform.control.received['EBM'] === undefined) await turn()
  await platform.stop()
  expect(await answer).toBe('cut')
})
