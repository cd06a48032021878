// Decides how a message that waits for approval is put before the approver: text, villages, people, time left, then the button.

import { useState, type ReactNode } from 'react'
import type { MessageView } from '@tocsin/core/domain/broadcast.ts'
import { approveWithin } from '../alarms/deadline.ts'
import { placeOf, pointName, siteName } from '../alarms/describe.ts'
import { ValueAgainstLimit } from '../alarms/value.tsx'
import { OutcomeLine } from '../commands/command-bar.tsx'
import { mayCommand } from '../commands/rights.ts'
import { clockTime, dayTime } from '../format/beijing.ts'
import { count } from '../format/number.ts'
import { useAlarm, useIsLost, usePersonName, usePicture } from '../hooks.ts'
import { PlainLevel } from '../marks/level-chip.tsx'
import { Due } from '../marks/times.tsx'
import { go, routeHash } from '../routes.ts'
import { useServices } from '../services.ts'
import { useTexts } from '../texts/use-texts.tsx'
import { peopleIn, shortNumber, spokenBytes, titled } from './cells.ts'
import { Confirm } from './confirm.tsx'

export function PendingPanel({ message }: { readonly message: MessageView }): ReactNode {
  const texts = useTexts()
  const words = texts.broadcasts
  const { body, key } = message
  const { approveLeft, approveOver, approveUntil } = words
  const due = message.requestedAt + approveWithin
  return (
    <section
      className="panel pp"
      aria-label={`${words.awaiting} ${body.title} ${shortNumber(message.ebmId)}`}
      data-testid="pending"
      data-message-id={message.id}
      data-type={key.type}
    >
      <div className="dh">
        <PlainLevel severity={body.severity} />
        <h1 title={body.title}>
          {words.awaiting} {titled(words.types[key.type], body.title)}
        </h1>
        <span className="val">
          <Due at={due} words={{ left: approveLeft, over: approveOver, until: approveUntil }} />
        </span>
      </div>
      <Cause message={message} />
      <section className="sec">
        <h2>
          {words.text} <span>{words.textSize(Array.from(body.text).length, spokenBytes(body.text))}</span>
        </h2>
        <p className="msg">{body.text}</p>
      </section>
      <ScopeTable message={message} />
      <ApprovalSteps message={message} due={due} />
      <Decision message={message} />
    </section>
  )
}

/** One that waits behind the opened one. */
export function PendingLine({ message }: { readonly message: MessageView }): ReactNode {
  const texts = useTexts()
  const words = texts.broadcasts
  const { body, key } = message
  return (
    <section
      className="panel pp"
      aria-label={`${words.awaiting} ${body.title} ${shortNumber(message.ebmId)}`}
      data-testid="pending-line"
      data-message-id={message.id}
    >
      <div className="dh">
        <PlainLevel severity={body.severity} />
        <h1 title={body.title}>
          {words.awaiting} {titled(words.types[key.type], body.title)}
        </h1>
        <span className="q">{words.confirmPeople(body.areas.length, count(peopleIn(body.areas)))}</span>
        <a className="btn sm" href={routeHash({ screen: 'broadcasts', id: message.id })}>
          {words.open}
        </a>
      </div>
    </section>
  )
}

function Cause({ message }: { readonly message: MessageView }): ReactNode {
  const texts = useTexts()
  const sites = usePicture((picture) => picture.sites)
  const alarm = useAlarm(message.key.alarm)
  const related = message.body.related.length
  const place = alarm === undefined ? undefined : placeOf(sites, alarm)
  return (
    <div className="meta">
      <span>
        {siteName(sites.get(message.body.site), message.body.site, texts)}{' '}
        {alarm !== undefined && place !== undefined && (
          <>
            <a href={routeHash({ screen: 'alarm', id: alarm.id })}>{pointName(place, alarm.subject, texts)}</a>{' '}
            <ValueAgainstLimit alarm={alarm} place={place} />
          </>
        )}
      </span>
      <span className="q">{shortNumber(message.ebmId)}</span>
      {related > 0 && <span className="q">{texts.broadcasts.updates(related)}</span>}
      {message.key.type === 'all-clear' && <span className="q">{texts.broadcasts.clearHint}</span>}
    </div>
  )
}

function ScopeTable({ message }: { readonly message: MessageView }): ReactNode {
  const texts = useTexts()
  const words = texts.broadcasts
  const sites = usePicture((picture) => picture.sites)
  const messages = usePicture((picture) => picture.messages)
  const { areas, site } = message.body
  const known = new Map((sites.get(site)?.villages ?? []).map((village) => [village.area, village]))
  const playing = new Set(
    messages
      .filter(({ closed, state }) => !closed && state !== 'awaiting-approval')
      .flatMap((other) => other.areas.filter(({ state }) => state === 'playing').map(({ area }) => area)),
  )
  return (
    <section className="sec">
      <h2>
        {words.scope(areas.length)}{' '}
        <span>
          <b>{texts.people(count(peopleIn(areas)))}</b>
        </span>
      </h2>
      <table className="tb">
        <thead>
          <tr>
            <th>{words.village}</th>
            <th className="c-code" style={{ width: '26%' }}>
              {words.areaCode}
            </th>
            <th className="n">{words.people}</th>
            <th className="n">{words.distance}</th>
            <th className="n">{words.speakers}</th>
            <th className="n">{words.playing}</th>
          </tr>
        </thead>
        <tbody>
          {areas.map(({ area, name, people, terminals }) => (
            <tr key={area}>
              <td>
                <b>{name}</b>
              </td>
              <td className="q c-code">{area}</td>
              <td className="n">{count(people)}</td>
              <td className="n">{known.get(area)?.distanceKm.toFixed(1) ?? texts.none}</td>
              <td className="n">{terminals}</td>
              <td className="n">{playing.has(area) ? words.areaStates.playing : words.playingNone}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function ApprovalSteps({ message, due }: { readonly message: MessageView; readonly due: number }): ReactNode {
  const { broadcasts: words, none, desk } = useTexts()
  const personName = usePersonName()
  const by = message.requestedBy === null ? words.policy : personName(message.requestedBy)
  return (
    <section className="sec">
      <h2>
        {words.approval} <span>{words.approvalRule}</span>
      </h2>
      <ol className="steps tall">
        <li className="done">
          <b>
            {words.drafted} {by}
          </b>
          <span title={dayTime(message.requestedAt)}>{clockTime(message.requestedAt)}</span>
        </li>
        <li className="now">
          <b>{words.approved}</b>
          <span>
            {desk.until} {clockTime(due)}
          </span>
        </li>
        <li>
          <b>{words.sent}</b>
          <span>{none}</span>
        </li>
        <li>
          <b>{words.heard}</b>
          <span>{none}</span>
        </li>
      </ol>
    </section>
  )
}

function Decision({ message }: { readonly message: MessageView }): ReactNode {
  const texts = useTexts()
  const words = texts.broadcasts
  const { commands } = useServices()
  const session = usePicture((picture) => picture.session)
  const isLost = useIsLost()
  const [asked, setAsked] = useState<'approve' | 'reject' | null>(null)
  const villages = message.body.areas.length
  const isClear = message.key.type === 'all-clear'
  const isOwn = session !== null && session.user === message.requestedBy
  const mayDecide = mayCommand(session?.role, 'approve')
  const whyNot = isLost ? texts.commands.off : isOwn ? texts.commands.ownRequest : undefined
  const approve = isClear ? words.clear(villages) : words.approve(villages)
  if (!mayDecide) {
    return (
      <div className="cmds push">
        <p className="say q">{texts.commands.approverOnly}</p>
      </div>
    )
  }
  return (
    <div className="cmds push">
      <OutcomeLine target={message.id} />
      {whyNot !== undefined && <p className="say q">{whyNot}</p>}
      <button
        type="button"
        className="btn pri"
        disabled={whyNot !== undefined}
        title={whyNot}
        onClick={() => setAsked('approve')}
        data-testid="approve"
      >
        {approve}
      </button>
      <button type="button" className="btn" disabled={isLost} onClick={() => setAsked('reject')} data-testid="reject">
        {words.reject}
      </button>
      {asked === 'approve' && (
        <Confirm
          message={message}
          title={isClear ? words.clearTitle : words.approveTitle}
          button={isClear ? approve : words.approveShort(villages)}
          {...(isClear ? { warning: words.confirmClear } : {})}
          onConfirm={() => {
            commands.send({ command: 'approve', message: message.id })
            // The right side shows what becomes of it.
            go({ screen: 'broadcasts', id: message.id })
          }}
          onClose={() => setAsked(null)}
        />
      )}
      {asked === 'reject' && (
        <Confirm
          message={message}
          title={words.rejectTitle}
          button={words.reject}
          asksWhy
          onConfirm={(why) => commands.send({ command: 'reject', message: message.id, why })}
          onClose={() => setAsked(null)}
        />
      )}
    </div>
  )
}
