// Decides what says whether the screen can be trusted: age of the data, sound, blind points, Beijing time.

import { useSyncExternalStore, type ReactNode } from 'react'
import { isoBeijing, clockTime, day, longSpan, weekday } from '../format/beijing.ts'
import { count } from '../format/number.ts'
import { useFreshness, useNow, usePicture } from '../hooks.ts'
import { useServices } from '../services.ts'
import { useTexts } from '../texts/use-texts.tsx'

const classes = { ok: '', waiting: '', late: 'late', lost: 'bad' } as const

/** How old the engine's last progress is (F1). */
export function useAgeCell(): { readonly className: string; readonly state: string; readonly content: ReactNode } {
  const texts = useTexts()
  const { clock, ticker } = useServices()
  const freshness = useFreshness()
  const tenths = useSyncExternalStore(ticker.subscribe, () => Math.floor((clock.age() ?? -100) / 100))
  const age = tenths < 0 ? texts.none : texts.seconds((tenths / 10).toFixed(1))
  const { trust } = texts
  const content = {
    ok: [trust.age, age],
    waiting: [trust.age, trust.waiting],
    late: [trust.late, age],
    lost: [trust.lost, tenths < 0 ? texts.none : longSpan(tenths * 100)],
  }[freshness]
  return {
    className: classes[freshness],
    // Until the first mark nothing is known to be current.
    state: freshness === 'waiting' ? 'late' : freshness,
    content: (
      <>
        {content[0]} <b>{content[1]}</b>
      </>
    ),
  }
}

export function SoundCell(): ReactNode {
  const texts = useTexts()
  const { sound, ticker } = useServices()
  const muted = useSyncExternalStore(ticker.subscribe, sound.mutedFor)
  const isHeard = useSyncExternalStore(ticker.subscribe, sound.isHeard)
  const { trust } = texts
  const word = !isHeard ? trust.soundOff : muted > 0 ? trust.muted(muted) : trust.soundOn
  return (
    <button type="button" className="plain" onClick={isHeard ? sound.mute : sound.enable} data-testid="sound">
      {trust.sound} <b>{word}</b>
    </button>
  )
}

export function BlindCell(): ReactNode {
  const texts = useTexts()
  const blind = usePicture(({ system }) => system?.blindSensors ?? null)
  return (
    <>
      {texts.trust.blind} <b>{blind === null ? texts.none : count(blind)}</b> {texts.trust.points}
    </>
  )
}

export function Clock(): ReactNode {
  const texts = useTexts()
  const now = useNow()
  return (
    <>
      <time dateTime={isoBeijing(now)}>
        {day(now)} {texts.weekdays[weekday(now)]} <b>{clockTime(now)}</b>
      </time>
      {texts.beijing}
    </>
  )
}
