/** Everything in one process: the stages over one log, composed in a straight line and undone in reverse. */

import { mkdirSync, readFileSync } from 'node:fs'
import { gdjLoudspeakers } from '@tocsin/adapter-loudspeaker/gdj-loudspeakers.ts'
import { sqliteCheckpointStore } from '@tocsin/adapter-sqlite/checkpoint-store.ts'
import { sqliteContentStore } from '@tocsin/adapter-sqlite/content-store.ts'
import { sqliteEventLog } from '@tocsin/adapter-sqlite/event-log.ts'
import { sqliteHistory } from '@tocsin/adapter-sqlite/history.ts'
import { sqliteViewStore } from '@tocsin/adapter-sqlite/view-store.ts'
import { type Broadcast, composeBroadcast } from '@tocsin/broadcast/compose.ts'
import { defaultStageSettings } from '@tocsin/broadcast/settings.ts'
import { openCredentials } from '@tocsin/config/credentials.ts'
import { watchRegistry } from '@tocsin/config/registry-source.ts'
import { isLoopback, type ListenerSettings, type Settings } from '@tocsin/config/settings.ts'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { SystemState } from '@tocsin/core/domain/feed.ts'
import type { Clock } from '@tocsin/core/ports/clock.ts'
import { type Failpoints, noFailpoints } from '@tocsin/core/ports/failpoints.ts'
import { composeGateway, type Gateway } from '@tocsin/gateway/compose.ts'
import { composeIngest, type Ingest } from '@tocsin/ingest/compose.ts'
import { composeRegistry } from '@tocsin/registry/compose.ts'
import { packPath } from '@tocsin/rulepacks/packs.ts'
import { gdjCodec } from '@tocsin/wire/ebm/codec.ts'
import { composeWorker, type Worker } from '@tocsin/worker/compose.ts'
import type { Logger } from 'pino'
import { systemClock } from './clock.ts'
import { dataFolders } from './folders.ts'

export interface StandaloneDeps {
  readonly settings: Settings
  readonly logger: Logger
  /** The built console; null: the API only. */
  readonly consoleFolder: string | null
  /** Every platform of the registry is reached there instead: the demo speaks to its simulator only. */
  readonly platformUrl?: string
  readonly clock?: Clock
  readonly failpoints?: Failpoints
  /** Runs once the data folder is ours and before the registry is read. */
  readonly onLocked?: () => void
}

export interface Standalone {
  /** The console's address. */
  readonly url: string
  readonly mqttPort: number
  readonly gateway: Gateway
  readonly ingest: Ingest
  readonly worker: Worker
  readonly broadcast: Broadcast
  stop(): Promise<void>
}

const MINUTE = 60_000
const DAY = 86_400_000

/** Resolves when intake is open. Rejects with the TocsinError of whatever could not start, having undone the rest. */
export async function composeStandalone(deps: StandaloneDeps): Promise<Standalone> {
  const { settings, logger, clock = systemClock, failpoints = noFailpoints } = deps
  const undo: (() => Promise<void> | void)[] = []
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step()
  }
  const keep = <T extends { close(): Promise<void> | void }>(part: T): T => {
    undo.push(() => part.close())
    return part
  }
  const running = <T extends { stop(): Promise<void> }>(stage: T): T => {
    undo.push(() => stage.stop())
    return stage
  }
  try {
    const folders = dataFolders(settings.data)
    mkdirSync(settings.data, { recursive: true })
    const log = keep(await sqliteEventLog({ folder: folders.log, partitions: settings.log.partitions, failpoints }))
    deps.onLocked?.()
    const contents = keep(await sqliteContentStore({ folder: folders.stores }))
    const checkpoints = keep(await sqliteCheckpointStore({ folder: folders.stores }))
    const views = keep(await sqliteViewStore({ folder: folders.stores }))
    const damaged: string[] = []
    const onDamaged = (file: string): void => {
      logger.warn({ file }, 'the history was damaged and is put aside; it is filled anew from the log')
      damaged.push(file)
    }
    const history = keep(await sqliteHistory({ folder: folders.history, failpoints, onDamaged }))
    const rules = [...settings.rules.packs.map(packPath), ...settings.rules.paths]
    const source = keep(watchRegistry({ registry: settings.registry, rules }))
    const credentials = openCredentials(settings.data)

    const registry = running(await composeRegistry({ log, contents, views, source, clock, logger }))
    const retention = { clock, keepMs: settings.history.retentionDays * DAY }
    const policy = { baseEveryMs: settings.engine.baseEvery, keepLogMs: settings.log.retentionDays * DAY }
    const worker = running(
      await composeWorker({ log, checkpoints, contents, history, logger, failpoints, retention, policy }),
    )
    const { timeoutMs, staleIntentMinutes, abandonAfter, drill, pollMs } = settings.broadcast
    const broadcast = running(
      await composeBroadcast({
        log,
        registry: source,
        loudspeakers: (platform) => {
          const url = deps.platformUrl ?? platform.url
          return gdjLoudspeakers({ platform: { ...platform, url }, codec: gdjCodec(platform, null), clock, timeoutMs })
        },
        clock,
        logger,
        failpoints,
        settings: {
          staleAfter: staleIntentMinutes * MINUTE,
          abandonAfter,
          drill,
          poll: { ...defaultStageSettings.poll, fresh: pollMs },
        },
      }),
    )
    const faults = (): SystemState['faults'] => [
      ...damaged.map((file) => ({ code: 'data-damaged', detail: file })),
      ...registry.problems().map((detail) => ({ code: 'registry-invalid', detail })),
      ...broadcast.faults(),
      ...worker.faults().map(({ error }) => faultOf(error)),
      ...(credentials.problem() === '' ? [] : [{ code: 'config-invalid', detail: credentials.problem() }]),
    ]
    const gateway = running(
      await composeGateway({
        log,
        views,
        history,
        registry: source,
        credentials,
        clock,
        logger,
        settings: settings.http,
        consoleFolder: deps.consoleFolder,
        insecureListeners: insecure('mqtt', settings.mqtt),
        faults,
      }),
    )
    const { maxPayload, ...listener } = settings.mqtt
    const ingest = running(
      await composeIngest({
        log,
        registry: source,
        credentials,
        clock,
        logger,
        failpoints,
        settings: { name: 'intake', ...listener, tls: pem(listener), maxPayload },
      }),
    )
    return { url: gateway.url, mqttPort: ingest.port, gateway, ingest, worker, broadcast, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function insecure(name: string, { host, port, tls }: ListenerSettings): string[] {
  return tls === null && !isLoopback(host) ? [`${name}://${host}:${port}`] : []
}

/** @throws TocsinError `config-invalid` */
function pem({ tls }: ListenerSettings): { cert: string; key: string } | null {
  if (tls === null) return null
  const read = (file: string): string => {
    try {
      return readFileSync(file, 'utf8')
    } catch (cause) {
      throw new TocsinError('config-invalid', `mqtt.tls: ${file} cannot be read`, { cause })
    }
  }
  return { cert: read(tls.cert), key: read(tls.key) }
}

function faultOf(error: unknown): { code: string; detail: string } {
  return error instanceof TocsinError
    ? { code: error.code, detail: error.message }
    : { code: 'internal', detail: String(error) }
}
