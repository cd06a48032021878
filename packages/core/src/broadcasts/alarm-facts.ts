/** What the dispatcher remembers of alarms, folded from `alarm-events`: what is a matter for a broadcast, and what is over. */

import { accept, type Acceptance, newAcceptance } from '../domain/acceptance.ts'
import type { AlarmEvent } from '../domain/alarm-event.ts'
import type { AlarmId, Millis, SiteId, Subject } from '../domain/ids.ts'
import type { JournalRecord } from '../domain/journal-record.ts'
import type { Severity } from '../domain/severity.ts'

export interface AlarmFact {
  readonly alarm: AlarmId
  readonly site: SiteId
  readonly subject: Subject
  readonly severity: Severity | null
  readonly revision: number
  /** Engine clock when it was raised or last got worse. */
  readonly at: Millis
  /** P4: whether it was known in time; what was late proposes nothing by itself. */
  readonly live: boolean
  /** A4: what is withdrawn is no longer an alarm, but nobody says that the danger is over. */
  readonly state: 'active' | 'cleared' | 'withdrawn'
  readonly endedAt: Millis | null
}

/** By alarm; and the newest accepted mark of each partition (B2). */
export interface AlarmFacts {
  readonly alarms: Map<AlarmId, AlarmFact>
  readonly marks: Map<number, Millis>
  readonly acceptance: Map<number, Acceptance>
}

export function newAlarmFacts(): AlarmFacts {
  return { alarms: new Map(), marks: new Map(), acceptance: new Map() }
}

/** Applies the next record of a partition of `alarm-events`, in place; what R1 and R3 do not accept changes nothing. */
export function foldJournal(facts: AlarmFacts, partition: number, record: JournalRecord): void {
  let acceptance = facts.acceptance.get(partition)
  if (!acceptance) {
    acceptance = newAcceptance()
    facts.acceptance.set(partition, acceptance)
  }
  if (!accept(acceptance, record)) return
  if (record.kind === 'event') foldEvent(facts.alarms, record.event)
  if (record.kind === 'mark') facts.marks.set(partition, Math.max(record.now, facts.marks.get(partition) ?? record.now))
}

function foldEvent(alarms: Map<AlarmId, AlarmFact>, event: AlarmEvent): void {
  const c = event.content
  const { site, at } = event
  switch (c.kind) {
    case 'raised':
      alarms.set(c.alarm, {
        alarm: c.alarm,
        site,
        subject: c.subject,
        severity: c.verdict.severity,
        revision: c.revision,
        at,
        live: c.lag === 0,
        state: 'active',
        endedAt: null,
      })
      return
    case 'corrected':
      if (c.state === 'closed') {
        change(alarms, c.alarm, { state: 'withdrawn', endedAt: at })
        return
      }
      alarms.set(c.alarm, {
        alarm: c.alarm,
        site,
        subject: c.subject,
        severity: c.verdict.severity,
        revision: c.revision,
        at,
        live: false,
        state: 'active',
        endedAt: null,
      })
      return
    case 'escalated':
      change(alarms, c.alarm, { severity: c.verdict.severity, revision: c.revision, at, live: c.lag === 0 })
      return
    case 'de-escalated':
      // P4: what got better does not make a late alarm one that was known in time
      change(alarms, c.alarm, { severity: c.verdict.severity, revision: c.revision })
      return
    case 'cleared':
      change(alarms, c.alarm, { revision: c.revision, state: 'cleared', endedAt: at })
      return
    case 'withdrawn':
      // of a returned alarm it says nothing new
      if (alarms.get(c.alarm)?.state === 'active') change(alarms, c.alarm, { state: 'withdrawn', endedAt: at })
      return
    case 'acknowledged':
    case 'unacknowledged':
    case 'commented':
    case 'refused':
    case 'stale':
    case 'fresh':
    case 'superseded':
    case 'configured':
    case 'late':
      return
  }
}

function change(alarms: Map<AlarmId, AlarmFact>, alarm: AlarmId, patch: Partial<AlarmFact>): void {
  const fact = alarms.get(alarm)
  if (fact) alarms.set(alarm, { ...fact, ...patch })
}

/** Drops alarms that ended before this and of which nothing was broadcast, so that the table does not grow for ever. */
export function forgetEnded(facts: AlarmFacts, before: Millis, wasBroadcast: (alarm: AlarmId) => boolean): void {
  for (const [alarm, { endedAt }] of facts.alarms) {
    if (endedAt !== null && endedAt < before && !wasBroadcast(alarm)) facts.alarms.delete(alarm)
  }
}
