/** A model for tests: a loudspeaker platform that keeps its promises, and what its villages heard. */

import type { AreaReceipt, AreaState, PlatformMessage } from '../domain/broadcast.ts'

interface Held {
  readonly message: PlatformMessage
  readonly areas: Map<string, AreaState>
}

/** The platform and what its villages heard, in order: `W<ebmId>` a warning, `L<ebmId>` an all-clear. */
export class ModelPlatform {
  boot = 1
  forgot = false
  held = new Map<string, Held>()
  readonly heard = new Map<string, string[]>()

  take(message: PlatformMessage, now: number): 'accepted' | 'refused' {
    if (message.type === 'cancel') {
      for (const id of message.related) {
        for (const [area, state] of this.held.get(id)?.areas ?? []) {
          if (state === 'accepted') this.held.get(id)?.areas.set(area, 'cancelled')
        }
      }
    }
    if (message.type !== 'cancel' && now >= message.body.end) return 'refused'
    if (!this.held.has(message.ebmId)) {
      const areas = new Map<string, AreaState>()
      if (message.type !== 'cancel') for (const { area } of message.body.areas) areas.set(area, 'accepted')
      this.held.set(message.ebmId, { message, areas })
      // an all-clear is short: everyone hears it at once
      if (message.type === 'all-clear') for (const area of areas.keys()) this.play(message.ebmId, area)
    }
    return 'accepted'
  }

  play(ebmId: string, area: string): void {
    const held = this.held.get(ebmId)
    if (held?.areas.get(area) !== 'accepted') return
    held.areas.set(area, 'played')
    const mark = held.message.type === 'all-clear' ? 'L' : 'W'
    const heard = this.heard.get(area) ?? []
    heard.push(`${mark}${ebmId}`)
    this.heard.set(area, heard)
  }

  fail(ebmId: string, area: string): void {
    if (this.held.get(ebmId)?.areas.get(area) === 'accepted') this.held.get(ebmId)?.areas.set(area, 'failed')
  }

  pass(now: number): void {
    for (const { message, areas } of this.held.values()) {
      if (now < message.body.end) continue
      for (const [area, state] of areas) if (state === 'accepted') areas.set(area, 'unreached')
    }
  }

  restart(): void {
    this.boot++
    this.forgot = true
    this.held = new Map()
  }

  receipts(ebmId: string): readonly AreaReceipt[] | null {
    const held = this.held.get(ebmId)
    return held ? [...held.areas].map(([area, state]) => ({ area, state, terminals: null, detail: '' })) : null
  }
}
