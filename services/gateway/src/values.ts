/** The newest value of every sensor, for display only: read from the end of `site-log`, kept across restarts. */

import type { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { LatestValue } from '@tocsin/core/domain/feed.ts'
import type { SensorId, SiteId } from '@tocsin/core/domain/ids.ts'
import type { ReadingsRecord } from '@tocsin/core/domain/site-record.ts'
import { topics, type EventLog, type LogBatch } from '@tocsin/core/ports/event-log.ts'
import type { ViewStore } from '@tocsin/core/ports/view-store.ts'
import { latestValueSchema } from '@tocsin/wire/feed-v1.ts'
import { decodeReadingsOnly } from '@tocsin/wire/site-record-v1.ts'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { LogReading } from './log-reading.ts'

const NAME = 'gateway-values'
/** So many records before the end are read at the start: what came while no gateway ran. */
const TAIL = 5_000
/** A value whose time lies before the shown one is shown all the same when that one was received so long ago, ms. */
const OUTDATED = 30_000

export interface Values {
  of(site: SiteId): LatestValue[]
  sites(): SiteId[]
  /** Those that changed after `version`, of these sites. */
  changed(sites: Iterable<SiteId>, version: number): LatestValue[]
  /** Grows with each change. */
  version(): number
  /** Readings seen since the start. */
  readings(): number
  save(): Promise<void>
  stop(): Promise<void>
}

interface Held {
  readonly value: LatestValue
  readonly version: number
}

const saved = z.object({ v: z.literal(1), values: z.array(latestValueSchema) })

export interface ValuesDeps {
  readonly log: EventLog
  readonly views: ViewStore
  readonly logger: Logger
  readonly reading: LogReading
}

export async function openValues({ log, views, logger, reading }: ValuesDeps): Promise<Values> {
  const bySite = new Map<SiteId, Map<SensorId, Held>>()
  let version = 0
  let readings = 0
  let savedVersion = 0

  function put(value: LatestValue): void {
    let sensors = bySite.get(value.site)
    if (!sensors) {
      sensors = new Map()
      bySite.set(value.site, sensors)
    }
    const known = sensors.get(value.sensor)?.value
    // late data does not replace newer values; a device whose clock was set back is shown again after a while
    if (known && value.t < known.t && value.received - known.received < OUTDATED) return
    sensors.set(value.sensor, { value, version: ++version })
  }

  function take({ site, received, sensors, times, values, qualities }: ReadingsRecord): void {
    readings += sensors.length
    for (const [i, sensor] of sensors.entries()) {
      const [t, value, quality] = [times[i], values[i], qualities[i]]
      if (t === undefined || value === undefined || quality === undefined) return
      put({ site, sensor, t, value, quality, received })
    }
  }

  function takeBatch(batch: LogBatch): void {
    for (const { value } of batch.records) {
      const decoded = decodeReadingsOnly(value)
      if (decoded.ok && decoded.value) take(decoded.value)
    }
    reading.reads(topics.siteLog, batch.partition)
  }

  const bytes = await views.load(NAME)
  if (bytes !== null) {
    try {
      for (const value of saved.parse(JSON.parse(Buffer.from(bytes).toString())).values) put(value)
    } catch (error) {
      logger.warn({ err: error }, 'the saved values cannot be read; they fill again as readings come')
    }
  }
  const followers = await Promise.all(
    Array.from({ length: log.partitions }, async (_, partition) => {
      const { begin, end } = await log.bounds(topics.siteLog, partition)
      const from = Math.max(begin, end - TAIL)
      const onError = (error: TocsinError): void => reading.fails(topics.siteLog, partition, error)
      return log.follow({ topic: topics.siteLog, partition, from, onBatch: takeBatch, onError })
    }),
  )

  const of = (site: SiteId): LatestValue[] => [...(bySite.get(site)?.values() ?? [])].map((held) => held.value)

  async function save(): Promise<void> {
    if (version === savedVersion) return
    const at = version
    const values = [...bySite.keys()].flatMap(of)
    try {
      await views.save(NAME, Buffer.from(JSON.stringify({ v: 1, values })))
      savedVersion = at
    } catch (error) {
      logger.warn({ err: error }, 'the newest values were not saved')
    }
  }

  return {
    of,
    sites: () => [...bySite.keys()],
    changed(sites, after) {
      const found: LatestValue[] = []
      for (const site of sites) {
        for (const held of bySite.get(site)?.values() ?? []) if (held.version > after) found.push(held.value)
      }
      return found
    },
    version: () => version,
    readings: () => readings,
    save,
    async stop() {
      await Promise.all(followers.map((follower) => follower.stop()))
      await save()
    },
  }
}
