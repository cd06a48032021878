import { expect, test } from 'vitest'
import type { LatestValue } from '@tocsin/core/domain/feed.ts'
import { sampleSensor, sampleSite } from '../testing/places.ts'
import { sampleAlarm, sampleEvent, sampleRaise, sampleStart } from '../testing/samples.ts'
import { zh } from '../texts/zh.ts'
import { limitOf, placeOf, pointName, valueOf } from './describe.ts'
import { journalText } from './journal-text.ts'
import { sentence } from './sentence.ts'

const sites = new Map([['cx', sampleSite]])
const alarm = sampleAlarm({ site: 'cx', sensor: 'GT-101', severity: 'orange' })
const place = placeOf(sites, alarm)
const value = (patch: Partial<LatestValue>): LatestValue => ({
  site: 'cx',
  sensor: 'GT-101',
  t: sampleStart + 1000,
  value: 2.41,
  quality: 'good',
  received: sampleStart,
  ...patch,
})

test('one sentence: what it reached, how it moves, who is in danger, whether to trust it', () => {
  const said = sentence({ alarm, place, latest: value({}), slope: 0.2 / 60_000 }, zh)
  expect(said).toBe(
    '02:15:12 达到二级（≥ 2 mg/m³）；每分钟约升 0.2 mg/m³；照此约 3 分钟后到红色 ≥ 3；周边 1 村 1,206 人；未在标校。',
  )
})

test('without a history nothing is said of its movement; a mark of the instrument is', () => {
  const said = sentence({ alarm, place, latest: value({ quality: 'calibration' }), slope: null }, zh)
  expect(said).toBe('02:15:12 达到二级（≥ 2 mg/m³）；周边 1 村 1,206 人；仪器标记：标校。')
})

test('silence says since when, and never "normal"', () => {
  const silent = sampleAlarm({
    site: 'cx',
    sensor: 'GT-101',
    severity: null,
    rule: { id: 'silence', kind: 'silence', hash: '' },
  })
  expect(sentence({ alarm: silent, place, latest: undefined, slope: null }, zh)).toBe(
    'GT-101 氯气 东侧 自 06-14 02:15:12 起无数据；周边 1 村 1,206 人。',
  )
})

test('the newest value is shown, in doubt when it is no measurement or the alarm is stale', () => {
  expect(valueOf(alarm, place, value({}))).toEqual({ text: '2.4', isDoubtful: false })
  expect(valueOf(alarm, place, value({ quality: 'fault' }))?.isDoubtful).toBe(true)
  expect(valueOf(alarm, place, undefined)).toEqual({ text: '2.4', isDoubtful: false })
  const stale = { ...alarm, stale: { cause: 'silence', since: sampleStart } } as const
  expect(valueOf(stale, place, value({}))?.isDoubtful).toBe(true)
})

test('a returned alarm names the limit of the level that it had', () => {
  const returned = { ...alarm, active: false, verdict: { ...alarm.verdict, op: null, limit: null } }
  expect(limitOf(returned, place)).toBe('≥ 2')
})

test('a name that begins with the tag is not doubled', () => {
  expect(pointName(place, alarm.subject, zh)).toBe('GT-101 氯气 东侧')
  const named = (name: string) => pointName({ ...place, sensor: { ...sampleSensor, name } }, alarm.subject, zh)
  expect(named('GT-101 氯气')).toBe('GT-101 氯气')
  expect(named('东侧')).toBe('GT-101 氯气 东侧')
})

test('the journal reads as sentences', () => {
  const names = { decimals: 1, person: (user: string) => user.toUpperCase() }
  expect(journalText(sampleRaise('cx', 1, 'GT-101'), names, zh)).toBe('红 2.4 mg/m³ ≥ 2（二级）')
  const refused = sampleEvent('cx', 2, {
    kind: 'refused',
    alarm: alarm.id,
    by: 'u',
    command: 'c',
    reason: 'worsened',
    severity: 'red',
  })
  expect(journalText(refused, names, zh)).toBe('未受理，U：已升级为红，请看清后再确认')
  const commented = sampleEvent('cx', 3, {
    kind: 'commented',
    alarm: alarm.id,
    by: 'u',
    text: '已电话企业',
    command: 'c',
  })
  expect(journalText(commented, names, zh)).toBe('备注，U：已电话企业')
})
