// Decides how messages that could not be taken are shown: when, from whom, what was wrong with which field (P8).

import { useEffect, useState, type ReactNode } from 'react'
import type { RejectedView } from '@tocsin/core/domain/feed.ts'
import { rejectionCodes, type RejectionCode } from '@tocsin/core/domain/rejected.ts'
import { fetchRejected } from '../api/lists.ts'
import { dayTime } from '../format/beijing.ts'
import { count } from '../format/number.ts'
import { useIsLost, usePicture } from '../hooks.ts'
import { scrollable } from '../marks/scrollable.ts'
import { useTexts } from '../texts/use-texts.tsx'
import type { Texts } from '../texts/zh.ts'

function isCode(code: string): code is RejectionCode {
  return Object.hasOwn(rejectionCodes, code)
}

function codeWord(code: string, { health }: Texts): string {
  return isCode(code) ? health.codes[code] : code
}

const widths = ['18%', '12%', '16%', '15%', '14%', undefined, '8%']

export function RejectedTable(): ReactNode {
  const texts = useTexts()
  const { health, none } = texts
  const isLost = useIsLost()
  const sites = usePicture((picture) => picture.sites)
  const lastHour = usePicture(({ system }) => system?.rejectedLastHour ?? 0)
  const [rejected, setRejected] = useState<readonly RejectedView[] | 'loading' | 'failed'>('loading')
  useEffect(() => {
    let isCurrent = true
    void fetchRejected(100).then((answer) => {
      if (isCurrent) setRejected(answer.ok ? answer.value : 'failed')
    })
    return () => {
      isCurrent = false
    }
    // Asked again whenever the count moves.
  }, [lastHour])
  if (typeof rejected === 'string') return <p className="hollow">{health[isLost ? 'failed' : rejected]}</p>
  return (
    <section className="sec bare sideways" {...scrollable}>
      <h2>
        {health.rejected}{' '}
        <span>
          {health.rejectedHour} <b>{health.messages(count(lastHour))}</b>
        </span>
      </h2>
      {rejected.length === 0 ? (
        <p className="q">{health.noRejected}</p>
      ) : (
        <table className="tb wrap">
          <thead>
            <tr>
              {health.rejectedColumns.map((column, index) => (
                <th key={column} className={index === 6 ? 'n' : ''} style={{ width: widths[index] }}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rejected.map(({ at, gateway, site, topic, code, field, detail, bytes }, index) => (
              <tr key={`${at} ${gateway} ${index}`} data-testid="rejected-row" data-code={code}>
                <td>{dayTime(at)}</td>
                <td title={gateway}>{gateway}</td>
                <td title={topic}>{site === null ? none : (sites.get(site)?.name ?? site)}</td>
                <td title={code}>{codeWord(code, texts)}</td>
                <td title={field}>{field === '' ? none : field}</td>
                <td title={detail}>{detail}</td>
                <td className="n">{count(bytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
