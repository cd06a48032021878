// Decides the three confirmations that there are: place, villages and people in words, the focus on cancel.

import { Input, Modal } from 'antd'
import { useState, type ReactNode } from 'react'
import type { MessageView } from '@tocsin/core/domain/broadcast.ts'
import { siteName } from '../alarms/describe.ts'
import { count } from '../format/number.ts'
import { usePicture } from '../hooks.ts'
import { useTexts } from '../texts/use-texts.tsx'
import { peopleIn } from './cells.ts'

interface ConfirmProps {
  readonly message: MessageView
  readonly title: string
  readonly button: string
  readonly warning?: string
  /** A reason must be given. */
  readonly asksWhy?: boolean
  readonly onConfirm: (why: string) => void
  readonly onClose: () => void
}

export function Confirm(props: ConfirmProps): ReactNode {
  const { message, title, button, warning, asksWhy = false, onConfirm, onClose } = props
  const texts = useTexts()
  const sites = usePicture((picture) => picture.sites)
  const [why, setWhy] = useState('')
  const words = texts.broadcasts
  const { areas, site, text } = message.body
  return (
    <Modal
      open
      title={title}
      okText={button}
      cancelText={texts.cancel}
      okButtonProps={{ disabled: asksWhy && why.trim() === '', 'data-testid': 'confirm' }}
      cancelButtonProps={{ autoFocus: true }}
      onOk={() => {
        onConfirm(why.trim())
        onClose()
      }}
      onCancel={onClose}
    >
      <table className="kv confirm">
        <tbody>
          <tr>
            <td className="q c-lab">{words.places}</td>
            <td>
              <b>{siteName(sites.get(site), site, texts)}</b>
            </td>
          </tr>
          <tr>
            <td className="q">{words.village}</td>
            <td style={{ whiteSpace: 'normal' }}>{areas.map(({ name }) => name).join('、')}</td>
          </tr>
          <tr>
            <td className="q">{words.people}</td>
            <td>
              <b>{words.confirmPeople(areas.length, count(peopleIn(areas)))}</b>
            </td>
          </tr>
        </tbody>
      </table>
      <p className="msg">{text}</p>
      {warning !== undefined && <p className="flt">{warning}</p>}
      {asksWhy && (
        <Input.TextArea
          rows={2}
          maxLength={500}
          value={why}
          placeholder={words.whyNeeded}
          aria-label={words.why}
          onChange={(event) => setWhy(event.target.value)}
          data-testid="why"
        />
      )}
    </Modal>
  )
}
