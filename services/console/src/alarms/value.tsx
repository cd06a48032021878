// Decides how a measured value is shown: hatch beside it and a question mark when it is not of now or not a measurement.

import type { ReactNode } from 'react'
import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import type { LatestValue } from '@tocsin/core/domain/feed.ts'
import { useIsLost, useLatest } from '../hooks.ts'
import { limitOf, unitOf, valueOf, type Place, type ShownValue } from './describe.ts'

/** The hatch alone; the words beside it say why. */
export function Hatch(): ReactNode {
  return <i className="hx" aria-hidden="true" />
}

/** The newest value of what the alarm is about. */
export function useAlarmValue(alarm: AlarmView, place: Place): ShownValue | null {
  const latest: LatestValue | undefined = useLatest(alarm.site, alarm.subject.id)
  const isLost = useIsLost()
  const value = valueOf(alarm, place, alarm.subject.kind === 'sensor' ? latest : undefined)
  return value === null ? null : { ...value, isDoubtful: value.isDoubtful || isLost }
}

/** `2.4 mg/m³ ≥ 2` in one run of text. */
export function ValueAgainstLimit({ alarm, place }: { readonly alarm: AlarmView; readonly place: Place }): ReactNode {
  const value = useAlarmValue(alarm, place)
  if (value === null) return null
  return (
    <>
      {value.isDoubtful && <Hatch />}
      <b>{value.text}</b> {value.isDoubtful && '? '}
      {unitOf(alarm, place)} {limitOf(alarm, place)}
    </>
  )
}
