/** Where each event of a partition's journal stands: one short line an event, so that a closed alarm is found too. */

import type { EventKind } from '@tocsin/core/domain/alarm-event.ts'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { AlarmId, Millis, SiteId } from '@tocsin/core/domain/ids.ts'
import type { ViewStore } from '@tocsin/core/ports/view-store.ts'
import { z } from 'zod'

export interface IndexLine {
  readonly offset: number
  readonly at: Millis
  readonly site: SiteId
  readonly kind: EventKind
  /** null: the event concerns none (late, configured). */
  readonly alarm: AlarmId | null
}

/** A full page; its lines are stored under the first one's offset and never change. */
interface Page {
  readonly first: number
  readonly last: number
  readonly from: Millis
  readonly to: Millis
}

const eventKinds = [
  'raised',
  'escalated',
  'de-escalated',
  'cleared',
  'late',
  'acknowledged',
  'unacknowledged',
  'commented',
  'refused',
  'stale',
  'fresh',
  'withdrawn',
  'superseded',
  'configured',
  'corrected',
] as const satisfies readonly EventKind[]

export const eventKindSchema = z.enum(eventKinds)
const line = z
  .tuple([z.int(), z.number(), z.string(), eventKindSchema, z.string().nullable()])
  .transform(([offset, at, site, kind, alarm]): IndexLine => ({ offset, at, site, kind, alarm }))
const page = z.object({ first: z.int(), last: z.int(), from: z.number(), to: z.number() })
export const savedIndexSchema = z.object({ since: z.int(), pages: z.array(page), tail: z.array(line) })

/** What the view saves of the index: the lines of the page begun, and which pages are full. */
export type SavedIndex = z.infer<typeof savedIndexSchema>

const PAGE_LINES = 1_000
const CACHED_PAGES = 32

export interface JournalIndex {
  /** Offset from which on every event has a line. */
  readonly since: number
  add(line: IndexLine): void
  /** Lines at or past the offset, oldest first; null when there are more than `max`. */
  from(offset: number, max: number): Promise<IndexLine[] | null>
  /** Lines below the offset, newest first; whole pages outside the span of time are passed over. */
  back(before: number, span: { readonly from: Millis; readonly to: Millis }): AsyncGenerator<IndexLine>
  /** To be saved with the view, after `unsaved` pages: as JSON. */
  saved(): object
  /** Full pages not yet stored. */
  unsaved(): { readonly name: string; readonly value: Uint8Array; stored(): void }[]
}

export function createJournalIndex(views: ViewStore, partition: number, start: SavedIndex): JournalIndex {
  const pages: Page[] = [...start.pages]
  let tail: IndexLine[] = [...start.tail]
  const full = new Map<number, IndexLine[]>()
  const cache = new Map<number, IndexLine[]>()

  const nameOf = (first: number): string => `gateway-journal-${partition}-${first}`

  async function linesOf({ first }: Page): Promise<IndexLine[]> {
    const known = full.get(first) ?? cache.get(first)
    if (known) return known
    const bytes = await views.load(nameOf(first))
    if (bytes === null) throw new TocsinError('store-unavailable', `the view store lost ${nameOf(first)}`)
    const lines = z.array(line).parse(JSON.parse(Buffer.from(bytes).toString()))
    remember(first, lines)
    return lines
  }

  function remember(first: number, lines: IndexLine[]): void {
    cache.set(first, lines)
    for (const oldest of cache.keys()) {
      if (cache.size <= CACHED_PAGES) break
      cache.delete(oldest)
    }
  }

  async function* back(before: number, span: { from: Millis; to: Millis }): AsyncGenerator<IndexLine> {
    const begun = tail
    const filled = pages.length
    for (let i = begun.length - 1; i >= 0; i--) {
      const found = begun[i]
      if (found && found.offset < before) yield found
    }
    for (let i = filled - 1; i >= 0; i--) {
      const found = pages[i]
      if (!found || found.first >= before || found.to < span.from || found.from >= span.to) continue
      for (const candidate of (await linesOf(found)).toReversed()) if (candidate.offset < before) yield candidate
    }
  }

  return {
    since: start.since,
    add(added) {
      tail.push(added)
      const first = tail[0]
      if (tail.length < PAGE_LINES || !first) return
      const times = tail.map((l) => l.at)
      pages.push({ first: first.offset, last: added.offset, from: Math.min(...times), to: Math.max(...times) })
      full.set(first.offset, tail)
      tail = []
    },
    async from(offset, max) {
      const found: IndexLine[] = []
      for await (const candidate of back(Number.POSITIVE_INFINITY, { from: -Infinity, to: Infinity })) {
        if (candidate.offset < offset) break
        if (found.length === max) return null
        found.push(candidate)
      }
      return found.reverse()
    },
    back,
    saved: () => ({ since: start.since, pages, tail: tail.map(toTuple) }),
    unsaved: () =>
      [...full].map(([first, lines]) => ({
        name: nameOf(first),
        value: Buffer.from(JSON.stringify(lines.map(toTuple))),
        stored: () => {
          full.delete(first)
          remember(first, lines)
        },
      })),
  }
}

function toTuple({ offset, at, site, kind, alarm }: IndexLine): unknown[] {
  return [offset, at, site, kind, alarm]
}
