// Decides what stands in the column of state and person, the officer's own command under way included.

import { useSyncExternalStore, type ReactNode } from 'react'
import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import type { Sent } from '../commands/commands.ts'
import { stateOf } from '../feed/site-alarms.ts'
import { hourMinute } from '../format/beijing.ts'
import { useServices } from '../services.ts'
import { usePersonName } from '../hooks.ts'
import { useTexts } from '../texts/use-texts.tsx'
import type { Texts } from '../texts/zh.ts'

export function useSent(target: string): Sent | undefined {
  const { commands } = useServices()
  return useSyncExternalStore(commands.subscribe, () => commands.of(target))
}

/** What became of a command, null when there is nothing to say. */
export function outcomeText({ outcome }: Sent, texts: Texts): string | null {
  const words = texts.commands
  switch (outcome.state) {
    case 'done':
      return null
    case 'pending':
      return words.pending
    case 'undelivered':
      return words.undelivered
    case 'denied':
      return outcome.detail === '' ? words.denied[outcome.why] : `${words.denied[outcome.why]}：${outcome.detail}`
    case 'refused':
      return outcome.reason === 'worsened'
        ? words.refused.worsened(outcome.severity === null ? texts.none : texts.levels[outcome.severity])
        : words.refused[outcome.reason]
  }
}

export function StateText({ alarm, isOpen }: { readonly alarm: AlarmView; readonly isOpen: boolean }): ReactNode {
  const texts = useTexts()
  const personName = usePersonName()
  const sent = useSent(alarm.id)
  if (!isOpen) return texts.states.over
  const own = sent === undefined || sent.command.command === 'comment' ? null : outcomeText(sent, texts)
  if (own !== null) return <b>{own}</b>
  if (alarm.acknowledged === null) return texts.states[stateOf(alarm)]
  const { by, at } = alarm.acknowledged
  return `${texts.states.acknowledged} ${personName(by)} ${hourMinute(at)}`
}
