/** Alarms of the pseudo-site: what Tocsin says of itself (T2, T4). */

import type { ClockFinding } from './clock.ts'
import { DEPART_MS } from './limits.ts'
import { occurrenceKey, type SiteState } from './state.ts'
import { plainVerdict, systemRules } from './system-rules.ts'
import type { Turn } from './turn.ts'
import { clear, raise } from './verdicts.ts'

/** A finding of the clock becomes an alarm of the pseudo-site `tocsin`. */
export function onFinding(at: Turn, finding: ClockFinding): void {
  const { site, out } = at
  switch (finding.kind) {
    case 'ended':
      return
    case 'blind': {
      const from = Math.round(finding.from)
      const to = Math.round(finding.to)
      const alarm = raise(at, {
        subject: { kind: 'intake', id: finding.ingest },
        rule: systemRules.blind,
        verdict: plainVerdict(to, (to - from) / 1_000, null),
        onset: from,
        lag: 0,
        detail: { from, to },
      })
      // It is over when it is known; it stays in the list until somebody has seen it.
      clear(at, alarm, { verdict: plainVerdict(to, (to - from) / 1_000, null) })
      return
    }
    case 'departed':
      raise(at, {
        subject: { kind: 'intake', id: finding.ingest },
        rule: systemRules.intakeClock,
        verdict: plainVerdict(out.now, finding.off / 1_000, DEPART_MS / 1_000),
        onset: out.now,
        lag: 0,
      })
      return
    case 'returned': {
      const alarm = activeOf(site, finding.ingest)
      if (alarm !== undefined) clear(at, alarm, { verdict: plainVerdict(out.now, finding.off / 1_000, null) })
      return
    }
  }
}

function activeOf(site: SiteState, ingest: string): string | undefined {
  const key = occurrenceKey({ kind: 'intake', id: ingest }, systemRules.intakeClock.id)
  const occurrence = site.occurrences.get(key)
  return [...site.table.values()].find(
    (a) =>
      a.active && a.rule.id === systemRules.intakeClock.id && a.subject.id === ingest && a.occurrence === occurrence,
  )?.id
}
