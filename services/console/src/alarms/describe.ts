// Decides by which names, value and limit an alarm is spoken of on every screen.

import type { Verdict } from '@tocsin/core/domain/alarm-event.ts'
import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import type { LatestValue, SensorInfo, SiteInfo } from '@tocsin/core/domain/feed.ts'
import { TOCSIN_SITE, type SiteId, type Subject } from '@tocsin/core/domain/ids.ts'
import { quantityOf } from '@tocsin/core/domain/quantity.ts'
import { isMeasurement } from '@tocsin/core/domain/reading.ts'
import type { Severity } from '@tocsin/core/domain/severity.ts'
import { stamp } from '../format/beijing.ts'
import { comparison, count, limitNumber, valueText } from '../format/number.ts'
import type { Texts } from '../texts/zh.ts'

/** What is known of an alarm's place; whatever the registry does not know is undefined. */
export interface Place {
  readonly site: SiteInfo | undefined
  readonly sensor: SensorInfo | undefined
}

export type Sites = ReadonlyMap<SiteId, SiteInfo>

export function placeOf(sites: Sites, { site, subject }: { readonly site: SiteId; readonly subject: Subject }): Place {
  const info = sites.get(site)
  const sensor = subject.kind === 'sensor' ? info?.sensors.find(({ id }) => id === subject.id) : undefined
  return { site: info, sensor }
}

export function siteName(site: SiteInfo | undefined, id: SiteId, texts: Texts): string {
  return site?.name ?? (id === TOCSIN_SITE ? texts.system.site : id)
}

type Named = Pick<SensorInfo, 'tag' | 'name' | 'quantity'>

/** `GT-101 氯气 东侧`: what is not said by the name itself is put before it. */
export function sensorName({ tag, name, quantity }: Named, texts: Texts): string {
  const { zh, en } = quantityOf(quantity)
  const isSaid = name.includes(zh) || name.toLowerCase().includes(en.toLowerCase())
  const words = [name.startsWith(tag) ? '' : tag, isSaid ? '' : quantityOf(quantity)[texts.quantityName], name]
  return words.filter((word) => word !== '').join(' ')
}

/** `GT-101 东侧`: beside others that measure the same. */
export function shortSensorName({ tag, name, quantity }: Named): string {
  const rest = name.startsWith(`${quantityOf(quantity).zh} `) ? name.slice(quantityOf(quantity).zh.length + 1) : name
  return rest.startsWith(tag) ? rest : `${tag} ${rest}`
}

export function pointName({ site, sensor }: Place, subject: Subject, texts: Texts): string {
  if (sensor !== undefined) return sensorName(sensor, texts)
  if (subject.kind === 'gateway') {
    return site?.gateways.find(({ id }) => id === subject.id)?.name ?? subject.id
  }
  return subject.kind === 'intake' ? texts.system.site : subject.id
}

/** `澄溪区 · 危化品 · 周边 6 村 5,222 人`. */
export function siteFacts(site: SiteInfo, texts: Texts): string {
  const facts = [site.areaName, texts.hazards[site.hazard]]
  if (site.people !== null) {
    facts.push(
      site.hazard === 'coal' ? texts.site.underground(count(site.people)) : texts.site.inside(count(site.people)),
    )
  }
  if (site.villages.length > 0) {
    facts.push(texts.site.villages(texts.reach[site.hazard], site.villages.length, count(peopleOf(site))))
  }
  return facts.join(' · ')
}

export function peopleOf(site: SiteInfo): number {
  return site.villages.reduce((sum, { people }) => sum + people, 0)
}

export function unitOf(alarm: AlarmView, { sensor }: Place): string {
  return alarm.verdict.unit === '' ? (sensor?.unit ?? '') : alarm.verdict.unit
}

/** The limit that speaks: the verdict's; of a returned alarm that of the level it had. */
export function limitOf(alarm: AlarmView, { sensor }: Place): string {
  const { op, limit } = alarm.verdict
  if (alarm.active && op !== null && limit !== null) return comparison(op, limit)
  const level = sensor?.limits.find(({ rule, severity }) => rule === alarm.rule.id && severity === alarm.severity)
  if (level !== undefined) return comparison(level.op, level.value)
  return op !== null && limit !== null ? comparison(op, limit) : ''
}

export interface ShownValue {
  readonly text: string
  /** The number is not one, or not of now. */
  readonly isDoubtful: boolean
}

/** The newest value of a threshold alarm's sensor; what the rule saw where it compares something else (a rate). */
export function valueOf(alarm: AlarmView, place: Place, latest: LatestValue | undefined): ShownValue | null {
  const decimals = place.sensor?.decimals ?? 2
  const isDoubtful = alarm.stale !== null || (alarm.severity === null && alarm.rule.kind === 'silence')
  if (alarm.rule.kind !== 'rate' && latest !== undefined && latest.t >= alarm.verdict.t) {
    return {
      text: valueText(latest.value, decimals),
      isDoubtful: isDoubtful || !isMeasurement(latest.quality),
    }
  }
  if (alarm.subject.kind !== 'sensor' || alarm.verdict.value === null || alarm.rule.kind === 'system') return null
  return { text: valueText(alarm.verdict.value, decimals), isDoubtful }
}

/** Why an alarm without a level stands, e.g. `失联 · 分站离线`. */
export function plainReason(alarm: AlarmView, texts: Texts): string {
  const word = systemWord(alarm.rule.id, texts)
  if (alarm.subject.kind !== 'intake' || alarm.detail === undefined) return word
  const { from, to } = alarm.detail
  return typeof from === 'number' && typeof to === 'number'
    ? `${word} ${texts.system.blindSpan(stamp(from), stamp(to))}`
    : word
}

export function systemWord(rule: string, texts: Texts): string {
  switch (rule) {
    case 'silence':
    case 'device-clock':
    case 'gateway-offline':
    case 'blind':
    case 'intake-clock':
      return texts.system[rule]
    default:
      return rule
  }
}

export function levelWord(severity: Severity | null, texts: Texts): string {
  return severity === null ? texts.journal.colourless : texts.levels[severity]
}

/** `2.4 mg/m³ ≥ 2（二级）`: what an event of the journal saw. */
export function verdictText(verdict: Verdict, decimals: number, texts: Texts): string {
  const { value, op, limit, unit, level } = verdict
  const parts: string[] = []
  if (value !== null) parts.push(valueText(value, decimals), unit)
  if (op !== null && limit !== null)
    parts.push(value === null ? `${comparison(op, limit)} ${unit}` : comparison(op, limit))
  const seen = parts.filter((part) => part !== '').join(' ')
  if (level === '') return seen
  return seen === '' ? level : texts.journal.named(seen, level)
}

/** Words by which the search finds an alarm. */
export function searchWords(alarm: AlarmView, place: Place): string {
  const { site, sensor } = place
  return [
    site?.name ?? alarm.site,
    site?.enterpriseName ?? '',
    site?.areaName ?? '',
    sensor?.tag ?? alarm.subject.id,
    sensor?.name ?? '',
  ].join(' ')
}

/** `1 / 2 / 4`: a sensor's limits, mildest first. */
export function limitsText(sensor: SensorInfo): string {
  const thresholds = sensor.limits.toReversed()
  return thresholds.map(({ value }) => limitNumber(value)).join(' / ')
}
