// Decides the table of counts: level by state, zeros in grey, the doubtful ones as part of the others.

import type { ReactNode } from 'react'
import { severities, type Severity } from '@tocsin/core/domain/severity.ts'
import type { LevelCount } from '../feed/site-alarms.ts'
import { Hatch } from '../alarms/value.tsx'
import { useIsLost, usePicture } from '../hooks.ts'
import { LevelWord } from '../marks/level-chip.tsx'
import { useTexts } from '../texts/use-texts.tsx'

export function totalOf({ unacknowledged, acknowledged, returned }: LevelCount): number {
  return unacknowledged + acknowledged + returned
}

function Number({ n }: { readonly n: number }): ReactNode {
  return n === 0 ? <span className="z">0</span> : <b>{n}</b>
}

export function Counts(): ReactNode {
  const { desk, states } = useTexts()
  const counts = usePicture((picture) => picture.counts)
  const isLost = useIsLost()
  return (
    <section className="panel cnt" aria-label={desk.counts} data-testid="counts">
      <table>
        <thead>
          <tr>
            <th scope="col">
              {isLost ? (
                <>
                  <Hatch />?
                </>
              ) : (
                desk.level
              )}
            </th>
            <th className="n" scope="col">
              {states.unacknowledged}
            </th>
            <th className="n" scope="col">
              {states.acknowledged}
            </th>
            <th className="n" scope="col">
              {states.returned}
            </th>
            <th className="n" scope="col">
              {desk.staleCount}
            </th>
            <th className="n" scope="col">
              {desk.total}
            </th>
          </tr>
        </thead>
        <tbody>
          {severities.map((severity: Severity) => (
            <tr key={severity}>
              <th scope="row">
                <LevelWord severity={severity} />
              </th>
              {(['unacknowledged', 'acknowledged', 'returned', 'stale'] as const).map((state) => (
                <td className="n" key={state}>
                  <Number n={counts[severity][state]} />
                </td>
              ))}
              <td className="n">
                <Number n={totalOf(counts[severity])} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
