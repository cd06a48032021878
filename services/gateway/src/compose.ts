/** The gateway stage: officers' HTTP and feed over the views of the logs, a straight line undone in reverse. */

import { isLoopback } from '@tocsin/config/settings.ts'
import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import type { MessageId } from '@tocsin/core/domain/broadcast.ts'
import { Registry as MetricsRegistry } from 'prom-client'
import { createCommands } from './commands.ts'
import { defaultGatewaySettings, type GatewayDeps } from './deps.ts'
import { createHub, type Hub } from './feed/hub.ts'
import { serveFeed } from './feed/upgrade.ts'
import { createStatus, type GatewayStatus } from './health.ts'
import { addCommandRoute } from './http/api-commands.ts'
import { addJournalRoutes } from './http/api-journal.ts'
import { addSessionRoutes } from './http/api-session.ts'
import { addViewRoutes } from './http/api-views.ts'
import { addHealthRoutes } from './http/health-routes.ts'
import { createRoutes } from './http/routes.ts'
import { createApp, listen, serveConsole } from './http/server.ts'
import { createLogReading } from './log-reading.ts'
import { openMessages } from './messages.ts'
import { createMetrics } from './metrics.ts'
import { openRejections } from './rejections.ts'
import { createVisible } from './scope.ts'
import { openSessions } from './sessions.ts'
import { createSystemState } from './system-state.ts'
import { openValues } from './values.ts'
import { openJournalView } from './view/journal-view.ts'

export interface Gateway {
  /** Where the console is, e.g. `http://127.0.0.1:8080`. */
  readonly url: string
  /** Every route as `GET /api/sites`. */
  readonly routes: readonly string[]
  /** The gateway's own; shown at /metrics. */
  readonly metrics: MetricsRegistry
  status(): GatewayStatus
  /** Closes listener and feeds, then saves the view. */
  stop(): Promise<void>
}

const SWEEP = 5_000

/**
 * Opens the views, then the listener.
 * @throws TocsinError `port-taken`, `insecure-listener`, `config-invalid`, `log-unavailable`, `store-unavailable`
 */
export async function composeGateway(deps: GatewayDeps): Promise<Gateway> {
  const { log, views, registry, credentials, clock } = deps
  const settings = { ...defaultGatewaySettings, ...deps.settings }
  const logger = deps.logger.child({ stage: 'gateway' })
  const undo: (() => Promise<void> | void)[] = []
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step()
  }
  try {
    // followers hand over what they read before the hub stands
    let hub: Hub | null = null
    const onEvents = (events: readonly AlarmEvent[]): void => hub?.events(events)
    const onMessages = (changed: readonly MessageId[]): void => hub?.messages(changed)

    const visible = createVisible(registry)
    const reading = createLogReading(logger)
    const journal = await openJournalView({ log, views, clock, logger, reading, onChange: onEvents })
    undo.push(() => journal.stop())
    const messages = await openMessages({ log, clock, logger, reading, onChange: onMessages })
    undo.push(() => messages.stop())
    const values = await openValues({ log, views, logger, reading })
    undo.push(() => values.stop())
    const rejections = await openRejections({ log, clock, registry, visible, reading })
    undo.push(() => rejections.stop())
    const sessions = openSessions({ views, credentials, clock, logger, hours: settings.sessionHours })
    const commands = createCommands({ log, journal, messages, registry, visible, clock, logger })

    const isOpen = settings.tls === null && !isLoopback(settings.host)
    const insecure = [
      ...(isOpen ? [`http://${settings.host}:${settings.port}`] : []),
      ...(deps.insecureListeners ?? []),
    ]
    const system = createSystemState({
      journal,
      registry,
      rejections,
      visible,
      clock,
      insecure,
      faults: () => [
        ...[...reading.failing(), ...[commands.failing() ?? []].flat()].map((detail) => ({
          code: 'log-unavailable',
          detail,
        })),
        ...messages.faults(),
        ...(deps.faults?.() ?? []),
      ],
    })
    const { maxBuffered, maxFeeds, allowedOrigins } = settings
    const feed = createHub({ journal, messages, values, registry, visible, system, clock, logger, settings })
    hub = feed
    sessions.onEnd((id) => feed.endSession(id))

    let slow = 0
    const status = createStatus({ journal, messages, values, rejections, commands, reading, clock })
    const metrics = createMetrics({ status, journal, clients: () => feed.clients(), slow: () => slow })
    undo.push(() => metrics.clear())

    const app = await createApp(settings, logger)
    const routes: string[] = []
    app.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) if (each !== 'HEAD') routes.push(`${each} ${url}`)
    })
    const api = createRoutes(app, sessions)
    const { loginsPerMinute } = settings
    const isSecure = settings.tls !== null
    addSessionRoutes(app, api, { sessions, credentials, clock, logger, loginsPerMinute, isSecure })
    addViewRoutes(api, { registry, history: deps.history, values, messages, rejections, credentials, visible, clock })
    addJournalRoutes(api, journal, visible)
    addCommandRoute(api, commands)
    addHealthRoutes(app, status, deps.metrics ? MetricsRegistry.merge([metrics, deps.metrics]) : metrics)
    await serveConsole(app, deps.consoleFolder)
    serveFeed(app, { hub: feed, sessions, allowedOrigins, maxBuffered, maxFeeds, onSlow: () => void slow++ })
    undo.push(
      () => app.close(),
      () => feed.stop(),
    )
    const url = await listen(app, settings)

    const timers = [
      setInterval(() => void journal.save(), settings.saveEvery),
      setInterval(() => void values.save(), settings.saveEvery),
      setInterval(() => void sessions.sweep(), SWEEP),
    ]
    undo.push(() => timers.forEach((timer) => clearInterval(timer)))
    logger.info({ url }, 'the console is ready')
    return { url, routes, metrics, status, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
