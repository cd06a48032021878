// Decides the alarms and events that the tests of the console begin with.

import type { AlarmEvent, EventContent, Verdict } from '@tocsin/core/domain/alarm-event.ts'
import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import { alarmId } from '@tocsin/core/domain/ids.ts'
import type { Severity } from '@tocsin/core/domain/severity.ts'

export const sampleStart = Date.UTC(2026, 5, 13, 18, 15, 12)

export function sampleVerdict(severity: Severity | null, value = 2.4): Verdict {
  return { severity, level: severity === null ? '' : '二级', t: sampleStart, value, op: '>=', limit: 2, unit: 'mg/m³' }
}

/** An open, unacknowledged alarm of `site` about sensor `sensor`, raised at `sampleStart`. */
export function sampleAlarm(patch: Partial<AlarmView> & { site: string; sensor: string }): AlarmView {
  const { sensor, ...rest } = patch
  const subject = { kind: 'sensor', id: sensor } as const
  const severity = patch.severity === undefined ? 'red' : patch.severity
  return {
    id: alarmId({ site: patch.site, subject, rule: 'gas', occurrence: 1 }),
    subject,
    rule: { id: 'gas', kind: 'threshold', hash: 'h' },
    occurrence: 1,
    revision: 1,
    active: true,
    raisedAt: sampleStart,
    onset: sampleStart,
    lag: 0,
    severity,
    worst: severity,
    verdict: sampleVerdict(severity),
    returnedAt: null,
    revisionAt: [0, 0, 0, 0, 1],
    acknowledged: null,
    stale: null,
    comments: 0,
    n: 1,
    ...rest,
  }
}

export function sampleEvent(site: string, n: number, content: EventContent): AlarmEvent {
  return { site, n, at: sampleStart + n * 1000, prev: 'p', hash: 'h', content }
}

/** The event that raises what `sampleAlarm` gives. */
export function sampleRaise(site: string, n: number, sensor: string): AlarmEvent {
  const { id, subject, rule, occurrence, revision, onset, lag, verdict } = sampleAlarm({ site, sensor })
  return sampleEvent(site, n, { kind: 'raised', alarm: id, subject, rule, occurrence, revision, onset, lag, verdict })
}
