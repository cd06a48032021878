// Decides the help on the keys, and that they can be switched off.

import { Checkbox, Modal } from 'antd'
import { Fragment, useState, type ReactNode } from 'react'
import { areKeysOn, setKeysOn } from '../desk/keys.ts'
import { useTexts } from '../texts/use-texts.tsx'

export function Help({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { help } = useTexts()
  const [isOn, setOn] = useState(areKeysOn)
  return (
    <Modal open title={help.title} footer={null} onCancel={onClose} width={640}>
      <div className="keys">
        {help.keys.map(([key, text]) => (
          <Fragment key={key}>
            <kbd>{key}</kbd>
            <span>{text}</span>
          </Fragment>
        ))}
      </div>
      <p style={{ paddingTop: 16 }}>
        <Checkbox
          checked={isOn}
          onChange={(event) => {
            setKeysOn(event.target.checked)
            setOn(event.target.checked)
          }}
        >
          {help.on}
        </Checkbox>
      </p>
    </Modal>
  )
}
