// Decides whether an alarm can be acknowledged now, and sends exactly what the officer saw: level and revision (P6).

import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import { useIsLost, usePicture } from '../hooks.ts'
import { useServices } from '../services.ts'
import { useTexts } from '../texts/use-texts.tsx'
import { mayCommand } from './rights.ts'

export interface Act {
  /** The role has it. */
  readonly mayDo: boolean
  readonly isAllowed: boolean
  /** Why not, in words; null where it is allowed. */
  readonly whyNot: string | null
  readonly send: () => void
}

export function useAcknowledge(alarm: AlarmView): Act {
  const { commands } = useTexts()
  const services = useServices()
  const isLost = useIsLost()
  const role = usePicture(({ session }) => session?.role)
  const mayDo = mayCommand(role, 'acknowledge')
  const isAllowed = mayDo && !isLost && alarm.acknowledged === null
  return {
    mayDo,
    isAllowed,
    whyNot: isLost ? commands.off : null,
    send: () => {
      if (!isAllowed) return
      const { id, severity, revision } = alarm
      services.commands.send({ command: 'acknowledge', alarm: id, severity, revision })
    },
  }
}
