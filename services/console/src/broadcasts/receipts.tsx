// Decides the table of receipts: one row a village, four cells, the word beside them; and the sums.

import type { ReactNode } from 'react'
import type { AreaState } from '@tocsin/core/domain/broadcast.ts'
import { count } from '../format/number.ts'
import { scrollable } from '../marks/scrollable.ts'
import { useTexts } from '../texts/use-texts.tsx'
import { cellsOf, isFailed, sumStates, type Village } from './cells.ts'

interface ReceiptsProps {
  readonly villages: readonly Village[]
  readonly wasSent: boolean
}

export function Receipts({ villages, wasSent }: ReceiptsProps): ReactNode {
  const { broadcasts: words, none } = useTexts()
  return (
    <section className="sec sideways" {...scrollable}>
      <h2>
        {words.receipts} <span>{words.cells}</span>
      </h2>
      <table className="tb big">
        <thead>
          <tr>
            <th style={{ width: '15%' }}>{words.village}</th>
            <th className="c-code" style={{ width: '17%' }}>
              {words.areaCode}
            </th>
            <th className="n" style={{ width: '9%' }}>
              {words.people}
            </th>
            <th className="n" style={{ width: '11%' }}>
              {words.speakers}
            </th>
            <th style={{ width: '23%' }}>{words.status}</th>
            <th>{words.detail}</th>
          </tr>
        </thead>
        <tbody>
          {villages.map(({ target, receipt }) => (
            <tr key={target.area} data-testid="receipt-row" data-area={target.area} data-state={receipt.state}>
              <td title={target.name}>
                <b>{target.name}</b>
              </td>
              <td className="q c-code">{target.area}</td>
              <td className="n">{count(target.people)}</td>
              <td className="n">
                {receipt.terminals === null
                  ? `${none} / ${target.terminals}`
                  : `${receipt.terminals.reached} / ${receipt.terminals.total}`}
              </td>
              <td>
                <span className="pg" aria-hidden="true">
                  {cellsOf(receipt.state, wasSent).map((cell, index) => (
                    <i key={index} className={cell} />
                  ))}
                </span>
                <span className={isFailed(receipt.state) ? 'flt' : ''}>{words.areaStates[receipt.state]}</span>
              </td>
              <td title={receipt.detail}>{receipt.detail}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const always: readonly AreaState[] = ['played', 'playing', 'accepted', 'failed', 'unreached']
const atTimes: readonly AreaState[] = ['pending', 'maybe', 'cancelled']

export function Sums({ villages }: { readonly villages: readonly Village[] }): ReactNode {
  const { broadcasts: words } = useTexts()
  const sums = sumStates(villages)
  const states = [...always, ...atTimes.filter((state) => sums.has(state))]
  return (
    <section className="sec sideways" {...scrollable} style={{ marginTop: 8 }}>
      <h2>
        {words.sums} <span>{words.sumsHint}</span>
      </h2>
      <table className="tb">
        <thead>
          <tr>
            <th style={{ width: '8%' }}>{words.by}</th>
            {states.map((state) => (
              <th className="n" key={state}>
                {words.areaStates[state]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <td className="q">{words.byVillage}</td>
            {states.map((state) => {
              const n = sums.get(state)?.villages ?? 0
              return (
                <td className="n bignum" key={state} data-sum={state}>
                  <span className={n > 0 && isFailed(state) ? 'flt' : ''}>{n}</span>
                </td>
              )
            })}
          </tr>
          <tr>
            <td className="q">{words.byPeople}</td>
            {states.map((state) => (
              <td className="n" key={state}>
                {count(sums.get(state)?.people ?? 0)}
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </section>
  )
}
