/** Decides what a message does to the platform: new, a repeat, a replacement, a cancel, or nothing at all. */

import type { Millis } from '@tocsin/core/domain/ids.ts'
import { fail, ok, type Result } from '@tocsin/core/domain/result.ts'
import type { Ebm } from '@tocsin/wire/ebm/ebm.ts'
import type { Ledger } from './ledger.ts'
import { addPlay, advance, isOver, type Play, type Playing, stopPlay, type Village } from './village.ts'

/** What the platform keeps of a message. */
export interface Held {
  readonly ebm: Ebm
  /** One a village; more where the platform took a repeat for a new message. */
  readonly plays: readonly Play[]
  /** A cancel stopped it, or tried to. */
  readonly isCancelled: boolean
}

export interface Reach {
  /** The village of an area; null: no terminal of this platform stands there. */
  village(area: string): Village | null
  villages(): readonly Village[]
  /** After how many ms the village's adapter has the message, and how many terminals play it (0: no answer). */
  of(village: Village, ebmId: string): { readonly delay: Millis; readonly terminals: number }
}

export interface Messages {
  /**
   * @param given `again`: a message that it knows is played anew, by a platform that breaks its promise
   * @returns why it is not taken
   */
  take(ebm: Ebm, given: { readonly now: Millis; readonly again: boolean }): Result<null, string>
  /** null: the platform has no such message. */
  find(ebmId: string, now: Millis): Held | null
  /** Lets time pass. */
  pass(now: Millis): void
  /** After a restart nothing is known and nothing plays. */
  forget(now: Millis): void
}

/** Answers to a query and repeats of an id are expected for a day after a message's end, not longer. */
const KEPT = 24 * 3_600_000

export function createMessages(reach: Reach, ledger: Ledger, pace: Pick<Playing, 'rounds' | 'roundMs'>): Messages {
  const store = new Map<string, Held>()
  const playing: Playing = { ...pace, heard: (one, at) => ledger.heard(one, at) }

  const pass = (now: Millis): void => {
    for (const village of reach.villages()) advance(village, now, playing)
  }

  const stop = (play: Play, now: Millis): void => {
    if (stopPlay(play, now)) ledger.stopped(play, now)
  }

  const villagesOf = (ebm: Ebm): readonly Village[] =>
    [...new Set(ebm.areas)].map((area) => reach.village(area)).filter((village) => village !== null)

  const playIn = (village: Village, ebm: Ebm, now: Millis): Play => {
    const { delay, terminals } = reach.of(village, ebm.ebmId)
    return addPlay(village, { ebm, due: now + delay, willReach: terminals, now })
  }

  const cancel = (ebm: Ebm, now: Millis): Result<null, string> => {
    const held = ebm.related === null ? undefined : store.get(ebm.related)
    if (!held) return fail('查找不到该EBMID')
    for (const one of held.plays) stop(one, now)
    store.set(held.ebm.ebmId, { ...held, isCancelled: true })
    store.set(ebm.ebmId, { ebm, plays: [], isCancelled: false })
    return ok(null)
  }

  // 086 fig. C.1: a known id with other content takes the stored one's place
  const replace = (held: Held, ebm: Ebm, now: Millis): void => {
    const areas = new Set(ebm.areas)
    for (const one of held.plays) {
      if (isOver(one)) continue
      if (areas.has(one.village.area)) one.ebm = ebm
      else stop(one, now)
    }
    const had = new Set(held.plays.map(({ village }) => village.area))
    const added = villagesOf(ebm).filter(({ area }) => !had.has(area))
    store.set(ebm.ebmId, { ...held, ebm, plays: [...held.plays, ...added.map((village) => playIn(village, ebm, now))] })
  }

  const takeNew = (ebm: Ebm, now: Millis): Result<null, string> => {
    if (ebm.end <= now) return fail('消息已过期')
    const villages = villagesOf(ebm)
    if (villages.length === 0) return fail('不在本平台覆盖区域')
    // drills of the platform and of the front ends (3, 4) make no sound in a village
    const isHeard = ebm.msgType === 1 || ebm.msgType === 5
    const plays = isHeard ? villages.map((village) => playIn(village, ebm, now)) : []
    const before = store.get(ebm.ebmId)?.plays ?? []
    store.set(ebm.ebmId, { ebm, plays: [...before, ...plays], isCancelled: false })
    return ok(null)
  }

  return {
    take(ebm, { now, again }) {
      pass(now)
      prune(store, now)
      const held = store.get(ebm.ebmId)
      if (ebm.msgType === 2) return held ? ok(null) : cancel(ebm, now)
      if (!held || (again && !held.isCancelled)) return takeNew(ebm, now)
      // a repeat is not a new message, and brings no cancelled one back (B3)
      if (!held.isCancelled && contentOf(held.ebm) !== contentOf(ebm)) replace(held, ebm, now)
      return ok(null)
    },
    find(ebmId, now) {
      pass(now)
      return store.get(ebmId) ?? null
    },
    pass,
    forget(now) {
      pass(now)
      store.clear()
      for (const { plays } of reach.villages()) plays.length = 0
    },
  }
}

/** The time of sending differs at each attempt and is no content. */
function contentOf(ebm: Ebm): string {
  return JSON.stringify({ ...ebm, sendTime: 0 })
}

function prune(store: Map<string, Held>, now: Millis): void {
  for (const [id, { ebm, plays }] of store) {
    if (now - ebm.end < KEPT) continue
    store.delete(id)
    for (const play of plays) {
      const all = play.village.plays
      all.splice(all.indexOf(play), 1)
    }
  }
}
