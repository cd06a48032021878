// Decides which other points stand beside an alarm's, so that an officer sees whether it is alone.

import type { ReactNode } from 'react'
import type { SensorInfo, SiteInfo } from '@tocsin/core/domain/feed.ts'
import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import type { SensorId } from '@tocsin/core/domain/ids.ts'
import type { QuantityId } from '@tocsin/core/domain/quantity.ts'
import { isMeasurement } from '@tocsin/core/domain/reading.ts'
import type { SiteAlarms } from '../feed/site-alarms.ts'
import { comparison, valueText } from '../format/number.ts'
import { useIsLost, useLatest, usePicture } from '../hooks.ts'
import { LevelChip } from '../marks/level-chip.tsx'
import { useTexts } from '../texts/use-texts.tsx'
import { sensorName, shortSensorName, type Place } from './describe.ts'
import { Hatch } from './value.tsx'

/** The site's open alarms; undefined when it has none. */
export function useSiteAlarms(site: string): SiteAlarms | undefined {
  return usePicture(({ siteAlarms }) => siteAlarms.find((one) => one.site === site))
}

/** The worst open alarm of a sensor. */
export function worstOf(alarms: SiteAlarms | undefined, sensor: SensorId): AlarmView | undefined {
  return alarms?.alarms.find(({ subject }) => subject.kind === 'sensor' && subject.id === sensor)
}

/** Sensors of the same unit, else of the site: those in alarm first, then those of the same quantity. */
export function neighboursOf(place: Place, alarms: SiteAlarms | undefined): readonly SensorInfo[] {
  const { site, sensor } = place
  if (site === undefined) return []
  const others = site.sensors.filter(({ id }) => id !== sensor?.id)
  const unit = others.filter(({ group }) => group !== '' && group === sensor?.group)
  const weight = (one: SensorInfo): number =>
    (worstOf(alarms, one.id) === undefined ? 0 : 2) + (one.quantity === sensor?.quantity ? 1 : 0)
  return (unit.length > 0 ? unit : others).toSorted((a, b) => weight(b) - weight(a))
}

interface StateProps {
  /** The alarm that stands for the sensor's state, if any. */
  readonly shown: AlarmView | undefined
  readonly hasSpoken: boolean
}

/** A sensor that never spoke is not called normal. */
export function SensorState({ shown, hasSpoken }: StateProps): ReactNode {
  const { alarm } = useTexts()
  if (shown !== undefined) return <LevelChip alarm={shown} />
  return <span className="q">{hasSpoken ? alarm.normal : alarm.noValue}</span>
}

interface NeighboursProps {
  readonly place: Place
  readonly alarms: SiteAlarms | undefined
  readonly most: number
}

export function Neighbours({ place, alarms, most }: NeighboursProps): ReactNode {
  const { alarm } = useTexts()
  const neighbours = neighboursOf(place, alarms)
  const isUnit =
    neighbours[0] !== undefined && neighbours[0].group !== '' && neighbours[0].group === place.sensor?.group
  return (
    <section className="sec">
      <h2>{isUnit ? alarm.neighbours : alarm.neighboursSite}</h2>
      {neighbours.length === 0 || place.site === undefined ? (
        <p className="q">{alarm.noNeighbours}</p>
      ) : (
        <table className="kv">
          <tbody>
            {neighbours.slice(0, most).map((sensor) => (
              <Neighbour
                key={sensor.id}
                site={place.site}
                sensor={sensor}
                worst={worstOf(alarms, sensor.id)}
                like={place.sensor?.quantity}
              />
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

interface NeighbourProps {
  readonly site: SiteInfo | undefined
  readonly sensor: SensorInfo
  readonly worst: AlarmView | undefined
  /** What the alarm's own sensor measures: that word need not be said again. */
  readonly like: QuantityId | undefined
}

/** Null where the alarm compares nothing with the sensor's value: a silence is measured in seconds. */
function spokenLimit({ rule, verdict }: AlarmView): string | null {
  if (rule.kind === 'silence') return null
  return verdict.op === null || verdict.limit === null ? null : comparison(verdict.op, verdict.limit)
}

function Neighbour({ site, sensor, worst, like }: NeighbourProps): ReactNode {
  const texts = useTexts()
  const latest = useLatest(site?.id ?? '', sensor.id)
  const isLost = useIsLost()
  const isDoubtful = isLost || worst?.severity === null || (latest !== undefined && !isMeasurement(latest.quality))
  const mildest = sensor.limits.at(-1)
  const spoken = worst === undefined ? null : spokenLimit(worst)
  const name = like === sensor.quantity ? shortSensorName(sensor) : sensorName(sensor, texts)
  return (
    <tr>
      <td className="c-lv">
        <SensorState shown={worst} hasSpoken={latest !== undefined} />
      </td>
      <td title={sensorName(sensor, texts)}>{name}</td>
      <td className="n c-val">
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
      <td className="c-lim">{spoken ?? (mildest === undefined ? '' : comparison(mildest.op, mildest.value))}</td>
    </tr>
  )
}
