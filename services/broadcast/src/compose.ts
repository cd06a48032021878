/** The broadcast stage: alarms and broadcasts from the logs, one dispatcher a platform; a straight line, undone in reverse. */

import type { SystemState } from '@tocsin/core/domain/feed.ts'
import type { LoudspeakerPlatform } from '@tocsin/core/domain/site.ts'
import type { Clock } from '@tocsin/core/ports/clock.ts'
import { type EventLog, partitionOf } from '@tocsin/core/ports/event-log.ts'
import { type Failpoints, noFailpoints } from '@tocsin/core/ports/failpoints.ts'
import type { Loudspeakers } from '@tocsin/core/ports/loudspeakers.ts'
import type { RegistrySource } from '@tocsin/core/ports/registry-source.ts'
import type { Logger } from 'pino'
import { followBooks } from './books-feed.ts'
import { Dispatcher, type DispatcherStatus } from './dispatcher.ts'
import { followJournal } from './journal-feed.ts'
import { type BroadcastStageSettings, defaultStageSettings } from './settings.ts'

export interface BroadcastDeps {
  readonly log: EventLog
  readonly registry: RegistrySource
  /** How a platform is reached; called once for each, and closed by the stage. */
  readonly loudspeakers: (platform: LoudspeakerPlatform) => Loudspeakers
  readonly clock: Clock
  readonly logger: Logger
  readonly failpoints?: Failpoints
  readonly settings?: Partial<BroadcastStageSettings>
}

export interface Broadcast {
  status(): readonly DispatcherStatus[]
  /** Platforms that do not answer, for the console. */
  faults(): SystemState['faults']
  stop(): Promise<void>
}

/** Resolves when both logs are read to their end and each platform has its dispatcher. Rejects with log-unavailable. */
export async function composeBroadcast(deps: BroadcastDeps): Promise<Broadcast> {
  const { log, registry, clock, failpoints = noFailpoints } = deps
  const logger = deps.logger.child({ stage: 'broadcast' })
  const settings = { ...defaultStageSettings, ...deps.settings }
  const dispatchers = new Map<string, Dispatcher>()
  const changed = (): void => {
    for (const dispatcher of dispatchers.values()) dispatcher.changed()
  }

  const books = await followBooks({
    log,
    logger,
    partitionOf: (platform) => partitionOf(platform, log.partitions),
    onChange: (platform) => dispatchers.get(platform)?.changed(),
  })
  const journal = await followJournal({
    log,
    logger,
    onChange: changed,
    wasBroadcast: (alarm) => books.wasBroadcast(alarm),
  })
  await Promise.all([books.caughtUp, journal.caughtUp])

  const start = (): void => {
    for (const platform of registry.current().registry.platforms) {
      // A platform that leaves the registry keeps its dispatcher until the next start: what it plays must come to an end.
      if (dispatchers.has(platform.id)) continue
      const speakers = deps.loudspeakers(platform)
      const { facts } = journal
      const { partitions } = log
      dispatchers.set(
        platform.id,
        new Dispatcher({ platform, speakers, books, facts, partitions, registry, clock, failpoints, logger, settings }),
      )
    }
  }
  start()
  const forget = registry.onChange(() => {
    start()
    changed()
  })

  const status = (): readonly DispatcherStatus[] => [...dispatchers.values()].map((dispatcher) => dispatcher.status)
  return {
    status,
    faults: () =>
      status().flatMap(({ platform, failure, state }) => {
        if (state === 'lost') return [{ code: 'claim-lost', detail: platform }]
        return failure === '' ? [] : [{ code: 'platform-unavailable', detail: failure }]
      }),
    async stop() {
      forget()
      await Promise.all([...dispatchers.values()].map((dispatcher) => dispatcher.stop()))
      await journal.stop()
      await books.stop()
    },
  }
}
