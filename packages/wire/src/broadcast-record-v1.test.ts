// broadcast-log's records: golden bytes for every kind, round trips, and refusals.

import { readFileSync } from 'node:fs'
import type { BroadcastRecord, MessageBody } from '@tocsin/core/domain/broadcast.ts'
import { canonical } from '@tocsin/core/domain/canonical.ts'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { decodeBroadcastRecord, encodeBroadcastRecord } from './broadcast-record-v1.ts'

const at = 1_781_374_512_000
const base = { platform: 'sp-county', at }
const ours = { ...base, claim: 'd1' }
const message = { alarm: 'cx-north/sensor:cx-GT-101/chlorine/3', type: 'warning', revision: 2 } as const
const area = '999901101201'
const head = { n: 12, hash: 'ab12' }
const body: MessageBody = {
  site: 'cx-north',
  severity: 'red',
  title: '澄溪化工北厂氯气泄漏红色预警',
  text: '邵屏市应急管理局紧急通知：……',
  eventType: '12D02',
  areas: [{ area, name: '杨家湾村', people: 1200, terminals: 12 }],
  start: at,
  end: at + 1_800_000,
  related: [],
}

const records: Record<string, BroadcastRecord> = {
  claim: { ...ours, kind: 'claim', head },
  request: { ...base, kind: 'request', id: 'c-1', by: 'u-7', alarm: message.alarm },
  intent: {
    ...ours,
    kind: 'intent',
    message,
    day: '20260614',
    source: '39999000000000103010101',
    approval: 'automatic',
    by: null,
    body,
  },
  'intent-requested': {
    ...ours,
    kind: 'intent',
    message: { ...message, round: 1 },
    day: '20260614',
    source: '39999000000000103010101',
    request: 'c-1',
    approval: 'needed',
    by: 'u-7',
    body: { ...body, drill: true, related: ['a#warning#1'] },
  },
  approve: { ...base, kind: 'approve', id: 'c-2', by: 'u-8', message },
  reject: { ...base, kind: 'reject', id: 'c-3', by: 'u-8', message, why: '误报' },
  stop: { ...base, kind: 'stop', id: 'c-4', by: 'u-8', message, why: '措辞有误' },
  lapse: { ...ours, kind: 'lapse', message },
  sending: { ...ours, kind: 'sending', message, platformBoot: 'b1' },
  'sending-all-clear': {
    ...ours,
    kind: 'sending',
    message: { ...message, type: 'all-clear' },
    platformBoot: '',
    lift: { areas: [area], window: { start: at, end: at + 1 } },
  },
  outcome: { ...ours, kind: 'outcome', message, result: 'accepted', platformBoot: 'b1', detail: '接收成功' },
  receipt: {
    ...ours,
    kind: 'receipt',
    message,
    platformBoot: 'b1',
    platformAt: at,
    known: true,
    areas: [{ area, state: 'played', terminals: { reached: 11, total: 12 }, detail: '' }],
  },
  expiry: { ...ours, kind: 'expiry', message, mark: at },
  close: {
    ...ours,
    kind: 'close',
    message,
    reason: 'played',
    areas: [{ area, state: 'maybe', terminals: null, detail: '' }],
    head,
  },
  fault: { ...ours, kind: 'fault', code: 'request-refused', detail: '报警已结束', request: 'c-1' },
}

const golden = z
  .record(z.string(), z.unknown())
  .parse(JSON.parse(readFileSync(new URL('../testdata/broadcast-record-v1.json', import.meta.url), 'utf8')))

for (const [name, record] of Object.entries(records)) {
  test(`${name}: golden bytes, and back`, () => {
    const bytes = encodeBroadcastRecord(record)
    expect(Buffer.from(bytes).toString()).toBe(canonical(golden[name]))
    expect(decodeBroadcastRecord(bytes)).toEqual({ ok: true, value: record })
  })
}

test('what is no record of version 1 is refused with the field', () => {
  const refusal = (change: object) => {
    const decoded = decodeBroadcastRecord(Buffer.from(JSON.stringify({ v: 1, ...records['intent'], ...change })))
    return decoded.ok ? 'taken' : decoded.error
  }
  expect(refusal({})).toBe('taken')
  expect(refusal({ v: 2 })).toContain('v')
  expect(refusal({ kind: 'shout' })).toContain('kind')
  expect(refusal({ day: '2026-06-14' })).toContain('day')
  expect(refusal({ source: '123' })).toContain('source')
  expect(refusal({ extra: 1 })).not.toBe('taken')
  expect(decodeBroadcastRecord(Buffer.from('{')).ok).toBe(false)
})
