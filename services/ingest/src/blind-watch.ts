/** Whether so many connections were lost at once that it must be our side that is blind (T4). */

import type { GatewayId, Millis, SiteId } from '@tocsin/core/domain/ids.ts'
import type { BlindRecord } from '@tocsin/core/domain/site-record.ts'

const WITHIN = 60_000
const AT_LEAST = 3
/** Silence alarms of the sites are held for so long. */
const HOLD = 120_000

interface Lost {
  readonly at: Millis
  readonly sites: readonly SiteId[]
}

export class BlindWatch {
  readonly #ingest: string
  readonly #mono: () => Millis
  readonly #lost = new Map<GatewayId, Lost>()
  readonly #told = new Map<SiteId, Millis>()

  constructor(ingest: string, mono: () => Millis) {
    this.#ingest = ingest
    this.#mono = mono
  }

  back(gateway: GatewayId): void {
    this.#lost.delete(gateway)
  }

  /**
   * A connection ended without the device meaning to.
   * @param left connections that are still there
   * @returns a record for each site concerned that has not been told within the last minute
   */
  lost(gateway: GatewayId, sites: readonly SiteId[], left: number): BlindRecord[] {
    const now = this.#mono()
    this.#lost.set(gateway, { at: now, sites })
    for (const [id, { at }] of this.#lost) if (now - at >= WITHIN) this.#lost.delete(id)
    for (const [site, at] of this.#told) if (now - at >= WITHIN) this.#told.delete(site)
    if (this.#lost.size < AT_LEAST || this.#lost.size < left) return []
    const concerned = new Set([...this.#lost.values()].flatMap((one) => one.sites))
    return [...concerned]
      .filter((site) => !this.#told.has(site))
      .map((site) => {
        this.#told.set(site, now)
        return { kind: 'blind', site, ingest: this.#ingest, hold: HOLD }
      })
  }
}
