// The feed's frames: golden text of every type, both ways, and refusals that name the field.

import { readFileSync } from 'node:fs'
import type { ClientFrame, FeedFrame, Session, SystemState } from '@tocsin/core/domain/feed.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeClientFrame, decodeFeedFrame, encodeClientFrame, encodeFeedFrame, MAX_WATCHED } from './feed-v1.ts'

const at = 1_781_374_512_000
const session: Session = {
  user: 'wang',
  name: '甲',
  role: 'officer',
  scope: { areas: ['999900000000'], enterprises: [] },
}
const system: SystemState = {
  engineNow: at,
  blindSensors: 3,
  blindSites: 2,
  sensors: 40,
  insecure: ['mqtt://0.0.0.0:1883'],
  faults: [{ code: 'engine-behind', detail: '31 s' }],
  rejectedLastHour: 4,
}
const verdict = { severity: 'red', level: '高高', t: at, value: 2.4, op: '>=', limit: 2, unit: 'mg/m³' } as const
const alarm = 'cx-north/sensor:GT-101/chlorine/3'
const subject = { kind: 'sensor', id: 'GT-101' } as const
const rule = { id: 'chlorine', kind: 'threshold', hash: 'ab12' } as const
const opening = { subject, rule, occurrence: 3, revision: 1, onset: at, verdict }
const current = { cursor: 'eyJ2IjoxfQ', serverNow: at, system, registryVersion: 'f00d' }
const message = { alarm, type: 'warning', revision: 1 } as const

const frames: FeedFrame[] = [
  {
    type: 'snapshot',
    v: 1,
    session,
    ...current,
    alarms: [
      {
        id: alarm,
        site: 'cx-north',
        ...opening,
        active: true,
        raisedAt: at,
        lag: 0,
        severity: 'red',
        worst: 'red',
        returnedAt: null,
        revisionAt: [0, 0, 0, 0, 1],
        acknowledged: { severity: 'red', by: 'wang', at },
        stale: { cause: 'silence', since: at },
        comments: 1,
        n: 17,
        detail: { from: 1 },
      },
    ],
    messages: [
      {
        id: `${alarm}#warning#1`,
        key: message,
        platform: 'p1',
        ebmId: '1'.repeat(35),
        body: {
          site: 'cx-north',
          severity: 'red',
          title: '氯气泄漏红色预警',
          text: '请向上风向撤离。',
          eventType: '12D02',
          areas: [{ area: '999901001001', name: '上村', people: 812, terminals: 6 }],
          start: at,
          end: at + 600_000,
          related: [],
        },
        state: 'playing',
        approval: 'needed',
        requestedBy: null,
        requestedAt: at,
        decidedBy: 'li',
        decidedAt: at,
        why: '',
        attempts: 1,
        sentAt: at,
        closed: false,
        expired: false,
        cancel: null,
        allClear: null,
        areas: [{ area: '999901001001', state: 'playing', terminals: { reached: 5, total: 6 }, detail: '' }],
        log: [{ at, what: 'approve', who: 'li', detail: '' }],
      },
    ],
  },
  { type: 'resumed', v: 1, session, ...current },
  { type: 'progress', ...current },
  {
    type: 'events',
    cursor: current.cursor,
    events: [
      { site: 'cx-north', n: 17, at, prev: '00', hash: 'ff', content: { kind: 'raised', alarm, ...opening, lag: 0 } },
    ],
  },
  { type: 'messages', cursor: current.cursor, messages: [] },
  {
    type: 'values',
    values: [{ site: 'cx-north', sensor: 'GT-101', t: at, value: 2.4, quality: 'good', received: at + 40 }],
  },
]

test('the golden text of every type of frame', () => {
  const golden = readFileSync(new URL('../testdata/feed-v1.jsonl', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
  expect(frames.map(encodeFeedFrame)).toEqual(golden)
  expect(golden.map(decodeFeedFrame)).toEqual(frames.map((value) => ({ ok: true, value })))
})

test('client frames come back as they were', () => {
  const frame: fc.Arbitrary<ClientFrame> = fc.oneof(
    fc.record({
      type: fc.constant('hello' as const),
      v: fc.constant(1 as const),
      cursor: fc.option(fc.base64String(), { nil: null }),
    }),
    fc.record({ type: fc.constant('watch' as const), sites: fc.array(fc.string({ maxLength: 64 }), { maxLength: 9 }) }),
  )
  fc.assert(
    fc.property(frame, (value) => {
      expect(decodeClientFrame(encodeClientFrame(value))).toEqual({ ok: true, value })
    }),
  )
})

test('what is no frame is refused, with the field', () => {
  const wrong: [string, string][] = [
    ['{', 'not JSON'],
    ['{"type":"hello","v":2,"cursor":null}', 'v:'],
    ['{"type":"hello","v":1}', 'cursor:'],
    ['{"type":"hello","v":1,"cursor":null,"x":1}', 'x'],
    ['{"type":"watch","sites":[1]}', 'sites.0:'],
    [JSON.stringify({ type: 'watch', sites: Array.from({ length: MAX_WATCHED + 1 }, () => 'a') }), 'sites:'],
    ['[]', ''],
  ]
  for (const [text, why] of wrong) {
    const decoded = decodeClientFrame(text)
    expect(decoded.ok ? 'taken' : decoded.error).toContain(why)
  }
  expect(decodeFeedFrame('{"type":"values","values":[{"site":"a"}]}')).toMatchObject({ ok: false })
})
