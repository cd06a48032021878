// Decides the screen of broadcasts: the left decides, the right watches; the approval never scrolls away.

import type { ReactNode } from 'react'
import type { MessageId, MessageView } from '@tocsin/core/domain/broadcast.ts'
import { severityRank } from '@tocsin/core/domain/severity.ts'
import { dayTime } from '../format/beijing.ts'
import { usePicture, useWatch } from '../hooks.ts'
import { PlainLevel } from '../marks/level-chip.tsx'
import { routeHash } from '../routes.ts'
import { scrollable } from '../marks/scrollable.ts'
import { useTexts } from '../texts/use-texts.tsx'
import { shownByDefault } from './cells.ts'
import { PendingLine, PendingPanel } from './pending-panel.tsx'
import { WatchPanel } from './watch-panel.tsx'

export function BroadcastsPage({ id }: { readonly id: MessageId | null }): ReactNode {
  const { broadcasts: words } = useTexts()
  const messages = usePicture((picture) => picture.messages)
  const ready = usePicture((picture) => picture.ready)
  const pending = messages.filter(({ state }) => state === 'awaiting-approval')
  const named = messages.find((message) => message.id === id && message.state !== 'awaiting-approval')
  const shown = named ?? shownByDefault(messages)
  useWatch('broadcasts', [...new Set(pending.map(({ body }) => body.site))])
  // The named one opened, else the gravest and longest waiting; the others on a line each, so that no button scrolls away.
  const ordered = pending.toSorted(
    (a, b) => severityRank(b.body.severity) - severityRank(a.body.severity) || a.requestedAt - b.requestedAt,
  )
  const opened = ordered.find((message) => message.id === id) ?? ordered[0]
  return (
    <main className="main bc">
      <div className="col" aria-label={words.decide} role="region">
        {pending.length === 0 ? (
          <section className="panel hollow" data-testid="none-pending">
            <b>{ready ? words.nonePending : words.loading}</b>
            {ready && words.nonePendingDetail}
          </section>
        ) : (
          ordered.map((message) =>
            message === opened ? (
              <PendingPanel key={message.id} message={message} />
            ) : (
              <PendingLine key={message.id} message={message} />
            ),
          )
        )}
        <Recent messages={messages} shown={shown?.id ?? null} />
      </div>
      {shown === undefined ? (
        <section className="panel hollow">
          <b>{ready ? words.noneYet : words.loading}</b>
          {ready && words.noneYetDetail}
        </section>
      ) : (
        <WatchPanel key={shown.id} message={shown} />
      )}
    </main>
  )
}

interface RecentProps {
  readonly messages: readonly MessageView[]
  readonly shown: MessageId | null
}

function Recent({ messages, shown }: RecentProps): ReactNode {
  const texts = useTexts()
  const words = texts.broadcasts
  if (messages.length === 0) return null
  return (
    <section className="panel pp fill" aria-label={words.recent}>
      <section className="sec bare sideways" {...scrollable}>
        <h2>{words.recent}</h2>
        <table className="tb">
          <tbody>
            {messages.slice(0, 40).map((message) => (
              <tr
                key={message.id}
                className={message.id === shown ? 'sel' : ''}
                data-testid="message-row"
                data-message-id={message.id}
                data-state={message.state}
              >
                <td className="c-lv">
                  <PlainLevel severity={message.body.severity} />
                </td>
                <td style={{ width: '13%' }}>{words.types[message.key.type]}</td>
                <td title={message.body.title}>
                  <a href={routeHash({ screen: 'broadcasts', id: message.id })}>{message.body.title}</a>
                </td>
                <td style={{ width: '17%' }}>{words.short[message.state]}</td>
                <td className="n" style={{ width: '20%' }}>
                  {dayTime(message.requestedAt)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}
