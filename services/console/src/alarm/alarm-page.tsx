// Decides an alarm's page: the worst one when none is named, else that one, open or over.

import { useState, type ReactNode } from 'react'
import type { AlarmId } from '@tocsin/core/domain/ids.ts'
import { Help } from '../chrome/help.tsx'
import type { DialogName } from '../commands/command-bar.tsx'
import { mayCommand } from '../commands/rights.ts'
import { useKeys } from '../desk/keys.ts'
import { useAlarm, useIsLost, usePicture, useWatch } from '../hooks.ts'
import { go } from '../routes.ts'
import { useServices } from '../services.ts'
import { useTexts } from '../texts/use-texts.tsx'
import { AlarmDetail } from './alarm-detail.tsx'
import { OverAlarm } from './over-alarm.tsx'

export function AlarmPage({ id }: { readonly id: AlarmId | null }): ReactNode {
  const { desk } = useTexts()
  const worst = usePicture(({ siteAlarms }) => siteAlarms[0]?.alarms[0]?.id ?? null)
  const ready = usePicture((picture) => picture.ready)
  // Named in the address at once, so that the page does not change its subject by itself.
  const [shown, setShown] = useState(id)
  if (id !== null && id !== shown) setShown(id)
  if (shown === null && worst !== null) setShown(worst)
  if (shown === null) {
    return (
      <main className="main alm">
        <section className="panel hollow">
          <b>{ready ? desk.empty : desk.loading}</b>
          {ready && desk.emptyDetail}
        </section>
      </main>
    )
  }
  return <OneAlarm key={shown} id={shown} ready={ready} />
}

function OneAlarm({ id, ready }: { readonly id: AlarmId; readonly ready: boolean }): ReactNode {
  const { commands: words } = useTexts()
  const { commands, sound } = useServices()
  const alarm = useAlarm(id)
  const isLost = useIsLost()
  const mayAct = usePicture(({ session }) => mayCommand(session?.role, 'acknowledge'))
  const [dialog, setDialog] = useState<DialogName | 'help' | null>(null)
  useWatch('alarm', alarm === undefined ? [] : [alarm.site])
  useKeys({
    acknowledge: () => {
      if (alarm?.acknowledged !== null || !mayAct) return
      commands.send({ command: 'acknowledge', alarm: id, severity: alarm.severity, revision: alarm.revision })
    },
    comment: () => {
      if (!isLost) setDialog('comment')
    },
    request: () => {
      if (!isLost) setDialog('request')
    },
    undo: () => {
      const undo = commands.undoable()
      if (undo !== null) commands.send({ command: 'unacknowledge', alarm: undo.alarm, why: words.undoWhy })
    },
    mute: sound.mute,
    help: () => setDialog('help'),
    escape: () => go({ screen: 'desk' }),
  })
  if (alarm === undefined) return <OverAlarm id={id} ready={ready} />
  return (
    <>
      <AlarmDetail alarm={alarm} dialog={dialog === 'help' ? null : dialog} setDialog={setDialog} />
      {dialog === 'help' && <Help onClose={() => setDialog(null)} />}
    </>
  )
}
