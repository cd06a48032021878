// Decides how a line of a broadcast's log reads: the words of the record, and the codes in its detail in words too.

import type { MessageView } from '@tocsin/core/domain/broadcast.ts'
import type { Texts } from '../texts/zh.ts'

type Line = MessageView['log'][number]

/** Own keys only: a word that the catalogue lacks is shown as it came. */
function wordIn(words: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(words, key) ? words[key] : undefined
}

/** `played 3, playing 1` in words; undefined when it is no such count. */
function countsText(detail: string, { broadcasts }: Texts): string | undefined {
  const parts = detail.split(', ').map((part) => {
    const [, state, n] = /^([a-z]+) (\d+)$/.exec(part) ?? []
    const word = state === undefined ? undefined : wordIn(broadcasts.areaStates, state)
    return word === undefined ? undefined : `${word} ${n ?? ''}`
  })
  return parts.includes(undefined) ? undefined : parts.join(broadcasts.logComma)
}

function detailText({ what, detail }: Line, texts: Texts): string {
  const { logDetails, attempt } = texts.broadcasts
  if (what === 'sending' && /^\d+$/.test(detail)) return attempt(detail)
  return wordIn(logDetails, detail) ?? countsText(detail, texts) ?? detail
}

export function logText(line: Line, person: (user: string) => string, texts: Texts): string {
  const { logWords, logComma } = texts.broadcasts
  const what = wordIn(logWords, line.what) ?? line.what
  const who = line.who === null ? '' : person(line.who)
  return [what, who, detailText(line, texts)].filter((part) => part !== '').join(logComma)
}
