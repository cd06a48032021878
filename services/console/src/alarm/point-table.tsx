// Decides the table of an alarm's unit: every point with its value, its limits, its state and the time of its data.

import type { ReactNode } from 'react'
import type { SensorInfo } from '@tocsin/core/domain/feed.ts'
import { isMeasurement } from '@tocsin/core/domain/reading.ts'
import { limitsText, sensorName, type Place } from '../alarms/describe.ts'
import { neighboursOf, SensorState, worstOf } from '../alarms/neighbours.tsx'
import { StateText } from '../alarms/state-text.tsx'
import { Hatch } from '../alarms/value.tsx'
import type { SiteAlarms } from '../feed/site-alarms.ts'
import { dayTime } from '../format/beijing.ts'
import { valueText } from '../format/number.ts'
import { useIsLost, useLatest } from '../hooks.ts'
import { go, routeHash } from '../routes.ts'
import { scrollable } from '../marks/scrollable.ts'
import { useTexts } from '../texts/use-texts.tsx'

interface TableProps {
  readonly place: Place
  readonly alarms: SiteAlarms | undefined
}

export function PointTable({ place, alarms }: TableProps): ReactNode {
  const { alarm, desk, sites } = useTexts()
  const { site, sensor } = place
  if (site === undefined) return null
  const points = [...(sensor === undefined ? [] : [sensor]), ...neighboursOf(place, alarms)]
  const [point, value, unit, limits, state, at] = alarm.detailTable
  return (
    <section className="sec sideways" {...scrollable}>
      <h2>
        {alarm.neighbours} <a href={routeHash({ screen: 'sites', id: site.id })}>{sites.sensors}</a>
      </h2>
      <table className="tb points">
        <thead>
          <tr>
            <th className="c-lv">{desk.level}</th>
            <th>{point}</th>
            <th className="n" style={{ width: '13%' }}>
              {value}
            </th>
            <th style={{ width: '7.5%' }}>{unit}</th>
            <th className="n" style={{ width: '23%' }}>
              {limits}
            </th>
            <th style={{ width: '16%' }}>{state}</th>
            <th className="n" style={{ width: '15%' }}>
              {at}
            </th>
          </tr>
        </thead>
        <tbody>
          {points.map((one) => (
            <PointRow key={one.id} site={site.id} sensor={one} alarms={alarms} isOwn={one === sensor} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

interface RowProps {
  readonly site: string
  readonly sensor: SensorInfo
  readonly alarms: SiteAlarms | undefined
  readonly isOwn: boolean
}

function PointRow({ site, sensor, alarms, isOwn }: RowProps): ReactNode {
  const texts = useTexts()
  const latest = useLatest(site, sensor.id)
  const isLost = useIsLost()
  const worst = worstOf(alarms, sensor.id)
  const isDoubtful = isLost || worst?.severity === null || (latest !== undefined && !isMeasurement(latest.quality))
  const name = sensorName(sensor, texts)
  const open = (): void => {
    if (worst !== undefined && !isOwn) go({ screen: 'alarm', id: worst.id })
  }
  return (
    <tr className={worst !== undefined && !isOwn ? 'pick' : ''} onClick={open}>
      <td>
        <SensorState shown={worst} hasSpoken={latest !== undefined} />
      </td>
      <td title={name}>{isOwn ? <b>{name}</b> : name}</td>
      <td className="n">
        {latest === undefined ? (
          <span className="q">{texts.alarm.noValue}</span>
        ) : (
          <b>
            {isDoubtful && <Hatch />}
            {valueText(latest.value, sensor.decimals)}
            {isDoubtful && ' ?'}
          </b>
        )}
      </td>
      <td>{sensor.unit}</td>
      <td className="n">{limitsText(sensor)}</td>
      <td>{worst === undefined ? texts.none : <StateText alarm={worst} isOpen />}</td>
      <td className="n">{latest === undefined ? texts.none : dayTime(latest.t)}</td>
    </tr>
  )
}
