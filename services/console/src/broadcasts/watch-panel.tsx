// Decides how a broadcast is watched: per village what became of it, what is not reached first, and the stop.

import { useState, type ReactNode } from 'react'
import type { MessageView } from '@tocsin/core/domain/broadcast.ts'
import { contactName, Phone } from '../alarms/people.tsx'
import { OutcomeLine } from '../commands/command-bar.tsx'
import { mayCommand } from '../commands/rights.ts'
import { clockTime, dayTime } from '../format/beijing.ts'
import { count } from '../format/number.ts'
import { useIsLost, usePersonName, usePicture } from '../hooks.ts'
import { PlainLevel } from '../marks/level-chip.tsx'
import { Due } from '../marks/times.tsx'
import { routeHash } from '../routes.ts'
import { useServices } from '../services.ts'
import { scrollable } from '../marks/scrollable.ts'
import { useTexts } from '../texts/use-texts.tsx'
import { isFailed, peopleIn, villagesOf, titled, type Village } from './cells.ts'
import { Confirm } from './confirm.tsx'
import { logText } from './log-text.ts'
import { Receipts, Sums } from './receipts.tsx'

export function WatchPanel({ message }: { readonly message: MessageView }): ReactNode {
  const texts = useTexts()
  const words = texts.broadcasts
  const { body, key, state } = message
  const villages = villagesOf(message)
  return (
    <section
      className="panel pp scroll"
      {...scrollable}
      aria-label={words.watch}
      data-testid="message"
      data-message-id={message.id}
      data-state={state}
    >
      <div className="dh">
        <PlainLevel severity={body.severity} />
        <h1 title={body.title}>
          {words.states[state]} {titled(words.types[key.type], body.title)}
        </h1>
        <span className="val">
          <b>{villages.length}</b> {words.village} <b>{texts.people(count(peopleIn(body.areas)))}</b>
        </span>
      </div>
      <Facts message={message} />
      <Receipts villages={villages} wasSent={message.sentAt !== null} />
      <Sums villages={villages} />
      <Unreached message={message} villages={villages.filter(({ receipt }) => isFailed(receipt.state))} />
      <section className="sec">
        <h2>
          {words.text} <span>{message.ebmId}</span>
        </h2>
        <p className="msg">{body.text}</p>
      </section>
      <Log message={message} />
      <Stop message={message} />
    </section>
  )
}

function Facts({ message }: { readonly message: MessageView }): ReactNode {
  const texts = useTexts()
  const words = texts.broadcasts
  const personName = usePersonName()
  const { decidedBy, decidedAt, sentAt, body, state, closed, attempts, cancel, allClear, why } = message
  const decider =
    message.approval === 'automatic' ? words.automatic : decidedBy === null ? texts.none : personName(decidedBy)
  const follow = allClear ?? cancel
  return (
    <div className="meta">
      <span>
        <span className="q">{words.decidedBy}</span> {decider} {decidedAt === null ? '' : dayTime(decidedAt)}
      </span>
      <span>
        <span className="q">{words.sentAt}</span> {sentAt === null ? texts.none : clockTime(sentAt)}
        {attempts > 1 && ` ${words.attempts(attempts)}`}
      </span>
      <span>
        <span className="q">{words.until}</span> {clockTime(body.end)}
      </span>
      {!closed && state !== 'played' && (
        <b>
          <Due at={body.end} words={{ left: words.left, over: texts.desk.overdue, until: words.until }} />
        </b>
      )}
      {why !== '' && (
        <span>
          <span className="q">{words.why}</span> {why}
        </span>
      )}
      {follow !== null && (
        <a href={routeHash({ screen: 'broadcasts', id: follow })}>
          {allClear === null ? words.cancelled : words.cleared}
        </a>
      )}
    </div>
  )
}

interface UnreachedProps {
  readonly message: MessageView
  readonly villages: readonly Village[]
}

/** Played is not heard, and not reached is a telephone call. */
function Unreached({ message, villages }: UnreachedProps): ReactNode {
  const { broadcasts: words } = useTexts()
  const sites = usePicture((picture) => picture.sites)
  if (villages.length === 0) return null
  const known = new Map((sites.get(message.body.site)?.villages ?? []).map((village) => [village.area, village]))
  return (
    <section className="sec">
      <h2>
        {words.unreachedList} <span>{words.unreachedHint}</span>
      </h2>
      <table className="tb unreached">
        <tbody>
          {villages.map(({ target, receipt }) => {
            const contact = known.get(target.area)?.contacts[0]
            return (
              <tr key={target.area}>
                <td style={{ width: '16%' }}>
                  <b>{target.name}</b>
                </td>
                <td title={receipt.detail}>
                  <span className="flt">{words.areaStates[receipt.state]}</span> {receipt.detail}
                </td>
                <td className="n" style={{ width: '36%' }}>
                  {contact === undefined ? (
                    <span className="q">{words.noContact}</span>
                  ) : (
                    <>
                      {contactName(contact)} <Phone contact={contact} />
                    </>
                  )}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}

function Log({ message }: { readonly message: MessageView }): ReactNode {
  const texts = useTexts()
  const personName = usePersonName()
  return (
    <section className="sec">
      <h2>{texts.broadcasts.log}</h2>
      <table className="jr wrap">
        <tbody>
          {message.log.toReversed().map((line, index) => (
            <tr key={`${line.at} ${line.what} ${index}`}>
              <td>{dayTime(line.at)}</td>
              <td>{logText(line, personName, texts)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Stop({ message }: { readonly message: MessageView }): ReactNode {
  const texts = useTexts()
  const words = texts.broadcasts
  const { commands } = useServices()
  const role = usePicture(({ session }) => session?.role)
  const isLost = useIsLost()
  const [isAsked, setAsked] = useState(false)
  const mayStop = mayCommand(role, 'stop-broadcast')
  const isStoppable =
    !message.closed && message.cancel === null && (message.key.type === 'warning' || message.key.type === 'update')
  if (!isStoppable || !mayStop) return <OutcomeLine target={message.id} />
  const villages = message.body.areas.length
  return (
    <div className="cmds push foot-fixed">
      <OutcomeLine target={message.id} />
      <button
        type="button"
        className="btn"
        disabled={isLost}
        title={isLost ? texts.commands.off : undefined}
        onClick={() => setAsked(true)}
        data-testid="stop"
      >
        {words.stop(villages)}
      </button>
      {isAsked && (
        <Confirm
          message={message}
          title={words.stopTitle}
          button={words.stop(villages)}
          warning={words.confirmStop}
          asksWhy
          onConfirm={(why) => commands.send({ command: 'stop-broadcast', message: message.id, why })}
          onClose={() => setAsked(false)}
        />
      )}
    </div>
  )
}
