// Decides what stands above the list at all times: every red, every unacknowledged orange; four lines, then a count.

import type { ReactNode } from 'react'
import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import { acknowledgeBy } from '../alarms/deadline.ts'
import { limitOf, placeOf, pointName, siteName, unitOf } from '../alarms/describe.ts'
import { StateText } from '../alarms/state-text.tsx'
import { Hatch, useAlarmValue } from '../alarms/value.tsx'
import { useAcknowledge } from '../commands/use-acknowledge.ts'
import { dayTime } from '../format/beijing.ts'
import { count } from '../format/number.ts'
import { useIsLost, usePicture, useWatch } from '../hooks.ts'
import { LevelChip } from '../marks/level-chip.tsx'
import { levelClass } from '../marks/shapes.tsx'
import { Due, Lasting } from '../marks/times.tsx'
import { go, routeHash } from '../routes.ts'
import { useTexts } from '../texts/use-texts.tsx'

const lines = 4

export function Strip({ onShowRest }: { readonly onShowRest: () => void }): ReactNode {
  const texts = useTexts()
  const alarms = usePicture(({ pinned }) => pinned)
  const ready = usePicture((picture) => picture.ready)
  const shown = alarms.slice(0, lines)
  useWatch('strip', [...new Set(shown.map(({ site }) => site))].toSorted())
  return (
    <section className="panel strip" aria-label={texts.desk.strip} data-testid="strip">
      {alarms.length === 0 ? (
        ready ? (
          <Calm />
        ) : (
          <p className="calm">{texts.desk.loading}</p>
        )
      ) : (
        shown.map((alarm) => <Pin key={alarm.id} alarm={alarm} />)
      )}
      {alarms.length > lines && <Rest alarms={alarms.slice(lines)} onShow={onShowRest} />}
    </section>
  )
}

function Calm(): ReactNode {
  const { desk } = useTexts()
  const system = usePicture((picture) => picture.system)
  return (
    <div className="calm">
      <b>{desk.calm}</b>
      {system !== null && (
        <span className="q">{desk.calmDetail(count(system.sensors), count(system.blindSensors))}</span>
      )}
    </div>
  )
}

function Rest({ alarms, onShow }: { readonly alarms: readonly AlarmView[]; readonly onShow: () => void }): ReactNode {
  const { desk } = useTexts()
  const red = alarms.filter(({ severity }) => severity === 'red').length
  const words = [
    ...(red > 0 ? [desk.moreRed(red)] : []),
    ...(alarms.length > red ? [desk.moreOrange(alarms.length - red)] : []),
  ]
  return (
    <div className="pin more">
      <b>{words.join('，')}</b>
      <button type="button" className="btn sm" onClick={onShow}>
        {desk.show}
      </button>
    </div>
  )
}

function Pin({ alarm }: { readonly alarm: AlarmView }): ReactNode {
  const texts = useTexts()
  const sites = usePicture((picture) => picture.sites)
  const place = placeOf(sites, alarm)
  const value = useAlarmValue(alarm, place)
  const isLost = useIsLost()
  const acknowledge = useAcknowledge(alarm)
  const isWaiting = alarm.acknowledged === null
  const isFilled = isWaiting && alarm.active && alarm.severity === 'red'
  const due = acknowledgeBy(alarm)
  const name = `${siteName(place.site, alarm.site, texts)} ${pointName(place, alarm.subject, texts)}`
  const { ackLeft, ackOver, ackUntil } = texts.desk
  return (
    <div
      className={`pin ${alarm.severity === null ? '' : levelClass(alarm.severity)} ${isFilled ? 'un1' : ''}`}
      data-testid="pinned"
      data-alarm-id={alarm.id}
    >
      <LevelChip alarm={alarm} />
      <span className="nm" title={name}>
        <a href={routeHash({ screen: 'alarm', id: alarm.id })}>{isWaiting ? <b>{name}</b> : name}</a>
      </span>
      <span className="val">
        <b>
          {value?.isDoubtful === true && <Hatch />}
          {value?.text ?? texts.none}
        </b>
        <span>
          {value?.isDoubtful === true && '? '}
          {unitOf(alarm, place)} {limitOf(alarm, place)}
        </span>
      </span>
      <span className="n">{dayTime(alarm.onset)}</span>
      <span className="n">
        <Lasting from={alarm.onset} />
      </span>
      <span className="cut">
        {due === null ? (
          <StateText alarm={alarm} isOpen />
        ) : (
          <Due at={due} words={{ left: ackLeft, over: ackOver, until: ackUntil }} />
        )}
      </span>
      {isWaiting ? (
        <button
          type="button"
          className="btn sm"
          disabled={isLost || !acknowledge.isAllowed}
          title={acknowledge.whyNot ?? undefined}
          onClick={acknowledge.send}
          data-testid="pin-ack"
        >
          {texts.commands.acknowledge}
        </button>
      ) : (
        <button type="button" className="btn sm" onClick={() => go({ screen: 'alarm', id: alarm.id })}>
          {texts.commands.open}
        </button>
      )}
    </div>
  )
}
