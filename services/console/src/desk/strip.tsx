// Decides what stands above the list at all times: every red, every unacknowledged orange; four lines, then a count.

import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import type { AlarmId } from '@tocsin/core/domain/ids.ts'
import { acknowledgeBy } from '../alarms/deadline.ts'
import { limitOf, placeOf, pointName, siteName, unitOf } from '../alarms/describe.ts'
import { StateText } from '../alarms/state-text.tsx'
import { Hatch, useAlarmValue } from '../alarms/value.tsx'
import { useAcknowledge } from '../commands/use-acknowledge.ts'
import { dayTime } from '../format/beijing.ts'
import { count } from '../format/number.ts'
import { useIsLost, useIsOpen, usePicture, useWatch } from '../hooks.ts'
import { LevelChip } from '../marks/level-chip.tsx'
import { levelClass } from '../marks/shapes.tsx'
import { Due, Lasting } from '../marks/times.tsx'
import { go, routeHash } from '../routes.ts'
import { useServices } from '../services.ts'
import { useTexts } from '../texts/use-texts.tsx'
import { linesOf } from './held-strip.ts'
import { settleAfter } from './still.ts'

export function Strip({ onShowRest }: { readonly onShowRest: () => void }): ReactNode {
  const texts = useTexts()
  const { store } = useServices()
  const pinned = usePicture((picture) => picture.pinned)
  const ready = usePicture((picture) => picture.ready)
  const box = useRef<HTMLElement>(null)
  // Its buttons acknowledge: no line may move under the pointer, neither by a newcomer nor by its own change of height.
  const [held, setHeld] = useState<readonly Held[] | null>(null)
  const hold = (): void => setHeld((before) => joined(before, measureLines(box.current)))
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const lines = linesOf(pinned.worst, held?.map(({ id }) => id) ?? null, (id) => store.alarm(id) ?? store.ended(id))
  useWatch('strip', [...new Set(lines.map(({ site }) => site))].toSorted())
  const restRed = pinned.red - lines.filter(({ severity }) => severity === 'red').length
  const rest = pinned.red + pinned.orange - lines.length
  return (
    <section
      ref={box}
      className="strip"
      aria-label={texts.desk.strip}
      data-testid="strip"
      onPointerMove={() => {
        clearTimeout(timer.current)
        hold()
      }}
      onPointerLeave={() => {
        timer.current = setTimeout(() => setHeld(null), settleAfter)
      }}
    >
      <div className="strip-in">
        {lines.length === 0 ? (
          ready ? (
            <Calm />
          ) : (
            <p className="calm">{texts.desk.loading}</p>
          )
        ) : (
          lines.map((alarm) => (
            <Pin key={alarm.id} alarm={alarm} held={held?.find(({ id }) => id === alarm.id) ?? null} />
          ))
        )}
        {rest > 0 && <Rest red={Math.max(0, restRed)} orange={Math.max(0, rest - restRed)} onShow={onShowRest} />}
      </div>
    </section>
  )
}

/** A line as it was when the pointer came. */
interface Held {
  readonly id: AlarmId
  readonly wasWaiting: boolean
  /** px */
  readonly height: number
}

/** What is held, and what has come since at its end; the same object when nothing has. */
function joined(before: readonly Held[] | null, now: readonly Held[]): readonly Held[] | null {
  const came = now.filter(({ id }) => before?.some((line) => line.id === id) !== true)
  return came.length === 0 ? before : [...(before ?? []), ...came]
}

function measureLines(box: HTMLElement | null): Held[] {
  return [...(box?.querySelectorAll<HTMLElement>('[data-alarm-id]') ?? [])].map((line) => ({
    id: line.dataset['alarmId'] ?? '',
    wasWaiting: line.dataset['waiting'] === 'true',
    height: line.offsetHeight,
  }))
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

interface RestProps {
  readonly red: number
  readonly orange: number
  readonly onShow: () => void
}

function Rest({ red, orange, onShow }: RestProps): ReactNode {
  const { desk } = useTexts()
  const words = [...(red > 0 ? [desk.moreRed(red)] : []), ...(orange > 0 ? [desk.moreOrange(orange)] : [])]
  return (
    <div className="pin more">
      <b>{words.join('，')}</b>
      <button type="button" className="btn sm" onClick={onShow}>
        {desk.show}
      </button>
    </div>
  )
}

interface PinProps {
  readonly alarm: AlarmView
  /** The pointer is in the strip: height and button stay what they were. */
  readonly held: Held | null
}

function Pin({ alarm, held }: PinProps): ReactNode {
  const texts = useTexts()
  const sites = usePicture((picture) => picture.sites)
  const place = placeOf(sites, alarm)
  const value = useAlarmValue(alarm, place)
  const isLost = useIsLost()
  const acknowledge = useAcknowledge(alarm)
  const isOpen = useIsOpen(alarm.id)
  const isWaiting = isOpen && alarm.acknowledged === null
  const isFilled = isWaiting && alarm.active && alarm.severity === 'red'
  const due = isOpen ? acknowledgeBy(alarm) : null
  const name = `${siteName(place.site, alarm.site, texts)} ${pointName(place, alarm.subject, texts)}`
  const { ackLeft, ackOver, ackUntil } = texts.desk
  return (
    <div
      className={`pin ${alarm.severity === null ? '' : levelClass(alarm.severity)} ${isFilled ? 'un1' : ''}`}
      data-waiting={isWaiting}
      style={held === null ? undefined : { height: held.height }}
      data-testid="pinned"
      data-alarm-id={alarm.id}
    >
      <LevelChip alarm={alarm} over={!isOpen} />
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
          <StateText alarm={alarm} isOpen={isOpen} />
        ) : (
          <Due at={due} words={{ left: ackLeft, over: ackOver, until: ackUntil }} />
        )}
      </span>
      {acknowledge.mayDo && (isWaiting || held?.wasWaiting === true) ? (
        <button
          type="button"
          className="btn sm"
          disabled={isLost || !isWaiting || !acknowledge.isAllowed}
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
