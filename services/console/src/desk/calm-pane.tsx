// Decides what stands beside an empty list: nothing is wrong, and what happened last.

import { useEffect, useState, type ReactNode } from 'react'
import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import { placeOf, pointName, siteName } from '../alarms/describe.ts'
import { journalText } from '../alarms/journal-text.ts'
import { fetchJournal } from '../api/lists.ts'
import { dayTime } from '../format/beijing.ts'
import { useIsLost, usePersonName, usePicture } from '../hooks.ts'
import { useServices } from '../services.ts'
import { scrollable } from '../marks/scrollable.ts'
import { useTexts } from '../texts/use-texts.tsx'

/** The newest entries of all journals, and what the feed adds to them. */
export function RecentJournal({ most }: { readonly most: number }): ReactNode {
  const texts = useTexts()
  const { store } = useServices()
  const personName = usePersonName()
  const isLost = useIsLost()
  const sites = usePicture((picture) => picture.sites)
  const [events, setEvents] = useState<readonly AlarmEvent[] | null | 'failed'>(null)
  useEffect(() => {
    let isCurrent = true
    const load = async (): Promise<void> => {
      const answer = await fetchJournal(most)
      if (isCurrent) setEvents(answer.ok ? answer.value : 'failed')
    }
    void load()
    const stop = store.onChange((change) => {
      if (change.events.length === 0) return
      const newest = change.events.toReversed()
      setEvents((before) => (before === null || before === 'failed' ? before : [...newest, ...before].slice(0, most)))
    })
    return () => {
      isCurrent = false
      stop()
    }
  }, [store, most])
  const words = texts.journal
  if (events === null || events === 'failed')
    return <p className="q">{events === null && !isLost ? words.loading : words.failed}</p>
  if (events.length === 0) return <p className="q">{words.empty}</p>
  return (
    <table className="jr wrap">
      <tbody>
        {events.map((event) => {
          const { content } = event
          const alarm = 'alarm' in content ? (store.alarm(content.alarm) ?? store.ended(content.alarm)) : undefined
          const subject = 'subject' in content ? content.subject : alarm?.subject
          const place = subject === undefined ? undefined : placeOf(sites, { site: event.site, subject })
          const point = place === undefined || subject === undefined ? '' : pointName(place, subject, texts)
          const decimals = place?.sensor?.decimals ?? 2
          return (
            <tr key={`${event.site} ${event.n}`}>
              <td>{dayTime(event.at)}</td>
              <td>
                <b>{siteName(sites.get(event.site), event.site, texts)}</b> {point}{' '}
                {journalText(event, { decimals, person: personName }, texts)}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

export function CalmPane({ hasAlarms }: { readonly hasAlarms: boolean }): ReactNode {
  const texts = useTexts()
  const { desk } = texts
  return (
    <aside className="panel det scroll" {...scrollable} aria-label={texts.alarm.label} data-testid="detail">
      <div className="hollow" style={{ paddingInline: 0 }}>
        <b>{hasAlarms ? desk.pick : desk.empty}</b>
        {hasAlarms ? desk.pickDetail : desk.emptyDetail}
      </div>
      <section className="sec">
        <h2>{texts.health.journal}</h2>
        <RecentJournal most={30} />
      </section>
    </aside>
  )
}
