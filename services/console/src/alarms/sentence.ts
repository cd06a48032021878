// Decides the one sentence that says what an alarm is: what it reached, how it moves, who is in danger, whether to trust it.

import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import type { LatestValue, SensorInfo } from '@tocsin/core/domain/feed.ts'
import { quantityOf } from '@tocsin/core/domain/quantity.ts'
import { isWorse } from '@tocsin/core/domain/severity.ts'
import { clockTime, dayTime, span } from '../format/beijing.ts'
import { comparison, count, valueText } from '../format/number.ts'
import type { Texts } from '../texts/zh.ts'
import { limitOf, peopleOf, plainReason, pointName, type Place } from './describe.ts'

const minute = 60_000
const hour = 60 * minute

export interface SentenceFacts {
  readonly alarm: AlarmView
  readonly place: Place
  readonly latest: LatestValue | undefined
  /** Units per ms now; null where it is not known. */
  readonly slope: number | null
}

export function sentence(facts: SentenceFacts, texts: Texts): string {
  const { alarm, place } = facts
  const parts =
    alarm.severity === null ? [plainPart(alarm, place, texts)] : [reachedPart(facts, texts), movePart(facts, texts)]
  if (alarm.stale !== null) parts.push(texts.alarm.stale(texts.stale[alarm.stale.cause], clockTime(alarm.stale.since)))
  parts.push(peoplePart(place, texts), trustPart(facts, texts))
  return parts.filter((part) => part !== '').join(texts.alarm.comma) + texts.alarm.stop
}

function plainPart(alarm: AlarmView, place: Place, texts: Texts): string {
  const name = pointName(place, alarm.subject, texts)
  if (alarm.subject.kind === 'gateway') return texts.alarm.gatewayOffline(name, dayTime(alarm.onset))
  if (alarm.subject.kind === 'intake') return texts.alarm.blind(plainReason(alarm, texts))
  return alarm.rule.id === 'device-clock' ? texts.alarm.clock(name) : texts.alarm.silent(name, dayTime(alarm.onset))
}

function reachedPart({ alarm, place }: SentenceFacts, texts: Texts): string {
  const unit = place.sensor?.unit ?? alarm.verdict.unit
  const decimals = place.sensor?.decimals ?? 2
  const limit = `${limitOf(alarm, place)} ${alarm.verdict.unit}`.trim()
  const level = alarm.verdict.level
  const reached =
    level === ''
      ? texts.alarm.reached(clockTime(alarm.onset), limit)
      : texts.alarm.reachedLevel(clockTime(alarm.onset), level, limit)
  const late = alarm.lag > minute ? texts.alarm.comma + texts.alarm.late(span(alarm.lag)) : ''
  if (!alarm.active && alarm.returnedAt !== null) {
    const value = alarm.verdict.value === null ? '' : `${valueText(alarm.verdict.value, decimals)} ${unit}`
    return reached + late + texts.alarm.comma + texts.alarm.returned(clockTime(alarm.returnedAt), value)
  }
  return reached + late
}

/** Rate, and when the next graver limit is reached at this rate. */
function movePart({ alarm, place, latest, slope }: SentenceFacts, texts: Texts): string {
  const { sensor } = place
  if (slope === null || sensor === undefined || !alarm.active || quantityOf(sensor.quantity).worse === 'state')
    return ''
  const isSlow = sensor.interval > minute
  const [per, perWord] = isSlow ? [hour, texts.alarm.perHour] : [minute, texts.alarm.perMinute]
  const rate = slope * per
  const smallest = 10 ** -sensor.decimals
  if (Math.abs(rate) < smallest) return texts.alarm.steady
  const size = rateText(Math.abs(rate))
  const moved = texts.alarm.rate(rate > 0 ? texts.alarm.rising(size) : texts.alarm.falling(size), sensor.unit, perWord)
  const next = latest === undefined ? undefined : nextLimit(alarm, sensor, { value: latest.value, rate: slope })
  if (next === undefined) return moved
  const minutes = Math.max(1, Math.round(next.in / minute))
  const time = minutes < 90 ? texts.alarm.minutes(String(minutes)) : texts.alarm.hours((minutes / 60).toFixed(1))
  const limit = comparison(next.limit.op, next.limit.value)
  return moved + texts.alarm.comma + texts.alarm.toLimit(time, texts.levels[next.limit.severity], limit)
}

/** Two figures: a rate is an estimate. */
function rateText(rate: number): string {
  return rate >= 10 ? rate.toFixed(0) : Number(rate.toPrecision(2)).toString()
}

interface Movement {
  readonly value: number
  readonly rate: number
}

/** The next graver limit of the same rule that this movement reaches within a day. */
function nextLimit(
  alarm: AlarmView,
  sensor: SensorInfo,
  { value, rate }: Movement,
): { readonly limit: SensorInfo['limits'][number]; readonly in: number } | undefined {
  if (alarm.rule.kind !== 'threshold') return undefined
  return sensor.limits
    .filter(({ rule, severity }) => rule === alarm.rule.id && isWorse(severity, alarm.severity))
    .map((limit) => ({ limit, in: (limit.value - value) / rate }))
    .filter((reach) => reach.in > 0 && reach.in < 24 * hour)
    .toSorted((a, b) => a.in - b.in)[0]
}

function peoplePart({ site }: Place, texts: Texts): string {
  if (site === undefined) return ''
  const { villages, people, hazard } = site
  if (villages.length > 0) return texts.site.villages(texts.reach[hazard], villages.length, count(peopleOf(site)))
  if (people === null) return ''
  return hazard === 'coal' ? texts.site.underground(count(people)) : texts.site.inside(count(people))
}

function trustPart({ alarm, latest }: SentenceFacts, texts: Texts): string {
  if (alarm.severity === null || latest === undefined) return ''
  return latest.quality === 'good' ? texts.alarm.notCalibrating : texts.alarm.quality(texts.quality[latest.quality])
}
