// Decides how an entry of the journal reads: what happened, at which value, by whom.

import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import { dayTime, span } from '../format/beijing.ts'
import type { Texts } from '../texts/zh.ts'
import { levelWord, systemWord, verdictText } from './describe.ts'

export interface JournalNames {
  readonly decimals: number
  readonly person: (user: string) => string
}

const worthSaying = 60_000

export function journalText({ content }: AlarmEvent, names: JournalNames, texts: Texts): string {
  const words = texts.journal
  const { person, decimals } = names
  switch (content.kind) {
    case 'raised': {
      const { verdict, rule, lag } = content
      const late = lag > worthSaying ? words.lag(span(lag)) : ''
      if (verdict.severity === null) return systemWord(rule.id, texts) + late
      return words.raised(verdictText(verdict, decimals, texts), levelWord(verdict.severity, texts)) + late
    }
    case 'escalated':
    case 'de-escalated':
      return words[content.kind](
        verdictText(content.verdict, decimals, texts),
        levelWord(content.verdict.severity, texts),
      )
    case 'cleared':
      return words.cleared(verdictText(content.verdict, decimals, texts))
    case 'late':
      return words.late(dayTime(content.onset), dayTime(content.end), levelWord(content.verdict.severity, texts))
    case 'acknowledged':
      return words.acknowledged(person(content.by), levelWord(content.severity, texts))
    case 'unacknowledged':
      return words.unacknowledged(person(content.by), content.why)
    case 'commented':
      return words.commented(person(content.by), content.text)
    case 'refused': {
      const { refused } = texts.commands
      const why =
        content.reason === 'worsened' ? refused.worsened(levelWord(content.severity, texts)) : refused[content.reason]
      return words.refused(person(content.by), why)
    }
    case 'stale':
      return words.stale(texts.stale[content.cause])
    case 'fresh':
      return words.fresh
    case 'withdrawn':
      return words.withdrawn[content.cause]
    case 'superseded':
      return words.superseded
    case 'configured':
      return words.configured
    case 'corrected':
      return words.corrected[content.state]
  }
}
