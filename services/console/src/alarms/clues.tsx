// Decides which facts help to tell a real alarm from a false one; they inform, they never decide.

import type { ReactNode } from 'react'
import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import type { SiteAlarms } from '../feed/site-alarms.ts'
import { dayTime } from '../format/beijing.ts'
import { useLatest } from '../hooks.ts'
import { useTexts } from '../texts/use-texts.tsx'
import type { Place } from './describe.ts'
import { worstOf } from './neighbours.tsx'

interface CluesProps {
  readonly alarm: AlarmView
  readonly place: Place
  readonly alarms: SiteAlarms | undefined
}

export function Clues({ alarm, place, alarms }: CluesProps): ReactNode {
  const texts = useTexts()
  const latest = useLatest(alarm.site, alarm.subject.id)
  const { site, sensor } = place
  const words = texts.alarm
  if (site === undefined || sensor === undefined) return null
  const alike = site.sensors.filter(({ id, quantity }) => quantity === sensor.quantity && id !== sensor.id)
  const alarming = alike.filter(({ id }) => (worstOf(alarms, id)?.severity ?? null) !== null)
  const offline = alarms?.alarms.find(({ subject }) => subject.kind === 'gateway' && subject.id === sensor.gateway)
  const gateway = site.gateways.find(({ id }) => id === sensor.gateway)?.name ?? sensor.gateway
  const neighbours = alike.length === 0 ? words.clueAlone : words.clueNeighbourText(alarming.length, alike.length)
  return (
    <section className="sec bare">
      <h2>
        {words.clues} <span>{words.cluesHint}</span>
      </h2>
      <table className="kv">
        <tbody>
          <tr>
            <td className="q c-lab">{words.clueNeighbours}</td>
            <td>{neighbours}</td>
          </tr>
          <tr>
            <td className="q">{words.clueInstrument}</td>
            <td>{latest === undefined ? words.noValue : texts.quality[latest.quality]}</td>
          </tr>
          <tr>
            <td className="q">{words.clueGateway}</td>
            <td>
              {gateway} {offline === undefined ? words.clueGatewayOnline : <b>{words.clueGatewayOffline}</b>}
            </td>
          </tr>
          <tr>
            <td className="q">{words.clueTime}</td>
            <td>{latest === undefined ? texts.none : dayTime(latest.t)}</td>
          </tr>
        </tbody>
      </table>
    </section>
  )
}
