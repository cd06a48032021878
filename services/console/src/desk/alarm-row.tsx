// Decides one row of the list: everything needed to judge the alarm without opening it.

import { memo, type MouseEvent, type ReactNode } from 'react'
import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import type { AlarmId } from '@tocsin/core/domain/ids.ts'
import { broadcastOf } from '../alarms/broadcast-of.ts'
import { acknowledgeBy } from '../alarms/deadline.ts'
import { limitOf, placeOf, plainReason, pointName, unitOf, type Place } from '../alarms/describe.ts'
import { StateText } from '../alarms/state-text.tsx'
import { Hatch, useAlarmValue } from '../alarms/value.tsx'
import { stateOf } from '../feed/site-alarms.ts'
import { dayTime } from '../format/beijing.ts'
import { useAlarm, useIsOpen, usePicture } from '../hooks.ts'
import { LevelChip } from '../marks/level-chip.tsx'
import { levelClass } from '../marks/shapes.tsx'
import { Due, Lasting } from '../marks/times.tsx'
import { useTexts } from '../texts/use-texts.tsx'

interface RowProps {
  readonly id: AlarmId
  /** From 1, in the whole list. */
  readonly index: number
  readonly isSelected: boolean
  readonly isMarked: boolean
  readonly isFirstOut: boolean
  readonly onPick: (id: AlarmId, event: MouseEvent) => void
  readonly onOpen: (id: AlarmId) => void
}

export const AlarmRow = memo(function AlarmRow(props: RowProps): ReactNode {
  const { id, index, isSelected, isMarked, isFirstOut, onPick, onOpen } = props
  const alarm = useAlarm(id)
  const isOpen = useIsOpen(id)
  const sites = usePicture((picture) => picture.sites)
  if (alarm === undefined) return <div className="lr dim" role="row" aria-rowindex={index} />
  const place = placeOf(sites, alarm)
  const isWaiting = isOpen && alarm.severity !== null && alarm.acknowledged === null
  const weight = !isOpen || alarm.severity === null ? 'dim' : isWaiting ? 'bold' : ''
  return (
    <div
      className={`lr ${weight} ${isSelected ? 'sel' : ''} ${isMarked ? 'marked' : ''} ${levelOf(alarm)}`}
      role="row"
      tabIndex={-1}
      aria-rowindex={index}
      aria-selected={isSelected || isMarked}
      data-testid="alarm-row"
      data-alarm-id={id}
      data-severity={alarm.severity ?? 'none'}
      data-state={isOpen ? stateOf(alarm) : 'over'}
      onClick={(event) => onPick(id, event)}
      onDoubleClick={() => onOpen(id)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onOpen(id)
      }}
    >
      <span role="gridcell" className="c-mk">
        {isWaiting && <i className="mk" />}
      </span>
      <span role="gridcell" className="c-lv">
        <LevelChip alarm={alarm} over={!isOpen} />
      </span>
      <Point alarm={alarm} place={place} isFirstOut={isFirstOut} />
      <Value alarm={alarm} place={place} />
      <span role="gridcell">{dayTime(alarm.onset)}</span>
      <span role="gridcell" className="n">
        {isOpen ? <Lasting from={alarm.onset} /> : null}
      </span>
      <Handling alarm={alarm} isOpen={isOpen} />
      <span role="gridcell" className="n">
        {place.site === undefined || place.site.villages.length === 0 ? '—' : place.site.villages.length}
      </span>
    </div>
  )
})

function levelOf({ severity }: AlarmView): string {
  return severity === null ? '' : levelClass(severity)
}

interface PartProps {
  readonly alarm: AlarmView
  readonly place: Place
}

function Point({ alarm, place, isFirstOut }: PartProps & { readonly isFirstOut: boolean }): ReactNode {
  const texts = useTexts()
  const name = pointName(place, alarm.subject, texts)
  return (
    <span role="gridcell" className="c-pt" title={name}>
      <span className="cut">{name}</span>
      {isFirstOut && <span className="tag">{texts.desk.firstOut}</span>}
    </span>
  )
}

function Value({ alarm, place }: PartProps): ReactNode {
  const value = useAlarmValue(alarm, place)
  return (
    <>
      <span role="gridcell" className="c-v">
        {value?.isDoubtful === true && <Hatch />}
        {value?.text ?? '—'}
      </span>
      <span role="gridcell" className="c-lim">
        {value === null ? '' : `${value.isDoubtful ? '? ' : ''}${unitOf(alarm, place)} ${limitOf(alarm, place)}`}
      </span>
    </>
  )
}

/** State and person, time left, broadcast; of an alarm without a level the reason instead. */
function Handling({ alarm, isOpen }: { readonly alarm: AlarmView; readonly isOpen: boolean }): ReactNode {
  const texts = useTexts()
  const message = usePicture(({ messages }) => broadcastOf(messages, alarm.id))
  if (alarm.severity === null && alarm.acknowledged === null) {
    return (
      <span role="gridcell" className="span3" title={plainReason(alarm, texts)}>
        {plainReason(alarm, texts)} · <StateText alarm={alarm} isOpen={isOpen} />
      </span>
    )
  }
  const due = isOpen ? acknowledgeBy(alarm) : null
  const { ackDue, overdue, until } = texts.desk
  return (
    <>
      {/* Where nothing is due the name of who acknowledged has the room. */}
      <span role="gridcell" className={due === null ? 'span2' : ''}>
        <StateText alarm={alarm} isOpen={isOpen} />
      </span>
      {due !== null && (
        <span role="gridcell" className="n">
          <Due at={due} words={{ left: ackDue, over: overdue, until: `${ackDue}${until}` }} />
        </span>
      )}
      <span role="gridcell">{message === undefined ? '—' : texts.broadcasts.short[message.state]}</span>
    </>
  )
}
