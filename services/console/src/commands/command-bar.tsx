// Decides which commands stand below an alarm, which of them can be given now, and what became of the last one.

import { useState, useSyncExternalStore, type ReactNode } from 'react'
import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import type { Place } from '../alarms/describe.ts'
import { outcomeText, useSent } from '../alarms/state-text.tsx'
import { useIsLost, useIsOpen, usePicture } from '../hooks.ts'
import { useServices } from '../services.ts'
import { useTexts } from '../texts/use-texts.tsx'
import { CommentDialog, RequestDialog } from './dialogs.tsx'
import { mayCommand } from './rights.ts'
import { useAcknowledge } from './use-acknowledge.ts'

/** Seconds in which the last acknowledgement can still be taken back; 0 when none can. */
export function useUndoFor(alarm: string): number {
  const { commands, ticker } = useServices()
  return useSyncExternalStore(ticker.subscribe, () => {
    const undo = commands.undoable()
    return undo?.alarm === alarm ? Math.ceil((undo.until - performance.now()) / 1000) : 0
  })
}

interface BarProps {
  readonly alarm: AlarmView
  readonly place: Place
  /** Opened from outside, by a key. */
  readonly dialog: DialogName | null
  readonly setDialog: (dialog: DialogName | null) => void
}

export type DialogName = 'comment' | 'request'

export function CommandBar({ alarm, place, dialog, setDialog }: BarProps): ReactNode {
  const { commands: words } = useTexts()
  const { commands } = useServices()
  const role = usePicture(({ session }) => session?.role)
  const isLost = useIsLost()
  const isOpen = useIsOpen(alarm.id)
  const acknowledge = useAcknowledge(alarm)
  const undoFor = useUndoFor(alarm.id)
  const mayDo = mayCommand(role, 'comment')
  const isOff = isLost || !isOpen
  const whyNot = isLost ? words.off : undefined
  const hasVillages = (place.site?.villages.length ?? 0) > 0
  const mayRequest = !isOff && hasVillages && alarm.severity !== null
  const undo = (): void => commands.send({ command: 'unacknowledge', alarm: alarm.id, why: words.undoWhy })
  // What a role may never do is not offered, but said; what cannot be done now is dashed.
  if (!mayDo) {
    return (
      <div className="cmds push" data-testid="commands">
        <p className="say q">{words.viewerOnly}</p>
      </div>
    )
  }
  return (
    <div className="cmds push" data-testid="commands">
      <OutcomeLine target={alarm.id} />
      {alarm.acknowledged === null ? (
        <button
          type="button"
          className="btn pri"
          disabled={!acknowledge.isAllowed || !isOpen}
          title={acknowledge.whyNot ?? undefined}
          onClick={acknowledge.send}
          data-testid="ack"
        >
          {words.acknowledge} <kbd>A</kbd>
        </button>
      ) : (
        <button type="button" className="btn" disabled={isOff} title={whyNot} onClick={undo} data-testid="unack">
          {undoFor > 0 ? words.undoSoon(undoFor) : words.undo} <kbd>U</kbd>
        </button>
      )}
      <button
        type="button"
        className="btn"
        disabled={isOff}
        title={whyNot}
        onClick={() => setDialog('comment')}
        data-testid="comment"
      >
        {words.comment} <kbd>C</kbd>
      </button>
      <button
        type="button"
        className="btn"
        disabled={!mayRequest}
        title={hasVillages ? whyNot : words.noVillages}
        onClick={() => setDialog('request')}
        data-testid="request"
      >
        {words.request} <kbd>B</kbd>
      </button>
      {dialog === 'comment' && !isOff && <CommentDialog alarm={alarm} onClose={() => setDialog(null)} />}
      {dialog === 'request' && mayRequest && (
        <RequestDialog alarm={alarm} place={place} onClose={() => setDialog(null)} />
      )}
    </div>
  )
}

/** What became of the last command for an alarm or a message, with the retry where it was not delivered. */
export function OutcomeLine({ target }: { readonly target: string }): ReactNode {
  const texts = useTexts()
  const { commands } = useServices()
  const [seen, setSeen] = useState<string | null>(null)
  const sent = useSent(target)
  const text = sent === undefined ? null : outcomeText(sent, texts)
  if (sent === undefined || text === null || seen === `${sent.command.id} ${sent.outcome.state}`) return null
  const isUndelivered = sent.outcome.state === 'undelivered'
  return (
    <p className="say" role="status" data-testid="outcome" data-outcome={sent.outcome.state}>
      {isUndelivered ? (
        <button type="button" className="btn sm" onClick={() => commands.retry(target)}>
          {text}
        </button>
      ) : (
        <b>{text}</b>
      )}{' '}
      {sent.outcome.state !== 'pending' && (
        <button type="button" className="btn sm" onClick={() => setSeen(`${sent.command.id} ${sent.outcome.state}`)}>
          {texts.close}
        </button>
      )}
    </p>
  )
}
