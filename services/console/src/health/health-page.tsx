// Decides the health screen: what is blind now, what was rejected and why, what is unsafe, what happened last.

import { faultText } from '../format/fault.ts'
import type { ReactNode } from 'react'
import { RecentJournal } from '../desk/calm-pane.tsx'
import { hourMinute, stamp } from '../format/beijing.ts'
import { count } from '../format/number.ts'
import { usePicture } from '../hooks.ts'
import { scrollable } from '../marks/scrollable.ts'
import { useTexts } from '../texts/use-texts.tsx'
import { BlindTable } from './blind-table.tsx'
import { RejectedTable } from './rejected-table.tsx'

export function HealthPage(): ReactNode {
  const { health } = useTexts()
  return (
    <main className="main hea">
      <div className="col three">
        <Now />
        <section className="panel pp scroll" {...scrollable}>
          <BlindTable />
        </section>
        <section className="panel pp scroll" {...scrollable}>
          <RejectedTable />
        </section>
      </div>
      <div className="col">
        <section className="panel pp scroll" {...scrollable}>
          <section className="sec bare">
            <h2>{health.journal}</h2>
            <RecentJournal most={60} />
          </section>
        </section>
      </div>
    </main>
  )
}

function Now(): ReactNode {
  const { band, health, none } = useTexts()
  const system = usePicture((picture) => picture.system)
  if (system === null) {
    return (
      <section className="panel hollow">
        <b>{health.loading}</b>
      </section>
    )
  }
  const { sensors, blindSensors, blindSites, engineNow, insecure, faults, rejectedLastHour } = system
  const at = engineNow === null ? none : hourMinute(engineNow)
  return (
    <section className="panel pp headless">
      <section className="sec bare">
        <h2>{health.now}</h2>
        <table className="kv">
          <tbody>
            <tr>
              <td className="q" style={{ width: '30%' }}>
                {health.online}
              </td>
              <td>
                <b className="bignum">{health.onlineText(count(sensors - blindSensors), count(sensors), at)}</b>
              </td>
            </tr>
            <tr>
              <td className="q">{health.blindSites}</td>
              <td>{blindSites}</td>
            </tr>
            <tr>
              <td className="q">{health.engine}</td>
              <td>{engineNow === null ? none : stamp(engineNow)}</td>
            </tr>
            <tr>
              <td className="q">{health.rejectedHour}</td>
              <td>{health.messages(count(rejectedLastHour))}</td>
            </tr>
            <tr>
              <td className="q">{health.insecure}</td>
              <td>{insecure.length === 0 ? health.noInsecure : <span className="flt">{insecure.join(' ')}</span>}</td>
            </tr>
            <tr>
              <td className="q">{health.faults}</td>
              <td>
                {faults.length === 0 ? (
                  health.noFaults
                ) : (
                  <span className="flt">{faults.map((fault) => faultText(band.faults, fault)).join('；')}</span>
                )}
              </td>
            </tr>
          </tbody>
        </table>
      </section>
    </section>
  )
}
