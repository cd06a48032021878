// The stage on the real event log, against the real simulated platform over HTTP.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gdjLoudspeakers } from '@tocsin/adapter-loudspeaker/gdj-loudspeakers.ts'
import { sqliteEventLog } from '@tocsin/adapter-sqlite/event-log.ts'
import type { EventContent } from '@tocsin/core/domain/alarm-event.ts'
import type { BroadcastRecord, MessageView } from '@tocsin/core/domain/broadcast.ts'
import type { JournalRecord } from '@tocsin/core/domain/journal-record.ts'
import type { Severity } from '@tocsin/core/domain/severity.ts'
import type { BroadcastPolicyRule, LoudspeakerPlatform, Site } from '@tocsin/core/domain/site.ts'
import { type EventLog, partitionOf, topics } from '@tocsin/core/ports/event-log.ts'
import type { Failpoint } from '@tocsin/core/ports/failpoints.ts'
import type { RegistrySource } from '@tocsin/core/ports/registry-source.ts'
import { messageView } from '@tocsin/core/broadcasts/view.ts'
import { type PlatformOptions, type RunningPlatform, startPlatform } from '@tocsin/simulators/platform/platform.ts'
import { decodeBroadcastRecord, encodeBroadcastRecord } from '@tocsin/wire/broadcast-record-v1.ts'
import { gdjCodec } from '@tocsin/wire/ebm/codec.ts'
import { encodeJournalRecord } from '@tocsin/wire/journal-record-v1.ts'
import { pino } from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { followBooks } from './books-feed.ts'
import { type Broadcast, composeBroadcast } from './compose.ts'

const villages = ['999901101201', '999901101202', '999901101203']
const alarm = 'cx-north/sensor:GT-101/chlorine/1'
const clock = { wall: () => Date.now(), mono: () => performance.now() }
const logger = pino({ level: process.env['LOG'] ?? 'silent' })

const site: Site = {
  id: 'cx-north',
  name: '澄溪化工北厂',
  enterprise: 'cx',
  hazard: 'hazchem',
  area: '999901101000',
  gateways: [],
  sensors: [],
  spokenName: '澄溪化工北厂',
  people: 40,
  groups: [],
  villages: villages.map((area, i) => ({
    area,
    name: `第${i + 1}村`,
    people: 500,
    distanceKm: i + 1,
    terminals: 12,
    contacts: [],
  })),
  contacts: [],
  guidance: [],
  instruction: '立即向西转移到上风方向',
  eventType: '12D02',
  eventName: '氯气泄漏',
}

const registered: LoudspeakerPlatform = {
  id: 'sp-county',
  name: '邵屏市应急广播平台',
  url: '',
  sourceEbrId: '39999000000000103010101',
  platformEbrId: '49999010000000314010101',
  senderName: '邵屏市应急管理局',
  senderCode: '39999000000000001010101',
  areas: ['9999'],
  dialect: 'gdj-2018',
  duration: 1_800_000,
}

const ending: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end()
})

class Story {
  readonly log: EventLog
  readonly platform: RunningPlatform
  readonly registry: RegistrySource
  private stage: Broadcast | null = null
  private n = 0

  constructor(log: EventLog, platform: RunningPlatform, policy: readonly BroadcastPolicyRule[]) {
    this.log = log
    this.platform = platform
    const current = {
      registry: { areas: [], enterprises: [], sites: [site], platforms: [registered], policy },
      rules: { hash: '', rules: [] },
      version: '1',
    }
    this.registry = { current: () => current, onChange: () => () => undefined, close: () => undefined }
  }

  async startStage(
    hit: (name: Failpoint) => Promise<void> | void = () => undefined,
    timeoutMs = 400,
  ): Promise<Broadcast> {
    const stage = await composeBroadcast({
      log: this.log,
      registry: this.registry,
      loudspeakers: (platform) =>
        gdjLoudspeakers({
          platform: { id: platform.id, url: this.platform.url },
          codec: gdjCodec(platform, null),
          clock,
          timeoutMs,
        }),
      clock,
      logger,
      failpoints: { hit },
      settings: { poll: { fresh: 40, steady: 60, settled: 80 }, maxPause: 100 },
    })
    this.stage = stage
    return stage
  }

  async stopStage(): Promise<void> {
    await this.stage?.stop()
    this.stage = null
  }

  async journal(...records: JournalRecord[]): Promise<void> {
    const partition = partitionOf(site.id, this.log.partitions)
    await this.log.append(
      topics.alarmEvents,
      records.map((record) => ({ key: site.id, value: encodeJournalRecord(record), partition })),
    )
  }

  async event(content: EventContent): Promise<void> {
    this.n++
    const event = { site: site.id, n: this.n, at: Date.now(), prev: '', hash: '', content }
    await this.journal({ kind: 'event', claim: 'k', input: this.n, event })
    await this.mark()
  }

  mark(now = Date.now()): Promise<void> {
    return this.journal({ kind: 'mark', claim: 'k', offset: this.n, now })
  }

  raise(severity: Severity, lag = 0): Promise<void> {
    return this.event({
      kind: 'raised',
      alarm,
      subject: { kind: 'sensor', id: 'GT-101' },
      rule: { id: 'chlorine', kind: 'threshold', hash: 'h' },
      occurrence: 1,
      revision: 1,
      onset: Date.now(),
      lag,
      verdict: { severity, level: '', t: Date.now(), value: 3, op: '>=', limit: 2, unit: 'mg/m³' },
    })
  }

  clear(): Promise<void> {
    const verdict = {
      severity: null,
      level: '',
      t: Date.now(),
      value: 0,
      op: null,
      limit: null,
      unit: 'mg/m³',
    } as const
    return this.event({ kind: 'cleared', alarm, revision: 2, lag: 0, verdict })
  }

  async act(kind: 'approve' | 'stop', type: string): Promise<void> {
    const { key } = await this.message(type)
    const act = { platform: registered.id, at: Date.now(), id: `c-${kind}-${type}`, by: 'u-approver', message: key }
    const record: BroadcastRecord = kind === 'approve' ? { ...act, kind } : { ...act, kind, why: '核实为误报' }
    await this.log.append(topics.broadcastLog, [{ key: registered.id, value: encodeBroadcastRecord(record) }])
  }

  /** What any reader of the log knows now. */
  async views(): Promise<readonly MessageView[]> {
    const feed = await followBooks({
      log: this.log,
      logger,
      partitionOf: (id) => partitionOf(id, this.log.partitions),
      onChange: () => undefined,
    })
    await feed.caughtUp
    const views = [...feed.book(registered.id).messages.values()].map(messageView)
    await feed.stop()
    return views
  }

  async message(type: string): Promise<MessageView> {
    const found = (await this.views()).find(({ key }) => key.type === type)
    if (!found) throw new Error(`no ${type}`)
    return found
  }

  async until(type: string, check: (message: MessageView) => void): Promise<MessageView> {
    return vi.waitFor(
      async () => {
        const found = await this.message(type)
        check(found)
        return found
      },
      { timeout: 8000, interval: 20 },
    )
  }

  async records(): Promise<readonly BroadcastRecord[]> {
    const { records } = await this.log.read(topics.broadcastLog, partitionOf(registered.id, this.log.partitions), 0)
    return records.flatMap(({ value }) => {
      const record = decodeBroadcastRecord(value)
      return record.ok ? [record.value] : []
    })
  }

  heard(type: 'warning' | 'all-clear'): readonly string[] {
    return this.platform.control.heard
      .filter(({ title }) => title.startsWith('解除') === (type === 'all-clear'))
      .map(({ area }) => area)
  }
}

async function story(policy: readonly BroadcastPolicyRule[], options: PlatformOptions = {}): Promise<Story> {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-broadcast-'))
  ending.push(() => rm(folder, { recursive: true, force: true }))
  const log = await sqliteEventLog({ folder })
  ending.push(() => log.close())
  const platform = await startPlatform({ speed: 40, failRate: 0, ...options })
  ending.push(() => platform.stop())
  const told = new Story(log, platform, policy)
  ending.push(() => told.stopStage())
  await told.journal({ kind: 'claim', claim: 'k', engine: 1 })
  await told.mark()
  return told
}

const automatic: readonly BroadcastPolicyRule[] = [{ severities: ['red'], warning: 'automatic', allClear: 'automatic' }]

test('a red alarm is heard in every village, its receipts are in the log, and the all-clear lifts it', async () => {
  const told = await story(automatic)
  await told.startStage()
  await told.raise('red')
  const warning = await told.until('warning', ({ state }) => expect(state).toBe('played'))
  expect(warning.areas.map(({ state, terminals }) => [state, terminals?.total])).toEqual([
    ['played', 12],
    ['played', 12],
    ['played', 12],
  ])
  expect(warning.ebmId).toMatch(/^39999000000000103010101\d{8}0001$/)
  await told.clear()
  await told.until('all-clear', ({ state }) => expect(state).toBe('played'))
  expect(told.heard('warning').toSorted()).toEqual(villages)
  expect(told.heard('all-clear').toSorted()).toEqual(villages)
  expect((await told.views()).map(({ key }) => key.type)).toEqual(['warning', 'all-clear', 'cancel'])
  // the engine's mark passes the end: both end in a known state
  await told.mark(Date.now() + 1_900_000)
  await told.until('warning', ({ expired }) => expect(expired).toBe(true))
}, 20_000)

test('without a policy nothing is heard before an approver says so; a late alarm proposes nothing (P4)', async () => {
  const told = await story([])
  await told.startStage()
  await told.raise('red', 60_000)
  await told.event({
    kind: 'escalated',
    alarm,
    revision: 2,
    lag: 0,
    verdict: { severity: 'red', level: '', t: 1, value: 1, op: '>=', limit: 1, unit: '' },
  })
  await told.until('warning', ({ state }) => expect(state).toBe('awaiting-approval'))
  expect(told.platform.control.received['EBM']).toBeUndefined()
  await told.act('approve', 'warning')
  await told.until('warning', ({ state }) => expect(state).toBe('played'))
  expect(told.heard('warning').toSorted()).toEqual(villages)
}, 20_000)

test('a cancelled broadcast is not resent', async () => {
  const told = await story(automatic, { mode: 'silent' })
  await told.startStage()
  await told.raise('red')
  await told.until('warning', ({ attempts }) => expect(attempts).toBe(1))
  await told.act('stop', 'warning')
  told.platform.control.setMode('normal')
  await told.until('cancel', ({ state }) => expect(['refused', 'accepted']).toContain(state))
  // it is asked what became of the warning, and answered that there is none: nothing more is sent
  await vi.waitFor(() => expect(told.platform.control.received['EBMStateRequest'] ?? 0).toBeGreaterThan(6), 8000)
  expect((await told.message('warning')).attempts).toBe(1)
  expect(told.heard('warning')).toEqual([])
}, 20_000)

test('a platform that answers nothing, then everything twice', async () => {
  const told = await story(automatic, { mode: 'silent-then-twice' })
  await told.startStage()
  await told.raise('red')
  await told.until('warning', ({ attempts }) => expect(attempts).toBe(1))
  await vi.waitFor(() => expect(told.platform.control.received['EBMStateRequest'] ?? 0).toBeGreaterThan(2), 8000)
  told.platform.control.setMode('twice')
  const warning = await told.until('warning', ({ state }) => expect(state).toBe('played'))
  // B3: asked first, known, and not sent again; that each village heard it twice is the platform's doing (B8)
  expect(warning.attempts).toBe(1)
  await vi.waitFor(() => expect(told.heard('warning')).toHaveLength(6), 8000)
  await told.clear()
  await told.until('all-clear', ({ state }) => expect(state).toBe('played'))
  expect(new Set(told.heard('all-clear'))).toEqual(new Set(villages))
}, 20_000)

test('stopped between its sending record and the outcome, it asks first and sends under the same id', async () => {
  for (const point of ['broadcast.after-sending', 'broadcast.after-send'] as const) {
    const told = await story(automatic)
    const reached = Promise.withResolvers<void>()
    const held = Promise.withResolvers<void>()
    const first = await told.startStage(async (name) => {
      if (name !== point) return
      reached.resolve()
      await held.promise
    })
    await told.raise('red')
    await reached.promise
    const stopping = first.stop()
    held.resolve()
    await stopping
    expect((await told.records()).filter(({ kind }) => kind === 'outcome')).toEqual([])
    await told.startStage()
    const warning = await told.until('warning', ({ state }) => expect(state).toBe('played'))
    expect(told.heard('warning').toSorted()).toEqual(villages)
    expect(warning.attempts).toBeLessThanOrEqual(2)
    await told.stopStage()
  }
}, 30_000)

test('a dispatcher whose platform another one has claimed sends nothing more', async () => {
  const told = await story(automatic)
  const first = await told.startStage()
  ending.push(() => first.stop())
  const second = await told.startStage()
  await vi.waitFor(() => expect(first.status()[0]?.state).toBe('lost'), 8000)
  await told.raise('red')
  await told.until('warning', ({ state }) => expect(state).toBe('played'))
  expect([first.status()[0]?.state, second.status()[0]?.state]).toEqual(['lost', 'running'])
  expect((await told.records()).filter(({ kind }) => kind === 'sending')).toHaveLength(1)
  expect(first.faults()).toEqual([{ code: 'claim-lost', detail: registered.id }])
}, 20_000)

test('the platform forgets everything: its villages may have been warned, and each is cleared', async () => {
  const told = await story(automatic)
  await told.startStage()
  await told.raise('red')
  await told.until('warning', ({ state }) => expect(['accepted', 'playing']).toContain(state))
  told.platform.control.forget()
  await told.until('warning', ({ log }) =>
    expect(log.some(({ what }) => what === 'receipt' || what === 'accepted')).toBe(true),
  )
  await told.clear()
  await vi.waitFor(() => expect(told.heard('all-clear').toSorted()).toEqual(villages), 8000)
}, 20_000)
