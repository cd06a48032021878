/** The ingest stage: MQTT in, `site-log` and `rejected` out. */

import { randomBytes } from 'node:crypto'
import type { IntakeMessage, IntakeStats, Session } from '@tocsin/adapter-mqtt/intake-options.ts'
import { mqttIntake } from '@tocsin/adapter-mqtt/mqtt-intake.ts'
import type { LinkRecord, SiteRecord } from '@tocsin/core/domain/site-record.ts'
import type { Clock } from '@tocsin/core/ports/clock.ts'
import type { EventLog, LogAppend } from '@tocsin/core/ports/event-log.ts'
import { type Failpoints, noFailpoints } from '@tocsin/core/ports/failpoints.ts'
import type { RegistrySource } from '@tocsin/core/ports/registry-source.ts'
import { errorsTopic } from '@tocsin/wire/mqtt-topics-v1.ts'
import { encodeSiteRecord } from '@tocsin/wire/site-record-v1.ts'
import type { Logger } from 'pino'
import { AppendQueue } from './append-queue.ts'
import { BlindWatch } from './blind-watch.ts'
import { Links } from './links.ts'
import { type EnterpriseCredentials, logIn, refusalLog, sessionWatch } from './logins.ts'
import { registryView } from './registry-view.ts'
import { type Kept, Rejections } from './rejections.ts'
import { takeMessage } from './take-message.ts'
import { startTicker } from './ticker.ts'
import { realTimer, type Timer } from './timer.ts'

export interface IngestSettings {
  /** This ingest's name in ticks, the same at every start. */
  readonly name: string
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** PEM. */
  readonly tls: { readonly cert: string; readonly key: string } | null
  readonly insecure: boolean
  /** Bytes of a packet. */
  readonly maxPayload: number
}

export interface IngestDeps {
  readonly log: EventLog
  readonly registry: RegistrySource
  readonly credentials: EnterpriseCredentials
  readonly clock: Clock
  readonly logger: Logger
  readonly settings: IngestSettings
  readonly failpoints?: Failpoints
  readonly timer?: Timer
}

/** Since the start, but for those of {@link IntakeStats} that are of now. */
export interface IngestMetrics extends IntakeStats {
  readonly messages: number
  readonly readings: number
  /** Messages of which something was rejected. */
  readonly rejected: number
  /** Of these, those that were only counted: their sender's minute was full. */
  readonly onlyCounted: number
  readonly ticks: number
  readonly blinds: number
  readonly appends: number
  readonly appendFailures: number
  /** The log takes records: readiness. */
  readonly logTakes: boolean
}

export interface Ingest {
  readonly port: number
  metrics(): IngestMetrics
  /** Lets what was accepted become durable and be acknowledged, within seconds. */
  stop(): Promise<void>
}

const DRAIN = 2_000
/** Ticks after a change of the registry until links are looked at: the sites' own records of the change come first. */
const REFRESH_AFTER = 2

/**
 * Resolves when the first tick is durable and the listener is open.
 * @throws TocsinError `port-taken`, `insecure-listener`, `registry-invalid`
 */
export async function composeIngest(deps: IngestDeps): Promise<Ingest> {
  const { log, registry, credentials, clock, settings, failpoints = noFailpoints, timer = realTimer } = deps
  const logger = deps.logger.child({ stage: 'ingest' })
  const boot = randomBytes(6).toString('hex')
  let connections = 0
  const nextConnection = (): string => `${boot}.${++connections}`
  const wall = (): number => Math.round(clock.wall())
  const counts = { messages: 0, readings: 0, blinds: 0 }

  let view = registryView(registry.current().registry.sites)
  let refreshIn = 0
  const unlisten = registry.onChange((change) => {
    if (change.kind !== 'swapped') return
    view = registryView(change.current.registry.sites)
    refreshIn = REFRESH_AFTER
  })
  const queue = new AppendQueue({ log, failpoints, logger, timer })
  const links = new Links({ sitesOf: (enterprise, gateway) => view.sitesOf(enterprise, gateway), nextConnection, wall })
  const rejections = new Rejections(clock)
  const blindWatch = new BlindWatch(settings.name, () => clock.mono())

  /** What nobody waits for: it keeps its place in the queue. */
  function note(records: readonly SiteRecord[]): void {
    if (records.length > 0) void queue.push({ siteLog: records.map(siteAppend), rejected: [] }).catch(() => undefined)
  }

  async function handle(message: IntakeMessage): Promise<void> {
    counts.messages++
    const { record, status, refused } = takeMessage(message, { view, now: wall(), maxPayload: settings.maxPayload })
    const siteLog: LogAppend[] = []
    if (record) {
      counts.readings += record.values.length
      siteLog.push(siteAppend(record))
    }
    if (status) siteLog.push(...statusRecords(message, status).map(siteAppend))
    if (!refused) {
      if (siteLog.length > 0) await queue.push({ siteLog, rejected: [] })
      return
    }
    const kept = rejections.take(message, refused)
    // what is only counted takes its turn too: its acknowledgement overtakes nothing
    await queue.push({ siteLog, rejected: kept ? [kept.append] : [] })
    if (kept && !message.will) intake.publishError(kept.gateway, kept.error)
  }

  /** What of the last minute was only counted. */
  function tellCounted(summaries: readonly Kept[]): void {
    for (const { gateway, append, error } of summaries) {
      const durable = queue.push({ siteLog: [], rejected: [append] })
      void durable.then(() => intake.publishError(gateway, error)).catch(() => undefined)
    }
  }

  const lookAtSessions = sessionWatch(credentials, () => view)

  /** P10: who would not be let in any more does not stay. */
  function revoke(): void {
    for (const { identity } of intake.revoke(lookAtSessions())) {
      logger.warn(identity, 'connection closed: no longer registered, or another secret')
    }
  }

  function statusRecords({ connection, will }: IntakeMessage, status: 'online' | 'offline'): LinkRecord[] {
    if (status === 'online') return links.saidOnline(connection)
    return links.offline(connection, will ? 'will' : 'close')
  }

  function onProtocolError(session: Session, detail: string): void {
    const message = { ...session, topic: '', payload: new Uint8Array(), truncated: null, will: false }
    const reasons = [{ code: 'protocol-error', field: '', detail }] as const
    const kept = rejections.take(message, {
      site: null,
      received: wall(),
      rejections: reasons,
      boot: null,
      seq: null,
    })
    if (kept) void queue.push({ siteLog: [], rejected: [kept.append] }).catch(() => undefined)
  }

  /** Each second, once the listener is open. */
  let everySecond = (): void => undefined
  const ticker = await startTicker({
    ingest: settings.name,
    boot,
    partitions: log.partitions,
    queue,
    clock,
    timer,
    onTick: () => everySecond(),
  })

  async function stopBehind(): Promise<void> {
    unlisten()
    ticker.stop()
    await queue.stop(DRAIN)
  }

  const { tls, ...listener } = settings
  const intake = await mqttIntake({
    ...listener,
    ...(tls === null ? {} : { tls }),
    clock,
    nextConnection,
    authenticate: (login) => logIn(login, credentials, view),
    handle,
    onConnect: ({ connection, identity: { enterprise, gateway } }) => {
      blindWatch.back(gateway)
      note(links.connected(connection, enterprise, gateway))
    },
    onDisconnect: ({ connection, identity: { gateway } }, cause, clean) => {
      const { records, sites } = links.disconnected(connection, cause === 'stopped' ? 'intake-restart' : cause)
      note(records)
      if (clean || (cause !== 'close' && cause !== 'stall')) return
      const blind = blindWatch.lost(gateway, sites, links.size)
      counts.blinds += blind.length
      if (blind.length > 0) logger.warn({ sites: blind.length }, 'most connections were lost: silence alarms are held')
      note(blind)
    },
    onProtocolError,
    onRefused: refusalLog(logger, () => clock.mono()),
    errorsTopic: ({ enterprise, gateway }) => errorsTopic(enterprise, gateway),
  }).catch(async (error: unknown) => {
    await stopBehind()
    throw error
  })
  everySecond = () => {
    if (refreshIn > 0 && --refreshIn === 0) note(links.refresh())
    revoke()
    tellCounted(rejections.summaries())
  }
  logger.info({ port: intake.port, boot }, 'listening for sensor gateways')

  return {
    port: intake.port,
    metrics: () => ({
      ...counts,
      ...intake.stats(),
      rejected: rejections.messages,
      onlyCounted: rejections.counted,
      ticks: ticker.ticks(),
      appends: queue.appends,
      appendFailures: queue.failures,
      logTakes: !queue.failing,
    }),
    stop: async () => {
      await intake.close()
      tellCounted(rejections.end())
      await stopBehind()
    },
  }
}

function siteAppend(record: SiteRecord): LogAppend {
  const key = record.kind === 'tick' ? 'tick' : record.site
  return { key, value: encodeSiteRecord(record) }
}
