// Decides the order of the desk: sites by their worst alarm, alarms of a site by level; and what is counted and pinned.

import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import { TOCSIN_SITE, type AlarmId, type SiteId } from '@tocsin/core/domain/ids.ts'
import { severities, severityRank, type Severity } from '@tocsin/core/domain/severity.ts'

/** acknowledged, unacknowledged, or returned and unacknowledged: what the frame of the chip says. */
export type AlarmState = 'unacknowledged' | 'acknowledged' | 'returned'

export function stateOf(alarm: AlarmView): AlarmState {
  if (alarm.acknowledged !== null) return 'acknowledged'
  return alarm.active ? 'unacknowledged' : 'returned'
}

/** Alarms of one level by state; `stale` counts those of the others whose value cannot be trusted. */
export type LevelCount = Record<AlarmState | 'stale', number>
export type Counts = Record<Severity | 'none', LevelCount>

/** The open alarms of one site in the order of the list; a new object whenever one of them changes. */
export interface SiteAlarms {
  readonly site: SiteId
  readonly alarms: readonly AlarmView[]
  readonly counts: Counts
  /** Those that the strip pins: every red, and orange until it is acknowledged. */
  readonly pinned: readonly AlarmView[]
  /** 首发: first of a burst in its unit. */
  readonly firstOuts: ReadonlySet<AlarmId>
}

const stateRank: Record<AlarmState, number> = { unacknowledged: 2, returned: 1, acknowledged: 0 }

function weight(alarm: AlarmView): number {
  const level = severityRank(alarm.severity)
  const own = level === 0 && alarm.site === TOCSIN_SITE ? 0.5 : level
  return own * 4 + stateRank[stateOf(alarm)]
}

function byWeight(a: AlarmView, b: AlarmView): number {
  return weight(b) - weight(a) || b.raisedAt - a.raisedAt || (a.id < b.id ? -1 : 1)
}

export function emptyCounts(): Counts {
  const level = (): LevelCount => ({ unacknowledged: 0, acknowledged: 0, returned: 0, stale: 0 })
  return { red: level(), orange: level(), yellow: level(), blue: level(), none: level() }
}

/** @param unitOf the hazard unit that an alarm's sensor stands in; alarms of different units share no burst */
export function siteAlarms(site: SiteId, open: Iterable<AlarmView>, unitOf: (alarm: AlarmView) => string): SiteAlarms {
  const alarms = [...open].toSorted(byWeight)
  const counts = emptyCounts()
  for (const alarm of alarms) {
    const level = counts[alarm.severity ?? 'none']
    level[stateOf(alarm)] += 1
    if (alarm.stale !== null) level.stale += 1
  }
  return { site, alarms, counts, pinned: alarms.filter(isPinned), firstOuts: findFirstOuts(alarms, unitOf) }
}

/** Alarms of a unit that follow each other within this time are one burst. */
const burst = 5 * 60_000

function findFirstOuts(alarms: readonly AlarmView[], unitOf: (alarm: AlarmView) => string): Set<AlarmId> {
  const units = Map.groupBy(
    alarms.filter(({ severity, active }) => severity !== null && active),
    unitOf,
  )
  const first = new Set<AlarmId>()
  for (const unit of units.values()) {
    const inTime = unit.toSorted((a, b) => a.onset - b.onset || a.n - b.n)
    let opener = inTime[0]
    for (const [index, alarm] of inTime.entries()) {
      const before = inTime[index - 1]
      if (before === undefined) continue
      if (alarm.onset - before.onset > burst) opener = alarm
      else if (opener !== undefined) first.add(opener.id)
    }
  }
  return first
}

/** The sites in the order of the list. */
export function orderSites(sites: Iterable<SiteAlarms>): SiteAlarms[] {
  return [...sites]
    .filter(({ alarms }) => alarms.length > 0)
    .toSorted((a, b) => {
      const [first, second] = [a.alarms[0], b.alarms[0]]
      if (first === undefined || second === undefined) return 0
      return byWeight(first, second)
    })
}

export function addCounts(sites: Iterable<SiteAlarms>): Counts {
  const sum = emptyCounts()
  for (const { counts } of sites) {
    for (const level of [...severities, 'none'] as const) {
      for (const state of ['unacknowledged', 'acknowledged', 'returned', 'stale'] as const) {
        sum[level][state] += counts[level][state]
      }
    }
  }
  return sum
}

function isPinned({ severity, acknowledged }: AlarmView): boolean {
  return severity === 'red' || (severity === 'orange' && acknowledged === null)
}

/** What the strip and the sound go by, of all sites. */
export interface Pinned {
  /** The first ones, worst and newest first. */
  readonly worst: readonly AlarmView[]
  readonly red: number
  readonly orange: number
  /** Reds that nobody has acknowledged. */
  readonly waitingReds: ReadonlySet<AlarmId>
}

export const nothingPinned: Pinned = { worst: [], red: 0, orange: 0, waitingReds: new Set() }

/** @param most how many of the worst: in a flood thousands are pinned, and only a few have a line */
export function allPinned(sites: readonly SiteAlarms[], most: number): Pinned {
  const waitingReds = new Set<AlarmId>()
  const first: AlarmView[] = []
  let [red, orange] = [0, 0]
  for (const { pinned } of sites) {
    // A site's own are in order: none beyond its first `most` can be among the first of all.
    for (const alarm of pinned.slice(0, most)) first.push(alarm)
    for (const { id, severity, acknowledged } of pinned) {
      if (severity === 'orange') orange += 1
      else red += 1
      if (severity === 'red' && acknowledged === null) waitingReds.add(id)
    }
  }
  return { worst: first.toSorted(byWeight).slice(0, most), red, orange, waitingReds }
}

/** Whether the strip need not be sorted anew for this site: in a flood most changes are not for it. */
export function isSamePinned(before: SiteAlarms | undefined, after: SiteAlarms): boolean {
  const [a, b] = [before?.pinned ?? [], after.pinned]
  return a.length === b.length && a.every((alarm, index) => alarm === b[index])
}
