// Decides the table of what gives no data now: since when, why, and whether somebody has seen it.

import type { ReactNode } from 'react'
import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import { placeOf, plainReason, pointName, siteName } from '../alarms/describe.ts'
import { StateText } from '../alarms/state-text.tsx'
import { useAcknowledge } from '../commands/use-acknowledge.ts'
import { dayTime } from '../format/beijing.ts'
import { usePicture } from '../hooks.ts'
import { Lasting } from '../marks/times.tsx'
import { routeHash } from '../routes.ts'
import { scrollable } from '../marks/scrollable.ts'
import { useTexts } from '../texts/use-texts.tsx'

export function BlindTable(): ReactNode {
  const { health } = useTexts()
  const siteAlarms = usePicture((picture) => picture.siteAlarms)
  const blind = siteAlarms
    .flatMap(({ alarms }) => alarms.filter(({ severity }) => severity === null))
    .toSorted((a, b) => b.onset - a.onset)
  const [site, point, since, lasts, why, state] = health.columns
  return (
    <section className="sec bare sideways" {...scrollable}>
      <h2>
        {health.blind} <b>{blind.length}</b>
      </h2>
      {blind.length === 0 ? (
        <p className="q">{health.noBlind}</p>
      ) : (
        <table className="tb">
          <thead>
            <tr>
              <th style={{ width: '21%' }}>{site}</th>
              <th>{point}</th>
              <th style={{ width: '17%' }}>{since}</th>
              <th className="n" style={{ width: '10%' }}>
                {lasts}
              </th>
              <th style={{ width: '13%' }}>{why}</th>
              <th style={{ width: '21%' }}>{state}</th>
            </tr>
          </thead>
          <tbody>
            {blind.slice(0, 300).map((alarm) => (
              <BlindRow key={alarm.id} alarm={alarm} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function BlindRow({ alarm }: { readonly alarm: AlarmView }): ReactNode {
  const texts = useTexts()
  const sites = usePicture((picture) => picture.sites)
  const acknowledge = useAcknowledge(alarm)
  const place = placeOf(sites, alarm)
  const name = pointName(place, alarm.subject, texts)
  return (
    <tr data-testid="blind-row" data-alarm-id={alarm.id}>
      <td title={siteName(place.site, alarm.site, texts)}>{siteName(place.site, alarm.site, texts)}</td>
      <td title={name}>
        <a href={routeHash({ screen: 'alarm', id: alarm.id })}>{name}</a>
      </td>
      <td>{dayTime(alarm.onset)}</td>
      <td className="n">
        <Lasting from={alarm.onset} />
      </td>
      <td title={plainReason(alarm, texts)}>{plainReason(alarm, texts)}</td>
      <td>
        {alarm.acknowledged === null && acknowledge.mayDo ? (
          <button
            type="button"
            className="btn sm"
            disabled={!acknowledge.isAllowed}
            title={acknowledge.whyNot ?? undefined}
            onClick={acknowledge.send}
          >
            {texts.commands.acknowledge}
          </button>
        ) : (
          <StateText alarm={alarm} isOpen />
        )}
      </td>
    </tr>
  )
}
