/** Decides what one village hears, and when: which message is due, which goes first, which waits (GD/J 086 annex C). */

import type { Millis } from '@tocsin/core/domain/ids.ts'
import type { Ebm } from '@tocsin/wire/ebm/ebm.ts'

/** `expired`: its time ended before its turn came; `unreached`: the village's adapter did not answer. */
export type PlayState = 'waiting' | 'playing' | 'played' | 'expired' | 'unreached' | 'cancelled'

/** One message in one village. */
export interface Play {
  /** What is played; replaced when the message comes again with other content. */
  ebm: Ebm
  readonly village: Village
  /** When the village's adapter has it, UTC ms. */
  readonly due: Millis
  /** Terminals that play it when its turn comes; 0: the adapter does not answer. */
  readonly willReach: number
  state: PlayState
  /** Terminals that have begun to play it. */
  reached: number
  /** Rounds begun, and those played to their end. */
  begun: number
  completed: number
  roundEnd: Millis
  firstAt: Millis | null
  endedAt: Millis | null
}

export interface Village {
  /** 12 digits. */
  readonly area: string
  readonly name: string
  readonly terminals: number
  /** In the order in which they came. */
  readonly plays: Play[]
  /** UTC ms up to which it has been played. */
  at: Millis
}

export interface Playing {
  readonly rounds: number
  readonly roundMs: Millis
  /** A message begins to be heard for the first time. */
  heard(play: Play, at: Millis): void
}

export function addPlay(
  village: Village,
  given: Pick<Play, 'ebm' | 'due' | 'willReach'> & { readonly now: Millis },
): Play {
  const { ebm, due, willReach, now } = given
  const play: Play = {
    ebm,
    village,
    due,
    willReach,
    state: 'waiting',
    reached: 0,
    begun: 0,
    completed: 0,
    roundEnd: 0,
    firstAt: null,
    endedAt: null,
  }
  village.at = Math.max(village.at, now)
  village.plays.push(play)
  return play
}

/** Lets time pass in the village up to `now`, event by event: the result does not depend on how often it is called. */
export function advance(village: Village, now: Millis, playing: Playing): void {
  for (;;) {
    settle(village, playing)
    const next = nextEvent(village)
    if (next > now) break
    village.at = next
  }
  village.at = Math.max(village.at, now)
}

/** Ends what a cancel stops. @returns whether there was anything left to stop */
export function stopPlay(play: Play, now: Millis): boolean {
  if (isOver(play)) return false
  end(play, 'cancelled', now)
  return true
}

export function isOver({ state }: Play): boolean {
  return state !== 'waiting' && state !== 'playing'
}

/** All that happens at the village's present moment. */
function settle(village: Village, playing: Playing): void {
  const { at } = village
  const open = village.plays.filter((play) => !isOver(play))
  for (const play of open) {
    if (play.state === 'playing' && play.roundEnd <= at) {
      play.completed += 1
      if (play.completed >= playing.rounds) end(play, 'played', at)
    }
    if (isOver(play)) continue
    if (play.ebm.end <= at) end(play, play.begun > 0 ? 'played' : 'expired', at)
    else if (play.willReach === 0 && dueOf(play) <= at) end(play, 'unreached', at)
  }
  const [first, ...others] = open
    .filter((play) => !isOver(play) && play.willReach > 0 && dueOf(play) <= at)
    .toSorted(byPriority)
  if (!first) return
  for (const play of others) play.state = 'waiting'
  if (first.state === 'playing' && first.roundEnd > at) return
  first.state = 'playing'
  first.reached = first.willReach
  first.begun += 1
  first.roundEnd = at + playing.roundMs
  if (first.firstAt !== null) return
  first.firstAt = at
  playing.heard(first, at)
}

/** Red before orange, unknown last; then the earlier start; then the earlier arrival. */
function byPriority(a: Play, b: Play): number {
  return rank(a) - rank(b) || a.ebm.start - b.ebm.start
}

function rank({ ebm }: Play): number {
  return ebm.severity === 0 ? 5 : ebm.severity
}

function dueOf({ due, ebm }: Play): Millis {
  return Math.max(due, ebm.start)
}

function nextEvent(village: Village): Millis {
  let next = Infinity
  for (const play of village.plays) {
    if (isOver(play)) continue
    const times = [dueOf(play), play.ebm.end, ...(play.state === 'playing' ? [play.roundEnd] : [])]
    for (const time of times) if (time > village.at && time < next) next = time
  }
  return next
}

function end(play: Play, state: PlayState, at: Millis): void {
  play.state = state
  play.endedAt = at
}
