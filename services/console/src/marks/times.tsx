// Decides how times that run are shown: they stand still as clock times or blanks when the feed is lost.

import type { ReactNode } from 'react'
import type { Millis } from '@tocsin/core/domain/ids.ts'
import { clockTime, span } from '../format/beijing.ts'
import { useIsLost, useNow } from '../hooks.ts'
import { useTexts } from '../texts/use-texts.tsx'
import type { Texts } from '../texts/zh.ts'

const dayMs = 86_400_000

/** `36:07`; from two days on `3 天`. */
function spanText(ms: Millis, texts: Texts): string {
  return ms >= 2 * dayMs ? texts.days(Math.floor(ms / dayMs)) : span(ms)
}

/** How long since `from`; blank when the feed is lost: nobody knows whether it still lasts. */
export function Lasting({ from }: { readonly from: Millis }): ReactNode {
  const texts = useTexts()
  const now = useNow()
  return useIsLost() ? texts.none : spanText(now - from, texts)
}

export interface DueWords {
  readonly left: string
  readonly over: string
  readonly until: string
}

/** Time left until `at`, or by how much it is over; when the feed is lost the clock time: a frozen countdown would lie. */
export function Due({ at, words }: { readonly at: Millis; readonly words: DueWords }): ReactNode {
  const now = useNow()
  const isLost = useIsLost()
  if (isLost) return <>{`${words.until} ${clockTime(at)}`.trim()}</>
  return now > at ? <b>{`${words.over} ${span(now - at)}`.trim()}</b> : <>{`${words.left} ${span(at - now)}`.trim()}</>
}
