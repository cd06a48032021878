// Decides how an alarm's journal is shown: newest first, a few lines on the desk, all of it on the alarm's page.

import type { ReactNode } from 'react'
import type { AlarmId, Millis } from '@tocsin/core/domain/ids.ts'
import { clockTime, day, dayTime } from '../format/beijing.ts'
import { useIsLost, usePersonName, useToday } from '../hooks.ts'
import { routeHash } from '../routes.ts'
import { useTexts } from '../texts/use-texts.tsx'
import { journalText } from './journal-text.ts'
import { useJournal } from './use-journal.ts'

interface JournalProps {
  readonly id: AlarmId
  readonly decimals: number
  /** Lines; all of them when absent. */
  readonly most?: number
}

export function JournalSection({ id, decimals, most }: JournalProps): ReactNode {
  const texts = useTexts()
  const personName = usePersonName()
  const { state, events } = useJournal(id)
  const today = useToday()
  const isLost = useIsLost()
  const words = texts.journal
  const shown = most === undefined ? events : events.slice(0, most)
  const isCut = most !== undefined
  return (
    <section className="sec" data-testid="journal">
      <h2>
        {words.title} {isCut && <a href={routeHash({ screen: 'alarm', id })}>{words.all(events.length)}</a>}
      </h2>
      {events.length === 0 ? (
        <p className="q">{state === 'ready' ? words.empty : words[isLost ? 'failed' : state]}</p>
      ) : (
        <table className={isCut ? 'jr short' : 'jr wrap'}>
          <tbody>
            {shown.map((event) => {
              const text = journalText(event, { decimals, person: personName }, texts)
              return (
                <tr key={event.n} data-kind={event.content.kind}>
                  <td title={dayTime(event.at)}>{isCut ? nearTime(event.at, today) : dayTime(event.at)}</td>
                  <td title={text}>{text}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
    </section>
  )
}

/** The time of today's entries, the date of older ones: the whole is in the title. */
function nearTime(at: Millis, today: string): string {
  return day(at) === today ? clockTime(at) : dayTime(at).slice(0, 11)
}
