/** What intake could not take, as officers see it (P8): the newest messages, and how many came within the last hour. */

import type { RejectedView, Scope } from '@tocsin/core/domain/feed.ts'
import type { EnterpriseId, SiteId } from '@tocsin/core/domain/ids.ts'
import type { RejectedRecord } from '@tocsin/core/domain/rejected.ts'
import type { Clock } from '@tocsin/core/ports/clock.ts'
import { topics, type EventLog, type LogBatch } from '@tocsin/core/ports/event-log.ts'
import type { RegistrySource } from '@tocsin/core/ports/registry-source.ts'
import { decodeRejectedRecord } from '@tocsin/wire/rejected-record-v1.ts'
import type { LogReading } from './log-reading.ts'
import { isUnscoped, type Visible } from './scope.ts'

/** Messages kept in memory, and read back at the start a partition. */
const KEPT = 1_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Of one message so many rejections are shown. */
const SHOWN = 20

export interface Rejections {
  /** Newest first. */
  newest(scope: Scope, limit: number): RejectedView[]
  lastHour(scope: Scope): number
  /** Records of the whole log; of those read since the start, what they count beside themselves. */
  total(): number
  stop(): Promise<void>
}

export interface RejectionsDeps {
  readonly log: EventLog
  readonly clock: Clock
  readonly registry: RegistrySource
  readonly visible: Visible
  readonly reading: LogReading
}

type Source = Pick<RejectedRecord, 'enterprise' | 'site'>

export async function openRejections({ log, clock, registry, visible, reading }: RejectionsDeps): Promise<Rejections> {
  const kept: RejectedRecord[] = []
  /** Minute → source → messages. */
  const minutes = new Map<number, Map<string, { readonly source: Source; count: number }>>()
  const next = new Map<number, number>()
  /** Messages of which no record of their own stands in the log. */
  let counted = 0

  function count(record: RejectedRecord): void {
    const messages = record.messages ?? 1
    counted += messages - 1
    const minute = Math.floor(record.received / MINUTE)
    const source = { enterprise: record.enterprise, site: ownSite(record) }
    const key = JSON.stringify([source.enterprise, source.site])
    let sources = minutes.get(minute)
    if (!sources) {
      sources = new Map()
      minutes.set(minute, sources)
      for (const old of minutes.keys()) if (old * MINUTE < clock.wall() - 2 * HOUR) minutes.delete(old)
    }
    const known = sources.get(key)
    if (known) known.count += messages
    else sources.set(key, { source, count: messages })
  }

  /** A site that the sender does not own says nothing of where the message belongs. */
  function ownSite({ enterprise, site }: Source): SiteId | null {
    return registry.current().registry.sites.some((s) => s.id === site && s.enterprise === enterprise) ? site : null
  }

  function sees(scope: Scope, source: Source): boolean {
    if (isUnscoped(scope)) return true
    const site = ownSite(source)
    return site === null ? seesAllOf(scope, source.enterprise) : visible(scope, site)
  }

  function seesAllOf(scope: Scope, enterprise: EnterpriseId): boolean {
    const sites = registry.current().registry.sites.filter((s) => s.enterprise === enterprise)
    return sites.length > 0 && sites.every((s) => visible(scope, s.id))
  }

  function take(batch: LogBatch): void {
    for (const { value } of batch.records) {
      const decoded = decodeRejectedRecord(value)
      if (!decoded.ok) continue
      kept.push({ ...decoded.value, payload: new Uint8Array(0) })
      count(decoded.value)
    }
    if (kept.length > KEPT) kept.splice(0, kept.length - KEPT)
    next.set(batch.partition, batch.next)
    reading.reads(topics.rejected, batch.partition)
  }

  const followers = await Promise.all(
    Array.from({ length: log.partitions }, async (_, partition) => {
      const { begin, end } = await log.bounds(topics.rejected, partition)
      next.set(partition, end)
      return log.follow({
        topic: topics.rejected,
        partition,
        from: Math.max(begin, end - KEPT),
        onBatch: take,
        onError: (error) => reading.fails(topics.rejected, partition, error),
      })
    }),
  )

  return {
    newest: (scope, limit) =>
      kept
        .filter((record) => sees(scope, record))
        .sort((a, b) => b.received - a.received)
        .flatMap((record) => toViews(record.site === null || visible(scope, record.site) ? record : masked(record)))
        .slice(0, limit),
    lastHour(scope) {
      const since = clock.wall() - HOUR
      let sum = 0
      for (const [minute, sources] of minutes) {
        if (minute * MINUTE < since) continue
        for (const { source, count: messages } of sources.values()) if (sees(scope, source)) sum += messages
      }
      return sum
    },
    // offsets count from 0, one a record
    total: () => [...next.values()].reduce((sum, n) => sum + n, counted),
    async stop() {
      await Promise.all(followers.map((follower) => follower.stop()))
    },
  }
}

/** The sender named a site that the reader may not know of. */
function masked(record: RejectedRecord): RejectedRecord {
  const rejections = record.rejections.map((rejection) => ({ ...rejection, detail: '' }))
  return { ...record, site: null, topic: '', rejections }
}

function toViews({ received, gateway, site, topic, rejections, length }: RejectedRecord): RejectedView[] {
  return rejections
    .slice(0, SHOWN)
    .map(({ code, field, detail }) => ({ at: received, gateway, site, topic, code, field, detail, bytes: length }))
}
