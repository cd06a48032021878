/** One village's loudspeakers: what plays when, on how many terminals, by the algorithm of GD/J 086 annex C. */

import type { Ebm } from '@tocsin/wire/ebm/ebm.ts'

export type PlayState = 'waiting' | 'playing' | 'played' | 'failed' | 'cancelled'

export interface Play {
  readonly ebm: Ebm
  readonly state: PlayState
  /** Terminals that play or played it. */
  readonly reached: number
  /** UTC ms of the platform's clock; null before. */
  readonly startedAt: number | null
  readonly endedAt: number | null
}

/** What a person in the village could tell. */
export interface Heard {
  readonly at: number
  readonly area: string
  readonly ebmId: string
  readonly msgType: number
  readonly title: string
  readonly text: string
}

export interface VillageOptions {
  readonly area: string
  readonly terminals: number
  /** How many of them work. */
  readonly working: number
  /** From acceptance to the first word, ms. */
  readonly latency: number
  /** How long the text takes, ms. */
  readonly duration: number
}

interface Slot {
  ebm: Ebm
  readonly due: number
  state: PlayState
  reached: number
  startedAt: number | null
  endedAt: number | null
}

export class Village {
  readonly area: string
  readonly terminals: number
  private readonly options: VillageOptions
  private readonly onHeard: (heard: Heard) => void
  private readonly slots = new Map<string, Slot>()

  constructor(options: VillageOptions, onHeard: (heard: Heard) => void) {
    this.area = options.area
    this.terminals = options.terminals
    this.options = options
    this.onHeard = onHeard
  }

  /** Stores the message; `as` is its id here, so that a faulty platform can store one twice. */
  store(ebm: Ebm, now: number, as = ebm.ebmId): void {
    const due = Math.max(ebm.start, now + this.options.latency)
    this.slots.set(as, { ebm, due, state: 'waiting', reached: 0, startedAt: null, endedAt: null })
  }

  /** Ends it; what was heard stays heard. */
  cancel(id: string, now: number): void {
    const slot = this.slots.get(id)
    if (slot && (slot.state === 'waiting' || slot.state === 'playing')) this.end(slot, 'cancelled', now)
  }

  forget(): void {
    this.slots.clear()
  }

  play(id: string): Play | undefined {
    return this.slots.get(id)
  }

  /** Lets time pass: ends what is over, starts what is due. */
  advance(now: number): void {
    for (const slot of this.slots.values()) if (slot.state === 'playing') this.progress(slot, now)
    for (const slot of this.slots.values())
      if (slot.state === 'waiting' && now >= slot.ebm.end) this.end(slot, 'failed', now)
    const playing = [...this.slots.values()].find(({ state }) => state === 'playing')
    const next = this.next(now)
    if (!next || (playing && next.ebm.severity >= playing.ebm.severity)) return
    // the graver one takes the loudspeaker; the other is not taken up again
    if (playing) this.end(playing, 'played', now)
    this.start(next, now)
  }

  /** Higher level first, then the earlier start. */
  private next(now: number): Slot | undefined {
    return [...this.slots.values()]
      .filter(({ state, due }) => state === 'waiting' && due <= now)
      .toSorted((a, b) => a.ebm.severity - b.ebm.severity || a.due - b.due)[0]
  }

  private start(slot: Slot, now: number): void {
    slot.startedAt = now
    if (this.options.working === 0) {
      this.end(slot, 'failed', now)
      return
    }
    slot.state = 'playing'
    slot.reached = 1
    const { ebmId, msgType, title, text } = slot.ebm
    this.onHeard({ at: now, area: this.area, ebmId, msgType, title, text })
  }

  private progress(slot: Slot, now: number): void {
    const share = Math.min(1, (now - (slot.startedAt ?? now)) / this.options.duration)
    slot.reached = Math.max(slot.reached, Math.round(this.options.working * share))
    if (share === 1 || now >= slot.ebm.end) this.end(slot, 'played', now)
  }

  private end(slot: Slot, state: PlayState, now: number): void {
    slot.state = state
    slot.endedAt = now
  }
}
