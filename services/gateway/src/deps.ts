/** What the gateway is given by the composition: ports, sources that may change while it runs, and its settings. */

import type { Credentials } from '@tocsin/config/credentials.ts'
import type { ListenerSettings } from '@tocsin/config/settings.ts'
import type { SystemState } from '@tocsin/core/domain/feed.ts'
import type { Clock } from '@tocsin/core/ports/clock.ts'
import type { EventLog } from '@tocsin/core/ports/event-log.ts'
import type { History } from '@tocsin/core/ports/history.ts'
import type { RegistrySource } from '@tocsin/core/ports/registry-source.ts'
import type { ViewStore } from '@tocsin/core/ports/view-store.ts'
import type { Logger } from 'pino'
import type { Registry as MetricsRegistry } from 'prom-client'

/** Who may log in. Whoever is removed, or gets other rights, is logged out; names stand beside the journals' ids (B7). */
export type OfficerCredentials = Pick<Credentials, 'verifyUser' | 'users'>

export interface GatewaySettings extends ListenerSettings {
  /** Further origins that may post and open the feed, e.g. a console served elsewhere. */
  readonly allowedOrigins: readonly string[]
  /** Whether X-Forwarded-For names the client: only behind a proxy that sets it. */
  readonly trustProxy: boolean
  readonly sessionHours: number
  /** Logins in a minute of one name from one address; of all names from one address, six times as many. */
  readonly loginsPerMinute: number
  /** How often the view is saved, ms. */
  readonly saveEvery: number
  /** A feed that is more events behind gets a snapshot. */
  readonly resumeLimit: number
  /** A feed with more bytes unsent is closed. */
  readonly maxBuffered: number
  /** Feeds of one session; a further one is refused until one of them ends. */
  readonly maxFeeds: number
  /** Time between pings, ms; a feed that has not answered by the next one is closed. */
  readonly pingEvery: number
}

export const defaultGatewaySettings: GatewaySettings = {
  host: '127.0.0.1',
  port: 8080,
  tls: null,
  insecure: false,
  allowedOrigins: [],
  trustProxy: false,
  sessionHours: 12,
  loginsPerMinute: 10,
  saveEvery: 15_000,
  resumeLimit: 5_000,
  maxBuffered: 16 * 1024 * 1024,
  maxFeeds: 10,
  pingEvery: 10_000,
}

export interface GatewayDeps {
  readonly log: EventLog
  readonly views: ViewStore
  readonly history: Pick<History, 'query'>
  readonly registry: RegistrySource
  readonly credentials: OfficerCredentials
  readonly clock: Clock
  readonly logger: Logger
  /** What differs from {@link defaultGatewaySettings}. */
  readonly settings: Partial<GatewaySettings>
  /** The built console; null: the API only. */
  readonly consoleFolder: string | null
  /** Other listeners without TLS outside loopback, as `mqtt://0.0.0.0:1883`. */
  readonly insecureListeners?: readonly string[]
  /** Faults that other stages of this process know of. */
  readonly faults?: () => SystemState['faults']
  /** Further metrics to show at /metrics. */
  readonly metrics?: MetricsRegistry
}
