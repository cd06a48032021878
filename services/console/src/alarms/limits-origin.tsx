// Decides how a sensor's limits are explained: value, when it clears, and where it comes from.

import type { ReactNode } from 'react'
import type { SensorInfo } from '@tocsin/core/domain/feed.ts'
import { comparison } from '../format/number.ts'
import { LevelWord } from '../marks/level-chip.tsx'
import { useTexts } from '../texts/use-texts.tsx'

type Limit = SensorInfo['limits'][number]

export function LimitsOrigin({
  limits,
  unit,
}: {
  readonly limits: readonly Limit[]
  readonly unit: string
}): ReactNode {
  const { alarm, sites } = useTexts()
  return (
    <section className="sec">
      <h2>{alarm.origin}</h2>
      {limits.length === 0 ? (
        <p className="q">{sites.noLimits}</p>
      ) : (
        <table className="jr wrap origin">
          <tbody>
            {limits.map((limit) => (
              <tr key={`${limit.rule} ${limit.level} ${limit.op}`}>
                <td>
                  <LevelWord severity={limit.severity} />
                </td>
                <td>
                  <OriginText limit={limit} unit={unit} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

/** Without the reference to our own notes: it is for whoever checks the rule, and no officer has them. */
function sourceText(source: string): string {
  return source.replaceAll(/（hazards[^）]*）/g, '')
}

function OriginText({ limit, unit }: { readonly limit: Limit; readonly unit: string }): ReactNode {
  const { alarm } = useTexts()
  const facts = [`${limit.level} ${comparison(limit.op, limit.value)} ${unit}`.trim()]
  if (limit.clear !== null) facts.push(`${alarm.clear} ${comparison(limit.clear.op, limit.clear.value)}`)
  if (limit.onDelay > 0) facts.push(alarm.onDelay(String(limit.onDelay / 1000)))
  if (limit.offDelay > 0) facts.push(alarm.offDelay(String(limit.offDelay / 1000)))
  const origin =
    limit.override === null
      ? `${sourceText(limit.source)}（${alarm.certainty[limit.certainty]}）`
      : `${alarm.originOverride(limit.override.by, limit.override.at)}：${limit.override.why}`
  return (
    <>
      {facts.join(alarm.comma)} <span className="q">{origin}</span>
    </>
  )
}
