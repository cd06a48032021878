/** Writes `alarm-events` as an engine would, for the gateway's tests: claims, marks, numbered events. */

import type { EventContent, Verdict } from '@tocsin/core/domain/alarm-event.ts'
import { alarmId, type AlarmId, type SiteId } from '@tocsin/core/domain/ids.ts'
import type { JournalRecord } from '@tocsin/core/domain/journal-record.ts'
import type { Severity } from '@tocsin/core/domain/severity.ts'
import { partitionOf, topics, type EventLog } from '@tocsin/core/ports/event-log.ts'
import { encodeJournalRecord } from '@tocsin/wire/journal-record-v1.ts'

export interface JournalWriter {
  /** Takes every partition over. */
  claim(claim: string, engine?: number): Promise<void>
  mark(now: number, partition?: number): Promise<void>
  event(site: SiteId, content: EventContent): Promise<void>
  /** @returns the alarm's id */
  raise(site: SiteId, severity?: Severity | null): Promise<AlarmId>
  raw(site: SiteId, record: JournalRecord): Promise<void>
  /** The next number of the site. */
  n(site: SiteId): number
}

export const at = 1_781_374_512_000

export function verdict(severity: Severity | null): Verdict {
  return { severity, level: '', t: at, value: 2.4, op: '>=', limit: 2, unit: 'mg/m³' }
}

export function createJournalWriter(log: EventLog): JournalWriter {
  const numbers = new Map<SiteId, number>()
  const occurrences = new Map<SiteId, number>()
  let current = ''
  const partitions = Array.from({ length: log.partitions }, (_, i) => i)

  async function append(partition: number, record: JournalRecord): Promise<void> {
    await log.append(topics.alarmEvents, [{ key: 'journal', partition, value: encodeJournalRecord(record) }])
  }

  const n = (site: SiteId): number => (numbers.get(site) ?? 0) + 1
  const raw = (site: SiteId, record: JournalRecord): Promise<void> => append(partitionOf(site, log.partitions), record)

  async function event(site: SiteId, content: EventContent): Promise<void> {
    const record: JournalRecord = {
      kind: 'event',
      claim: current,
      input: 0,
      event: { site, n: n(site), at: at + n(site), prev: '', hash: '', content },
    }
    numbers.set(site, n(site))
    await raw(site, record)
  }

  return {
    async claim(claim, engine = 1) {
      current = claim
      for (const partition of partitions) await append(partition, { kind: 'claim', claim, engine })
    },
    async mark(now, partition) {
      for (const each of partition === undefined ? partitions : [partition]) {
        await append(each, { kind: 'mark', claim: current, offset: 0, now })
      }
    },
    event,
    async raise(site, severity = 'red') {
      const occurrence = (occurrences.get(site) ?? 0) + 1
      occurrences.set(site, occurrence)
      const subject = { kind: 'sensor', id: `${site}-s1` } as const
      const alarm = alarmId({ site, subject, rule: 'chlorine', occurrence })
      const rule = { id: 'chlorine', kind: severity === null ? 'silence' : 'threshold', hash: 'rule' } as const
      await event(site, {
        kind: 'raised',
        alarm,
        subject,
        rule,
        occurrence,
        revision: 1,
        onset: at,
        lag: 0,
        verdict: verdict(severity),
      })
      return alarm
    },
    raw,
    n,
  }
}
