// Decides how far an alarm has come: raised, acknowledged, broadcast, over. Disposal has its place in a later version.

import type { ReactNode } from 'react'
import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import { clockTime, dayTime, hourMinute } from '../format/beijing.ts'
import { usePersonName, usePicture } from '../hooks.ts'
import { Due } from '../marks/times.tsx'
import { routeHash } from '../routes.ts'
import { useTexts } from '../texts/use-texts.tsx'
import { broadcastOf } from './broadcast-of.ts'
import { acknowledgeBy } from './deadline.ts'

interface StepsProps {
  readonly alarm: AlarmView
  readonly isOpen: boolean
  /** Where the journal itself has no room. */
  readonly hasJournalLink?: boolean
}

export function Steps({ alarm, isOpen, hasJournalLink = false }: StepsProps): ReactNode {
  const texts = useTexts()
  const personName = usePersonName()
  const message = usePicture(({ messages }) => broadcastOf(messages, alarm.id))
  const due = isOpen ? acknowledgeBy(alarm) : null
  const { desk } = texts
  const words = texts.alarm
  const isPlaying = message !== undefined && !message.closed
  return (
    <section className="sec">
      <h2>
        {words.steps}{' '}
        {hasJournalLink && <a href={routeHash({ screen: 'alarm', id: alarm.id })}>{texts.journal.title}</a>}
      </h2>
      <ol className="steps">
        <li className="done">
          <b>{words.stepRaised}</b> <span title={dayTime(alarm.onset)}>{clockTime(alarm.onset)}</span>
        </li>
        <li className={alarm.acknowledged === null ? (isOpen ? 'now' : '') : 'done'}>
          <b>{words.stepAcknowledged}</b>{' '}
          <span>
            {alarm.acknowledged !== null && `${personName(alarm.acknowledged.by)} ${hourMinute(alarm.acknowledged.at)}`}
            {due !== null && <Due at={due} words={{ left: desk.left, over: desk.overdue, until: desk.until }} />}
          </span>
        </li>
        <li className={message === undefined ? '' : isPlaying ? 'now' : 'done'}>
          <b>{words.stepBroadcast}</b>{' '}
          <span>
            {message === undefined ? (
              words.notRequested
            ) : (
              <a href={routeHash({ screen: 'broadcasts', id: message.id })}>{texts.broadcasts.short[message.state]}</a>
            )}
          </span>
        </li>
        <li className={alarm.active && isOpen ? '' : 'done'}>
          <b>{words.stepOver}</b>{' '}
          <span>
            {alarm.active && isOpen
              ? words.still
              : alarm.returnedAt === null
                ? texts.none
                : clockTime(alarm.returnedAt)}
          </span>
        </li>
      </ol>
    </section>
  )
}
