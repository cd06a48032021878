/** Which sensor gateways are connected, and what the sites they serve must hear of it (M3). */

import type { EnterpriseId, GatewayId, Millis, SiteId } from '@tocsin/core/domain/ids.ts'
import type { LinkRecord } from '@tocsin/core/domain/site-record.ts'

interface Live {
  readonly enterprise: EnterpriseId
  readonly gateway: GatewayId
  /** The id under which the sites know it. */
  link: string
  /** An offline notice was given: the id never comes back (M3). */
  ended: boolean
  readonly sites: Set<SiteId>
}

type Offline = Exclude<LinkRecord['cause'], 'connect'>

export interface LinksDeps {
  readonly sitesOf: (enterprise: EnterpriseId, gateway: GatewayId) => readonly SiteId[]
  readonly nextConnection: () => string
  readonly wall: () => Millis
}

/** Gives the records to append; each call's are in order. */
export class Links {
  readonly #deps: LinksDeps
  readonly #live = new Map<string, Live>()

  constructor(deps: LinksDeps) {
    this.#deps = deps
  }

  get size(): number {
    return this.#live.size
  }

  connected(connection: string, enterprise: EnterpriseId, gateway: GatewayId): LinkRecord[] {
    const live: Live = { enterprise, gateway, link: connection, ended: false, sites: new Set() }
    this.#live.set(connection, live)
    return this.#online(live)
  }

  /** The device itself said that it is online, after it had said that it is not: a new id, on the same connection. */
  saidOnline(connection: string): LinkRecord[] {
    const live = this.#live.get(connection)
    if (!live?.ended) return []
    live.link = this.#deps.nextConnection()
    live.ended = false
    live.sites.clear()
    return this.#online(live)
  }

  offline(connection: string, cause: Offline): LinkRecord[] {
    const live = this.#live.get(connection)
    if (!live || live.ended) return []
    live.ended = true
    return [...live.sites].map((site) => this.#record(live, site, cause))
  }

  /** @returns the records, and the sites that it served */
  disconnected(connection: string, cause: Offline): { records: LinkRecord[]; sites: readonly SiteId[] } {
    const records = this.offline(connection, cause)
    const sites = [...(this.#live.get(connection)?.sites ?? [])]
    this.#live.delete(connection)
    return { records, sites }
  }

  /** The registry has changed: sites that a connected sensor gateway serves only now hear of it. */
  refresh(): LinkRecord[] {
    return [...this.#live.values()].flatMap((live) => (live.ended ? [] : this.#online(live)))
  }

  #online(live: Live): LinkRecord[] {
    const fresh = this.#deps.sitesOf(live.enterprise, live.gateway).filter((site) => !live.sites.has(site))
    for (const site of fresh) live.sites.add(site)
    return fresh.map((site) => this.#record(live, site, 'connect'))
  }

  #record(live: Live, site: SiteId, cause: LinkRecord['cause']): LinkRecord {
    return {
      kind: 'link',
      site,
      gateway: live.gateway,
      connection: live.link,
      state: cause === 'connect' ? 'online' : 'offline',
      cause,
      received: this.#deps.wall(),
    }
  }
}
