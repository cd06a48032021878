// Decides the table of a site's sensors: state, newest value and its age, limits, quality, sensor gateway.

import type { ReactNode } from 'react'
import type { SensorInfo, SiteInfo } from '@tocsin/core/domain/feed.ts'
import type { SensorId } from '@tocsin/core/domain/ids.ts'
import { isMeasurement } from '@tocsin/core/domain/reading.ts'
import { limitsText, sensorName } from '../alarms/describe.ts'
import { SensorState, worstOf } from '../alarms/neighbours.tsx'
import { Hatch } from '../alarms/value.tsx'
import type { SiteAlarms } from '../feed/site-alarms.ts'
import { dayTime } from '../format/beijing.ts'
import { valueText } from '../format/number.ts'
import { useIsLost, useLatest } from '../hooks.ts'
import { scrollable } from '../marks/scrollable.ts'
import { useTexts } from '../texts/use-texts.tsx'

interface TableProps {
  readonly site: SiteInfo
  readonly alarms: SiteAlarms | undefined
  readonly selected: SensorId | null
  readonly onSelect: (sensor: SensorId) => void
}

/** A level in English is a longer word. */
const widths = {
  zh: ['6%', '8%', '15.5%', '7%', '10%', '6.5%', '20%', '12%', '6%', undefined],
  en: ['9%', '8%', '11%', '6.5%', '10%', '7%', '20.5%', '12.2%', '7%', undefined],
}
const right = new Set([4, 6, 7])

export function SensorTable({ site, alarms, selected, onSelect }: TableProps): ReactNode {
  const texts = useTexts()
  const { sites: words } = texts
  return (
    <section className="sec sideways points-box" {...scrollable}>
      <h2>
        {words.sensors} <span>{words.pick}</span>
      </h2>
      <table className="tb">
        <thead>
          <tr>
            {words.columns.map((column, index) => (
              <th
                key={column}
                className={right.has(index) ? 'n' : ''}
                style={{ width: widths[texts.quantityName][index] }}
              >
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {site.sensors.map((sensor) => (
            <SensorRow
              key={sensor.id}
              site={site}
              sensor={sensor}
              alarms={alarms}
              isSelected={sensor.id === selected}
              onSelect={onSelect}
            />
          ))}
        </tbody>
      </table>
    </section>
  )
}

interface RowProps {
  readonly site: SiteInfo
  readonly sensor: SensorInfo
  readonly alarms: SiteAlarms | undefined
  readonly isSelected: boolean
  readonly onSelect: (sensor: SensorId) => void
}

function SensorRow({ site, sensor, alarms, isSelected, onSelect }: RowProps): ReactNode {
  const texts = useTexts()
  const latest = useLatest(site.id, sensor.id)
  const isLost = useIsLost()
  const worst = worstOf(alarms, sensor.id)
  const offline = alarms?.alarms.find(({ subject }) => subject.kind === 'gateway' && subject.id === sensor.gateway)
  const isBlind = worst?.severity === null || offline !== undefined
  const isDoubtful =
    isLost || isBlind || (worst?.stale ?? null) !== null || (latest !== undefined && !isMeasurement(latest.quality))
  const shown = worst ?? offline
  const gateway = site.gateways.find(({ id }) => id === sensor.gateway)?.name ?? sensor.gateway
  const group = site.groups.find(({ id }) => id === sensor.group)?.name ?? ''
  return (
    <tr
      className={`pick ${isSelected ? 'sel' : ''}`}
      onClick={() => onSelect(sensor.id)}
      data-testid="sensor-row"
      data-sensor-id={sensor.id}
      data-state={isBlind ? 'blind' : (worst?.severity ?? 'normal')}
    >
      <td>
        <SensorState shown={shown} hasSpoken={latest !== undefined} />
      </td>
      <td title={sensor.tag}>
        <button type="button" className="plain-link" aria-pressed={isSelected} onClick={() => onSelect(sensor.id)}>
          {sensor.tag}
        </button>
      </td>
      <td title={sensorName(sensor, texts)}>{sensorName({ ...sensor, tag: '' }, texts)}</td>
      <td title={group === '' ? sensor.location : group}>{group === '' ? sensor.location : group}</td>
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
      <td className="n" title={limitsText(sensor)}>
        {sensor.limits.length === 0 ? <span className="q">{texts.sites.noLimits}</span> : limitsText(sensor)}
      </td>
      <td className="n">{latest === undefined ? texts.sites.never : dayTime(latest.t)}</td>
      <td>{latest === undefined ? texts.none : texts.quality[latest.quality]}</td>
      <td title={gateway}>{gateway}</td>
    </tr>
  )
}
