// The simulated platform: the algorithm of GD/J 086 annex C in its villages, and each way in which it misbehaves.

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ebm } from '@tocsin/wire/ebm/ebm.ts'
import { decodeMultipart } from '@tocsin/wire/ebm/multipart.ts'
import { plainRules, postPacket, unpackPacket } from '@tocsin/wire/ebm/package.ts'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Broadcaster } from './broadcaster.ts'
import { type PlatformOptions, type RunningPlatform, startPlatform } from './platform.ts'

const source = '39999000000000103010101'
const T0 = 1_781_374_512_000
const area = '999901101201'
const other = '999901101202'

function ebm(n: number, patch: Partial<Ebm> = {}): Ebm {
  return {
    ebmId: `${source}20260614${String(n).padStart(4, '0')}`,
    related: null,
    msgType: 1,
    senderName: '邵屏市应急管理局',
    senderCode: '39999000000000001010101',
    sendTime: T0,
    eventType: '12D02',
    severity: 2,
    start: T0,
    end: T0 + 600_000,
    title: `预警 ${n}`,
    text: `内容 ${n}`,
    areas: [area],
    ...patch,
  }
}

describe('GD/J 086 annex C', () => {
  const start = (options: Partial<ConstructorParameters<typeof Broadcaster>[0]> = {}) => {
    const broadcaster = new Broadcaster({ failRate: 0, speed: 1, ...options }, () => undefined)
    const run = (from: number, to: number) => {
      for (let now = from; now <= to; now += 100) broadcaster.advance(now)
    }
    const take = (message: Ebm, now = T0, twice = false) => broadcaster.take(message, { now, twice })
    const titles = () => broadcaster.heard.map(({ title }) => title)
    return { broadcaster, run, take, titles }
  }

  test('accepted, waiting, playing, played', () => {
    const { broadcaster, run, take } = start()
    expect(take(ebm(1)).code).toBe(1)
    expect(broadcaster.state(ebm(1).ebmId, T0)?.code).toBe(1)
    run(T0, T0 + 5000)
    expect(broadcaster.state(ebm(1).ebmId, T0 + 5000)?.code).toBe(2)
    run(T0 + 5000, T0 + 15_000)
    const state = broadcaster.state(ebm(1).ebmId, T0 + 15_000)
    expect([state?.code, state?.items[0]?.description]).toEqual([3, '播发成功 终端 12/12'])
    expect(broadcaster.heard).toHaveLength(1)
  })

  test('what is expired or covers nobody here is dropped; a dead village fails', () => {
    const { broadcaster, run, take } = start({ villages: [{ area, terminals: 4, dead: true }] })
    expect(take(ebm(1), T0 + 700_000).code).toBe(5)
    expect(take(ebm(2, { areas: [other] })).code).toBe(5)
    expect(take(ebm(3, { areas: [area, other] })).code).toBe(1)
    run(T0, T0 + 15_000)
    expect(broadcaster.state(ebm(3).ebmId, T0)?.items.map(({ code }) => code)).toEqual([4])
    expect(broadcaster.heard).toEqual([])
  })

  test('a repeat plays once; one that says something else replaces it', () => {
    const { run, take, titles } = start()
    take(ebm(1))
    take(ebm(1), T0 + 500)
    run(T0, T0 + 20_000)
    take(ebm(1), T0 + 20_000)
    run(T0 + 20_000, T0 + 40_000)
    expect(titles()).toEqual(['预警 1'])
    take(ebm(1, { text: '更正', title: '更正' }), T0 + 40_000)
    run(T0 + 40_000, T0 + 60_000)
    expect(titles()).toEqual(['预警 1', '更正'])
  })

  test('a cancel before the first word keeps it unheard; later it ends what plays', () => {
    const { broadcaster, run, take, titles } = start()
    take(ebm(1))
    expect(take(ebm(2, { msgType: 2, related: ebm(1).ebmId }), T0 + 100).code).toBe(1)
    run(T0, T0 + 20_000)
    expect(titles()).toEqual([])
    expect(broadcaster.state(ebm(1).ebmId, T0)?.code).toBe(5)
    expect(take(ebm(3, { msgType: 2, related: ebm(9).ebmId })).code).toBe(5)
  })

  test('the graver one takes the loudspeaker, the earlier one goes first', () => {
    const { run, take, titles } = start()
    take(ebm(1, { severity: 3 }))
    run(T0, T0 + 4000)
    take(ebm(2, { severity: 1 }), T0 + 4000)
    take(ebm(3, { severity: 3 }), T0 + 4000)
    run(T0 + 4000, T0 + 40_000)
    expect(titles()).toEqual(['预警 1', '预警 2', '预警 3'])
  })

  test('the end time removes what waits', () => {
    const { broadcaster, run, take } = start()
    take(ebm(1, { start: T0 + 5000, end: T0 + 6000 }))
    broadcaster.advance(T0 + 6000)
    run(T0 + 6000, T0 + 9000)
    expect(broadcaster.state(ebm(1).ebmId, T0)?.code).toBe(4)
    expect(broadcaster.heard).toEqual([])
  })

  test('a faulty platform plays everything twice', () => {
    const { run, take, titles } = start()
    take(ebm(1), T0, true)
    run(T0, T0 + 40_000)
    expect(titles()).toEqual(['预警 1', '预警 1'])
  })
})

const ending: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end()
})

async function running(options: PlatformOptions = {}): Promise<RunningPlatform> {
  const platform = await startPlatform({ speed: 50, ...options })
  ending.push(() => platform.stop())
  return platform
}

let seq = 0
async function send(platform: RunningPlatform, message: Ebm, timeoutMs = 3000): Promise<string> {
  seq++
  const packet = await postPacket({
    ebdId: `10${source}${String(seq).padStart(16, '0')}`,
    source: { ebrId: source, url: null },
    destination: null,
    at: Date.now(),
    related: null,
    detail: { type: 'EBM', ebm: message },
  })
  const response = await fetch(platform.url, {
    method: 'POST',
    headers: { 'content-type': packet.contentType },
    body: new Uint8Array(packet.body),
    signal: AbortSignal.timeout(timeoutMs),
  })
  const tar = new Uint8Array(await response.arrayBuffer())
  const answer = await unpackPacket({ fileName: null, tar }, plainRules)
  return answer.ok && answer.value.detail.type === 'EBDResponse' ? String(answer.value.detail.code) : 'none'
}

function fresh(n: number): Ebm {
  const now = Date.now()
  return ebm(n, { start: now - 1000, end: now + 60_000 })
}

describe('over HTTP', () => {
  test('what is no packet is answered with result 2', async () => {
    const platform = await running()
    const response = await fetch(platform.url, { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } })
    const answer = await unpackPacket({ fileName: null, tar: new Uint8Array(await response.arrayBuffer()) }, plainRules)
    expect(answer.ok && answer.value.detail).toMatchObject({ type: 'EBDResponse', code: 2 })
    expect(decodeMultipart('text/plain', new Uint8Array()).ok).toBe(false)
  })

  test('modes by the control interface: refusing, silent, silent-then-twice, forget', async () => {
    const platform = await running()
    const tell = (path: string) => fetch(`${platform.controlUrl}${path}`, { method: 'POST' })
    expect((await tell('/mode/sulking')).status).toBe(400)
    await tell('/mode/refusing')
    expect(await send(platform, fresh(1))).toBe('5')
    await tell('/mode/silent')
    await expect(send(platform, fresh(2), 150)).rejects.toThrow('timeout')
    await tell('/mode/silent-then-twice')
    await expect(send(platform, fresh(3), 150)).rejects.toThrow('timeout')
    expect(platform.control.heard).toEqual([])
    await tell('/mode/twice')
    await vi.waitFor(
      () => expect(platform.control.heard.map(({ ebmId }) => ebmId.slice(-4))).toEqual(['0003', '0003']),
      5000,
    )
    const { boot } = platform.control
    await tell('/forget')
    expect(platform.control.boot).not.toBe(boot)
  })

  test('a page shows what was heard, and nothing in it is markup of whoever sent it', async () => {
    const platform = await running()
    const root = platform.url.replace(/\/eb$/, '/')
    expect(await (await fetch(root)).text()).toContain('还没有播出')
    await send(platform, { ...fresh(7), title: '<b>预警' })
    await vi.waitFor(async () => expect(await (await fetch(root)).text()).toContain('&lt;b&gt;预警'), 5000)
  })

  test('slow answers, but late', async () => {
    const platform = await running({ mode: 'slow', slowMs: 120 })
    const before = performance.now()
    expect(await send(platform, fresh(4))).toBe('1')
    expect(performance.now() - before).toBeGreaterThan(100)
  })

  test('the ledger is a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tocsin-platform-'))
    ending.push(() => rm(folder, { recursive: true }))
    const ledger = join(folder, 'ledger.json')
    const platform = await running({ ledger })
    await send(platform, fresh(5))
    await vi.waitFor(async () => expect(await readFile(ledger, 'utf8')).toContain('预警 5'), 5000)
  })
})
