// Decides the acknowledgement of several alarms at once: only those picked one by one, never a red.

import type { ReactNode } from 'react'
import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import type { AlarmId } from '@tocsin/core/domain/ids.ts'
import { severities } from '@tocsin/core/domain/severity.ts'
import { mayCommand } from '../commands/rights.ts'
import { useIsLost, usePicture } from '../hooks.ts'
import { useServices } from '../services.ts'
import { useTexts } from '../texts/use-texts.tsx'

interface MarkedProps {
  readonly marked: ReadonlySet<AlarmId>
  readonly onDone: () => void
}

export function MarkedButton({ marked, onDone }: MarkedProps): ReactNode {
  const texts = useTexts()
  const { store, commands } = useServices()
  const isLost = useIsLost()
  const role = usePicture(({ session }) => session?.role)
  if (marked.size === 0 || !mayCommand(role, 'acknowledge')) return null
  const alarms = [...marked]
    .map((id) => store.alarm(id))
    .filter((alarm): alarm is AlarmView => alarm?.acknowledged === null && alarm.severity !== 'red')
  const parts = severities
    .map((severity) => ({ severity, n: alarms.filter((alarm) => alarm.severity === severity).length }))
    .filter(({ n }) => n > 0)
    .map(({ severity, n }) => `${texts.levels[severity]} ${n}`)
  const acknowledge = (): void => {
    for (const { id, severity, revision } of alarms) {
      commands.send({ command: 'acknowledge', alarm: id, severity, revision })
    }
    onDone()
  }
  return (
    <button
      type="button"
      className="btn sm"
      disabled={isLost || alarms.length === 0}
      title={texts.desk.markedHint}
      onClick={acknowledge}
      data-testid="ack-marked"
    >
      {texts.desk.marked(alarms.length, parts.join(' '))}
    </button>
  )
}
