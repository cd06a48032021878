// Decides the dialogs of an alarm: a comment, and the request for a broadcast with place, villages and people.

import { Input, Modal } from 'antd'
import { useState, type ReactNode } from 'react'
import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import { peopleOf, pointName, siteName, type Place } from '../alarms/describe.ts'
import { count } from '../format/number.ts'
import { useServices } from '../services.ts'
import { useTexts } from '../texts/use-texts.tsx'

export function CommentDialog({
  alarm,
  onClose,
}: {
  readonly alarm: AlarmView
  readonly onClose: () => void
}): ReactNode {
  const texts = useTexts()
  const { commands } = useServices()
  const [text, setText] = useState('')
  const words = texts.commands
  const save = (): void => {
    commands.send({ command: 'comment', alarm: alarm.id, text: text.trim() })
    onClose()
  }
  return (
    <Modal
      open
      title={words.commentTitle}
      okText={words.save}
      cancelText={texts.cancel}
      okButtonProps={{ disabled: text.trim() === '' }}
      onOk={save}
      onCancel={onClose}
    >
      <Input.TextArea
        autoFocus
        rows={4}
        maxLength={1000}
        value={text}
        placeholder={words.commentHint}
        aria-label={words.commentTitle}
        onChange={(event) => setText(event.target.value)}
        data-testid="comment-text"
      />
    </Modal>
  )
}

interface RequestProps {
  readonly alarm: AlarmView
  readonly place: Place
  readonly onClose: () => void
}

export function RequestDialog({ alarm, place, onClose }: RequestProps): ReactNode {
  const texts = useTexts()
  const { commands } = useServices()
  const words = texts.commands
  const { site } = place
  if (site === undefined) return null
  const request = (): void => {
    commands.send({ command: 'request-broadcast', alarm: alarm.id })
    onClose()
  }
  return (
    <Modal
      open
      title={words.requestTitle}
      okText={words.requestButton}
      cancelText={texts.cancel}
      cancelButtonProps={{ autoFocus: true }}
      onOk={request}
      onCancel={onClose}
    >
      <p>
        <b>
          {siteName(site, alarm.site, texts)} {pointName(place, alarm.subject, texts)}
        </b>
      </p>
      <p>{words.requestQuestion(site.villages.length, count(peopleOf(site)))}</p>
      <p className="q">{site.villages.map(({ name }) => name).join('、')}</p>
    </Modal>
  )
}
