/** The journal over HTTP: of one alarm, of a site, of everything in scope; newest first, page by page. */

import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import type { Scope } from '@tocsin/core/domain/feed.ts'
import type { Millis, SiteId } from '@tocsin/core/domain/ids.ts'
import { partitionOf } from '@tocsin/core/ports/event-log.ts'
import { z } from 'zod'
import { siteOf } from '../commands.ts'
import { Problem } from '../problem.ts'
import type { Visible } from '../scope.ts'
import { eventKindSchema, type IndexLine } from '../view/journal-index.ts'
import type { JournalView } from '../view/journal-view.ts'
import { millis, wholeNumber } from './fields.ts'
import type { Routes } from './routes.ts'

/** So many lines are looked at for one page; what lies further back is on the next. */
const LOOKED_AT = 50_000

const limit = wholeNumber(1, 500).default(100)
const before = z
  .string()
  .max(2_000)
  .transform((text, context) => {
    const offsets = decodeBefore(text)
    if (offsets) return offsets
    context.addIssue({ code: 'custom', message: 'not a `next` of this gateway' })
    return z.NEVER
  })
  .optional()
const kinds = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(eventKindSchema))
  .optional()

interface Wanted {
  readonly sites: (site: SiteId) => boolean
  readonly partitions: readonly number[]
  readonly lines: (line: IndexLine) => boolean
  /** Whether nothing older can be wanted. */
  readonly isLast: (line: IndexLine) => boolean
  readonly from: Millis
  readonly to: Millis
  readonly limit: number
  readonly before?: readonly number[] | undefined
}

export function addJournalRoutes(routes: Routes, journal: JournalView, visible: Visible): void {
  const partitions = journal.indexes.map((_, i) => i)
  const seenBy =
    (scope: Scope) =>
    (site: SiteId): boolean =>
      visible(scope, site)

  routes.get('/api/alarms', z.object({}), ({ scope }) => ({
    alarms: [...journal.alarms.values()].filter((alarm) => visible(scope, alarm.site)),
  }))

  const ofAlarm = z.object({ id: z.string().max(400), limit, before })
  routes.get('/api/alarms/:id/journal', ofAlarm, async ({ scope }, asked) => {
    const site = siteOf(asked.id)
    if (site === null || !visible(scope, site)) return new Problem('not-found')
    const page = await pageOf(journal, {
      ...asked,
      sites: (found) => found === site,
      partitions: [partitionOf(site, partitions.length)],
      lines: (line) => line.alarm === asked.id,
      // an occurrence has one raise, and it comes first
      isLast: (line) => line.kind === 'raised' && line.alarm === asked.id,
      from: -Infinity,
      to: Infinity,
    })
    const alarm = journal.alarms.get(asked.id) ?? null
    const isUnknown = alarm === null && page.events.length === 0 && page.next === null && asked.before === undefined
    return isUnknown ? new Problem('not-found') : { alarm, ...page }
  })

  const ofSite = z.object({
    site: z.string().optional(),
    from: millis.default(-Infinity),
    to: millis.default(Infinity),
    kinds,
    limit,
    before,
  })
  routes.get('/api/journal', ofSite, ({ scope }, asked) => {
    const { site } = asked
    if (site !== undefined && !visible(scope, site)) return new Problem('not-found')
    return pageOf(journal, {
      ...asked,
      sites: site === undefined ? seenBy(scope) : (found) => found === site,
      partitions: site === undefined ? partitions : [partitionOf(site, partitions.length)],
      lines: (line) => asked.kinds === undefined || asked.kinds.includes(line.kind),
      isLast: () => false,
    })
  })
}

interface Page {
  readonly events: readonly AlarmEvent[]
  readonly next: string | null
}

async function pageOf(journal: JournalView, wanted: Wanted): Promise<Page> {
  const { from, to } = wanted
  const places = journal.indexes.map((_, i) => wanted.before?.[i] ?? Number.MAX_SAFE_INTEGER)
  const sources = wanted.partitions.map((partition) => ({
    partition,
    lines: journal.indexes[partition]?.back(places[partition] ?? 0, { from, to }),
    head: null as IndexLine | null,
  }))
  const chosen: { readonly partition: number; readonly line: IndexLine }[] = []
  for (const source of sources) source.head = await nextOf(source.lines)
  let isOver = false
  for (let looked = 0; looked < LOOKED_AT && chosen.length < wanted.limit && !isOver; looked++) {
    const newest = sources.reduce<(typeof sources)[number] | null>(
      (best, source) => (source.head && (!best?.head || source.head.at > best.head.at) ? source : best),
      null,
    )
    const line = newest?.head
    if (!newest || !line) {
      isOver = true
      break
    }
    places[newest.partition] = line.offset
    if (line.at >= from && line.at < to && wanted.sites(line.site) && wanted.lines(line)) {
      chosen.push({ partition: newest.partition, line })
    }
    isOver = wanted.isLast(line)
    newest.head = await nextOf(newest.lines)
  }
  const events = await eventsOf(journal, chosen)
  const hasMore = !isOver && sources.some((source) => source.head !== null)
  return { events, next: hasMore ? encodeBefore(places) : null }
}

async function nextOf(lines: AsyncGenerator<IndexLine> | undefined): Promise<IndexLine | null> {
  const result = await lines?.next()
  return result === undefined || result.done === true ? null : result.value
}

/** Reads each partition's events together, and gives them in the order chosen. */
async function eventsOf(
  journal: JournalView,
  chosen: readonly { readonly partition: number; readonly line: IndexLine }[],
): Promise<AlarmEvent[]> {
  const found = new Map<number, ReadonlyMap<number, AlarmEvent>>()
  for (const [partition, lines] of Map.groupBy(chosen, (c) => c.partition)) {
    const offsets = lines.map(({ line }) => line.offset).sort((a, b) => a - b)
    found.set(partition, await journal.events.read(partition, offsets))
  }
  return chosen.flatMap(({ partition, line }) => found.get(partition)?.get(line.offset) ?? [])
}

const beforeSchema = z.array(z.int().nonnegative())

function encodeBefore(offsets: readonly number[]): string {
  return Buffer.from(JSON.stringify(offsets)).toString('base64url')
}

function decodeBefore(text: string): number[] | null {
  try {
    return beforeSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
  } catch {
    return null
  }
}
