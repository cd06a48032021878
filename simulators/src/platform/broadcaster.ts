/** What the platform does with a message: drop, store, replace, cancel (GD/J 086 annex C); and what it says of it. */

import type { ResultCode } from '@tocsin/wire/ebm/detail.ts'
import type { Ebm } from '@tocsin/wire/ebm/ebm.ts'
import type { BrdStateCode, EbmState, EbmStateItem } from '@tocsin/wire/ebm/ebm-state.ts'
import { villageAdapter } from '@tocsin/wire/ebm/ids.ts'
import { type Heard, type Play, type PlayState, Village } from './village.ts'

export interface VillageSpec {
  readonly area: string
  readonly terminals: number
  /** Its terminals do not answer. */
  readonly dead?: boolean
}

export interface BroadcasterOptions {
  /** Absent: every area that a message names, with 12 terminals. */
  readonly villages?: readonly VillageSpec[]
  /** Share of the terminals that do not work, 0 to 1; which ones follows from the area's code. */
  readonly failRate: number
  /** 1: as in life (a text of a minute); 20: twenty times faster. */
  readonly speed: number
}

export interface Taken {
  readonly code: ResultCode
  readonly description: string
}

interface Stored {
  ebm: Ebm
  readonly areas: readonly string[]
  /** Ids under which the villages hold it: two where everything is played twice. */
  readonly slots: readonly string[]
}

const LATENCY = 2000
const DURATION = 8000

export class Broadcaster {
  readonly heard: Heard[] = []
  private readonly options: BroadcasterOptions
  private readonly onHeard: () => void
  private readonly villages = new Map<string, Village>()
  private readonly messages = new Map<string, Stored>()
  private repeats = 0

  constructor(options: BroadcasterOptions, onHeard: () => void) {
    this.options = options
    this.onHeard = onHeard
  }

  take(ebm: Ebm, given: { readonly now: number; readonly twice: boolean }): Taken {
    const { now } = given
    if (ebm.msgType === 2) return this.cancel(ebm, now)
    if (now >= ebm.end) return { code: 5, description: '消息已过期' }
    const areas = ebm.areas.filter((area) => this.village(area) !== undefined)
    if (areas.length === 0) return { code: 5, description: '不在本平台覆盖区域' }
    const known = this.messages.get(ebm.ebmId)
    // a repeat is stored once and played once, unless it says something else
    if (known && !given.twice && sameContent(known.ebm, ebm)) return { code: 1, description: '接收成功' }
    if (known && !given.twice)
      for (const slot of known.slots) for (const area of known.areas) this.village(area)?.cancel(slot, now)
    const slots = given.twice ? [ebm.ebmId, `${ebm.ebmId}#${++this.repeats}`] : [ebm.ebmId]
    for (const area of areas) for (const slot of slots) this.village(area)?.store(ebm, now, slot)
    this.messages.set(ebm.ebmId, { ebm, areas, slots })
    return { code: 1, description: '接收成功' }
  }

  private cancel(ebm: Ebm, now: number): Taken {
    const about = ebm.related === null ? undefined : this.messages.get(ebm.related)
    this.messages.set(ebm.ebmId, { ebm, areas: [], slots: [] })
    if (!about) return { code: 5, description: '查找不到该EBMID' }
    for (const area of about.areas) for (const slot of about.slots) this.village(area)?.cancel(slot, now)
    return { code: 1, description: '接收成功' }
  }

  advance(now: number): void {
    for (const village of this.villages.values()) village.advance(now)
  }

  forget(): void {
    this.messages.clear()
    for (const village of this.villages.values()) village.forget()
  }

  /** @returns null where it has no such message */
  state(ebmId: string, now: number): EbmState | null {
    const stored = this.messages.get(ebmId)
    if (!stored) return null
    const plays = stored.areas.flatMap((area) => {
      const village = this.village(area)
      const play = village?.play(ebmId)
      return village && play ? [{ village, play }] : []
    })
    const code = overall(plays.map(({ play }) => play.state))
    const played = plays.filter(({ play }) => play.reached > 0)
    return {
      at: now,
      ebmId,
      code,
      description: words[code],
      coverage: {
        rate: plays.length === 0 ? 0 : played.length / plays.length,
        areas: played.map(({ village }) => village.area),
        resources: [1, played.length, 0, played.reduce((sum, { play }) => sum + play.reached, 0)],
      },
      items: plays.map(({ village, play }) => itemOf(village, play)),
    }
  }

  private village(area: string): Village | undefined {
    const found = this.villages.get(area)
    if (found) return found
    const spec = this.options.villages
      ? this.options.villages.find((candidate) => candidate.area === area)
      : { area, terminals: 12 }
    if (!spec) return undefined
    const chance = share(area)
    const village = new Village(
      {
        area,
        terminals: spec.terminals,
        working:
          spec.dead === true ? 0 : spec.terminals - Math.round(spec.terminals * this.options.failRate * 2 * chance),
        latency: (LATENCY * (0.5 + chance)) / this.options.speed,
        duration: DURATION / this.options.speed,
      },
      (heard) => {
        this.heard.push(heard)
        this.onHeard()
      },
    )
    this.villages.set(area, village)
    return village
  }
}

/** From 0 to 1, the same for the same area. */
function share(area: string): number {
  let hash = 7
  for (const char of area) hash = (hash * 31 + char.charCodeAt(0)) % 997
  return hash / 996
}

function sameContent(a: Ebm, b: Ebm): boolean {
  return a.text === b.text && a.start === b.start && a.end === b.end && a.areas.join() === b.areas.join()
}

const words: Record<BrdStateCode, string> = {
  0: '未处理',
  1: '等待播发',
  2: '播发中',
  3: '播发成功',
  4: '播发失败',
  5: '播发取消',
}

const codes: Record<PlayState, BrdStateCode> = { waiting: 1, playing: 2, played: 3, failed: 4, cancelled: 5 }

function overall(states: readonly PlayState[]): BrdStateCode {
  // a cancel has no village of its own: taken is done
  if (states.length === 0) return 3
  const first = (['playing', 'waiting', 'failed', 'played'] as const).find((state) => states.includes(state))
  return codes[first ?? 'cancelled']
}

/** Under the village's adapter, how many of its terminals played it stands in the description. */
function itemOf(village: Village, play: Play): EbmStateItem {
  const code = codes[play.state]
  return {
    ebrId: villageAdapter(village.area),
    code,
    description: `${words[code]} 终端 ${play.reached}/${village.terminals}`,
    start: play.startedAt,
    end: play.endedAt,
  }
}
