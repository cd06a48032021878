// Decides the chip of an alarm: shape, word and colour say the level, the frame says the state.

import type { ReactNode } from 'react'
import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import type { Severity } from '@tocsin/core/domain/severity.ts'
import { stateOf, type AlarmState } from '../feed/site-alarms.ts'
import { useTexts } from '../texts/use-texts.tsx'
import type { Texts } from '../texts/zh.ts'
import { levelClass, Shape } from './shapes.tsx'

const frames: Record<AlarmState, string> = { unacknowledged: 'un', acknowledged: 'ak', returned: 'rt' }

/** The word of an alarm that has no level. */
function plainChip(alarm: AlarmView, texts: Texts): string {
  if (alarm.subject.kind === 'intake') return texts.systemChip
  return alarm.rule.id === 'device-clock' ? texts.clockChip : texts.blindChip
}

export function LevelChip({ alarm, over = false }: { readonly alarm: AlarmView; readonly over?: boolean }): ReactNode {
  const texts = useTexts()
  const { severity } = alarm
  const state = stateOf(alarm)
  if (severity === null) {
    const frame = over ? 'over' : state === 'acknowledged' ? 'st' : 'st open'
    return <span className={`lv ${frame}`}>{plainChip(alarm, texts)}</span>
  }
  return (
    <span className={`lv ${levelClass(severity)} ${over ? 'over' : frames[state]}`}>
      <Shape severity={severity} />
      {texts.levels[severity]}
    </span>
  )
}

/** A level without an alarm: of a broadcast, of a limit. */
export function PlainLevel({ severity }: { readonly severity: Severity }): ReactNode {
  const texts = useTexts()
  return (
    <span className={`lv ${levelClass(severity)} ak`}>
      <Shape severity={severity} />
      {texts.levels[severity]}
    </span>
  )
}

/** Shape and word, as in tables of counts. */
export function LevelWord({ severity }: { readonly severity: Severity }): ReactNode {
  const texts = useTexts()
  return (
    <span className="shw">
      <Shape severity={severity} />
      {texts.levels[severity]}
    </span>
  )
}
