// Decides the phone's desk: the worst alarm opened, one thumb acknowledges, calls or notes; the rest below.

import { useState, type ReactNode } from 'react'
import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import type { AlarmId } from '@tocsin/core/domain/ids.ts'
import { severityRank } from '@tocsin/core/domain/severity.ts'
import { acknowledgeBy } from '../alarms/deadline.ts'
import { placeOf, pointName, siteName } from '../alarms/describe.ts'
import { sentence } from '../alarms/sentence.ts'
import { StateText } from '../alarms/state-text.tsx'
import { ValueAgainstLimit } from '../alarms/value.tsx'
import { OutcomeLine, useUndoFor } from '../commands/command-bar.tsx'
import { mayCommand } from '../commands/rights.ts'
import { useAcknowledge } from '../commands/use-acknowledge.ts'
import { stateOf } from '../feed/site-alarms.ts'
import { dayTime } from '../format/beijing.ts'
import { useAlarm, useIsLost, useIsOpen, useLatest, usePicture, useWatch } from '../hooks.ts'
import { LevelChip } from '../marks/level-chip.tsx'
import { levelClass } from '../marks/shapes.tsx'
import { Due, Lasting } from '../marks/times.tsx'
import { routeHash } from '../routes.ts'
import { useServices } from '../services.ts'
import { useTexts } from '../texts/use-texts.tsx'

const most = 60

export function PhoneDesk(): ReactNode {
  const { desk, phone } = useTexts()
  const siteAlarms = usePicture((picture) => picture.siteAlarms)
  const ready = usePicture((picture) => picture.ready)
  const [chosen, setChosen] = useState<AlarmId | null>(null)
  const all = siteAlarms.flatMap(({ alarms }) => alarms).toSorted(byUrgency)
  const first = all[0]
  // What a thumb is about to press stays what it is, until the alarm is over and another is picked.
  const [opened, setOpened] = useState<AlarmId | null>(null)
  if (opened === null && first !== undefined) setOpened(first.id)
  const alarm = useAlarm(chosen ?? opened)
  const rest = all.filter(({ id }) => id !== alarm?.id)
  useWatch('phone', [...new Set(all.slice(0, 20).map(({ site }) => site))])
  if (alarm === undefined) {
    return (
      <main className="pm">
        <section className="panel hollow">
          <b>{ready ? desk.calm : desk.loading}</b>
          {ready && desk.emptyDetail}
        </section>
      </main>
    )
  }
  return (
    <main className="pm">
      <Opened key={alarm.id} alarm={alarm} />
      {first !== undefined && first.id !== alarm.id && (
        <button type="button" className="btn blk" onClick={() => setChosen(first.id)}>
          {phone.back}
        </button>
      )}
      <nav className="panel" aria-label={phone.rest}>
        {rest.slice(0, most).map((one) => (
          <PhoneRow key={one.id} alarm={one} onPick={() => setChosen(one.id)} />
        ))}
      </nav>
      {rest.length > most && <p className="q">{phone.more(rest.length - most)}</p>}
    </main>
  )
}

function byUrgency(a: AlarmView, b: AlarmView): number {
  const waits = ({ acknowledged }: AlarmView): number => (acknowledged === null ? 1 : 0)
  return severityRank(b.severity) - severityRank(a.severity) || waits(b) - waits(a) || b.raisedAt - a.raisedAt
}

function Opened({ alarm }: { readonly alarm: AlarmView }): ReactNode {
  const texts = useTexts()
  const sites = usePicture((picture) => picture.sites)
  const latest = useLatest(alarm.site, alarm.subject.id)
  const isOpen = useIsOpen(alarm.id)
  const place = placeOf(sites, alarm)
  const due = isOpen ? acknowledgeBy(alarm) : null
  const isFilled = isOpen && alarm.severity === 'red' && stateOf(alarm) === 'unacknowledged'
  const { ackLeft, ackOver, ackUntil } = texts.desk
  const calls = (place.site?.contacts ?? []).slice(0, 2)
  return (
    <section className="panel" aria-label={texts.phone.worst} data-testid="detail" data-alarm-id={alarm.id}>
      <div className={`ph ${alarm.severity === null ? '' : levelClass(alarm.severity)} ${isFilled ? 'fill' : ''}`}>
        <div>
          <LevelChip alarm={alarm} over={!isOpen} />
          <h1 className="cut">{siteName(place.site, alarm.site, texts)}</h1>
        </div>
        <div className="r2">
          <span>{pointName(place, alarm.subject, texts)}</span>
          <span>
            <ValueAgainstLimit alarm={alarm} place={place} />
          </span>
        </div>
      </div>
      <div className="pb">
        <p className="meta" style={{ justifyContent: 'space-between', padding: 0 }}>
          <span>
            {texts.phone.from(dayTime(alarm.onset))} <Lasting from={alarm.onset} />
          </span>
          <span>
            {due === null ? (
              <StateText alarm={alarm} isOpen={isOpen} />
            ) : (
              <Due at={due} words={{ left: ackLeft, over: ackOver, until: ackUntil }} />
            )}
          </span>
        </p>
        <p className="sum" style={{ padding: 0 }}>
          {sentence({ alarm, place, latest, slope: null }, texts)}
        </p>
        <OutcomeLine target={alarm.id} />
        <Acknowledge alarm={alarm} isOpen={isOpen} />
        {calls.length > 0 && (
          <div className="two2">
            {calls.map(({ role, phone }) => (
              <a key={`${role} ${phone}`} className="btn blk" href={`tel:${phone.replaceAll(/[^\d+]/g, '')}`}>
                <span className="cut">{texts.phone.call(role)}</span>
              </a>
            ))}
          </div>
        )}
        <Note alarm={alarm} />
        <a className="btn blk" href={routeHash({ screen: 'alarm', id: alarm.id })}>
          {texts.commands.open}
        </a>
      </div>
    </section>
  )
}

function Acknowledge({ alarm, isOpen }: { readonly alarm: AlarmView; readonly isOpen: boolean }): ReactNode {
  const { commands: words } = useTexts()
  const { commands } = useServices()
  const acknowledge = useAcknowledge(alarm)
  const undoFor = useUndoFor(alarm.id)
  if (!acknowledge.mayDo) return <p className="q">{words.viewerOnly}</p>
  if (alarm.acknowledged === null) {
    return (
      <button
        type="button"
        className="btn pri blk"
        disabled={!acknowledge.isAllowed || !isOpen}
        title={acknowledge.whyNot ?? undefined}
        onClick={acknowledge.send}
        data-testid="ack"
      >
        {words.acknowledge}
      </button>
    )
  }
  if (undoFor === 0) return null
  return (
    <button
      type="button"
      className="btn blk"
      onClick={() => commands.send({ command: 'unacknowledge', alarm: alarm.id, why: words.undoWhy })}
      data-testid="unack"
    >
      {words.undoSoon(undoFor)}
    </button>
  )
}

function Note({ alarm }: { readonly alarm: AlarmView }): ReactNode {
  const { phone } = useTexts()
  const { commands } = useServices()
  const isLost = useIsLost()
  const role = usePicture(({ session }) => session?.role)
  const [text, setText] = useState('')
  const mayNote = mayCommand(role, 'comment')
  const save = (): void => {
    commands.send({ command: 'comment', alarm: alarm.id, text: text.trim() })
    setText('')
  }
  if (!mayNote) return null
  return (
    <>
      <textarea
        className="inp"
        style={{ height: 64, paddingBlock: 8 }}
        value={text}
        maxLength={1000}
        placeholder={phone.note}
        aria-label={phone.note}
        onChange={(event) => setText(event.target.value)}
      />
      {text.trim() !== '' && (
        <button type="button" className="btn blk" disabled={isLost} onClick={save}>
          {phone.noteSave}
        </button>
      )}
    </>
  )
}

function PhoneRow({ alarm, onPick }: { readonly alarm: AlarmView; readonly onPick: () => void }): ReactNode {
  const texts = useTexts()
  const sites = usePicture((picture) => picture.sites)
  const place = placeOf(sites, alarm)
  const due = acknowledgeBy(alarm)
  const { ackDue, overdue, until } = texts.desk
  return (
    <button
      type="button"
      className={`pr ${due === null ? '' : 'bold'}`}
      onClick={onPick}
      data-testid="alarm-row"
      data-alarm-id={alarm.id}
      data-severity={alarm.severity ?? 'none'}
      data-state={stateOf(alarm)}
    >
      <LevelChip alarm={alarm} />
      <span className="nm">
        <b>{siteName(place.site, alarm.site, texts)}</b>
        <br />
        {pointName(place, alarm.subject, texts)}
      </span>
      <span className="n">
        <ValueAgainstLimit alarm={alarm} place={place} />
        <br />
        {due === null ? (
          <StateText alarm={alarm} isOpen />
        ) : (
          <Due at={due} words={{ left: ackDue, over: overdue, until: `${ackDue}${until}` }} />
        )}
      </span>
    </button>
  )
}
