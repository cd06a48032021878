/**
 * The history's thread: keeps each sensor's newest samples in memory, and at each flush saves them, the blocks that have
 * become full, and the readers' offsets in one transaction, so that a crash neither loses nor doubles any.
 */

import { workerData } from 'node:worker_threads'
import type { HistoryQuery } from '@tocsin/core/ports/history.ts'
import { failureOf } from './database.ts'
import { putAside } from './files.ts'
import { HistoryFile } from './history-file.ts'
import { columnsLength, newColumns, sampleColumns, type HistoryCalls } from './history-protocol.ts'
import { bucketsOf, samplesOf, summaryOf, type Stretch } from './history-query.ts'
import { slice } from './history-samples.ts'
import { Series } from './history-series.ts'
import { serve } from './thread.ts'

/** Samples that make a block when there is room in memory for so many of every sensor. */
const fullBlock = 1024
const smallestBlock = 64
const largestBlock = 4096
/** Samples kept in memory, 16 bytes each, over all sensors. */
const budget = 8_000_000
/** Flushes after which a slow sensor's samples become a block however few; two hours at 5 s. */
const oldChunks = 1440
/** Of those at most so many a flush, that sensors which began together do not make one long flush. */
const oldPerFlush = 2000
const pruneBlocks = 2000

const folderFile = String(workerData)
let file: HistoryFile | null = null
const byName = new Map<string, Series>()
/** In the order of the numbers by which the main thread names them. */
const numbered: Series[] = []
const all: Series[] = []
const added = new Set<{ series: Series; site: string; sensor: string }>()
const dirty = new Set<Series>()
const offsets = new Map<number, number>()
let chunk = 0

function history(): HistoryFile {
  return (file ??= load())
}

/** A damaged history never keeps Tocsin from starting: it is put aside, and the recorder fills an empty one anew. */
function openOrBegin(): string | null {
  try {
    history()
    return null
  } catch (cause) {
    if (failureOf(cause, { unavailable: 'store-unavailable' }).code !== 'data-damaged') throw cause
    byName.clear()
    all.length = 0
    chunk = 0
    const aside = putAside(folderFile)
    history()
    return aside
  }
}

function load(): HistoryFile {
  const opened = new HistoryFile(folderFile)
  try {
    read(opened)
    // A recorder that cannot learn where to go on would not start either.
    opened.saved(0)
    return opened
  } catch (cause) {
    opened.close()
    throw cause
  }
}

function read(opened: HistoryFile): void {
  const byId = new Map<number, Series>()
  for (const stored of opened.series()) {
    const series = new Series(stored)
    byId.set(stored.id, series)
    all.push(series)
    byName.set(nameOf(stored.site, stored.sensor), series)
  }
  for (const { id, data } of opened.chunks()) {
    chunk = id
    const { times, values, sensors, marks } = sampleColumns(data, columnsLength(data))
    for (let i = 0; i < times.length; i++) {
      const series = byId.get(sensors[i] ?? 0)
      if (series === undefined || id <= series.sealedChunk) continue
      if (series.firstChunk === 0) series.firstChunk = id
      series.push(times[i] ?? 0, values[i] ?? 0, marks[i] ?? 0)
      series.saved = series.length
    }
  }
  for (const series of all) chunk = Math.max(chunk, series.sealedChunk)
}

function nameOf(site: string, sensor: string): string {
  return `${site}\n${sensor}`
}

function number(site: string, sensor: string): void {
  const name = nameOf(site, sensor)
  let series = byName.get(name)
  if (series === undefined) {
    series = new Series({ id: all.length + 1, sealedTo: 0, sealedChunk: 0 })
    byName.set(name, series)
    all.push(series)
    added.add({ series, site, sensor })
  }
  numbered.push(series)
}

function write(ask: HistoryCalls['write']['ask']): void {
  history()
  for (const [site, sensor] of ask.names) number(site, sensor)
  const { times, values, sensors, marks } = sampleColumns(ask.samples, columnsLength(ask.samples))
  for (let i = 0; i < times.length; i++) {
    const series = numbered[sensors[i] ?? 0]
    if (series === undefined) continue
    series.push(times[i] ?? 0, values[i] ?? 0, marks[i] ?? 0)
    dirty.add(series)
  }
  offsets.set(ask.partition, ask.next)
}

/** Series whose samples are to become blocks now. */
function due(next: number): Series[] {
  const open = all.reduce((count, series) => (series.length > 0 ? count + 1 : count), 0)
  const full = Math.min(fullBlock, Math.max(smallestBlock, Math.floor(budget / Math.max(1, open))))
  let old = 0
  return all.filter((series) => {
    if (series.length >= full) return true
    return series.firstChunk > 0 && series.firstChunk < next - oldChunks && old++ < oldPerFlush
  })
}

/** Late samples get blocks of their own, so that the others overlap nothing. Gives the newest time. */
function seal(target: HistoryFile, series: Series): number {
  const samples = series.sorted()
  const { times } = samples
  let split = 0
  while (split < times.length && (times[split] ?? 0) <= series.sealedTo) split++
  for (const [from, to] of [
    [0, split],
    [split, times.length],
  ] as const) {
    for (let at = from; at < to; at += largestBlock) {
      target.addBlock(series.id, slice(samples, at, Math.min(to, at + largestBlock)))
    }
  }
  return Math.max(series.sealedTo, times.at(-1) ?? 0)
}

/** What is neither in a block nor in an earlier chunk. */
function unsaved(sealing: ReadonlySet<Series>): Uint8Array {
  let count = 0
  for (const series of dirty) if (!sealing.has(series)) count += series.length - series.saved
  const { buffer, columns } = newColumns(count)
  let at = 0
  for (const series of dirty) {
    if (sealing.has(series)) continue
    const samples = series.samples(series.saved)
    columns.times.set(samples.times, at)
    columns.values.set(samples.values, at)
    columns.marks.set(samples.marks, at)
    columns.sensors.fill(series.id, at, at + samples.times.length)
    at += samples.times.length
  }
  return new Uint8Array(buffer)
}

function flush(): void {
  const target = history()
  if (dirty.size === 0 && offsets.size === 0) return
  const next = chunk + 1
  const sealing = new Map(due(next).map((series) => [series, series.sealedTo]))
  const oldest = oldestChunk(next, sealing)
  target.transaction(() => {
    for (const { series, site, sensor } of added)
      target.addSeries({ id: series.id, site, sensor, sealedTo: 0, sealedChunk: 0 })
    for (const series of sealing.keys()) {
      const to = seal(target, series)
      sealing.set(series, to)
      target.markSealed(series.id, to, next)
    }
    const rest = unsaved(new Set(sealing.keys()))
    if (rest.byteLength > 0) target.addChunk(next, rest)
    target.dropChunks(oldest)
    for (const [partition, offset] of offsets) target.save(partition, offset)
  })
  // Only now, when it stands: a flush that failed is tried again with everything still in memory.
  chunk = next
  for (const series of dirty) {
    if (sealing.has(series)) continue
    if (series.firstChunk === 0) series.firstChunk = next
    series.saved = series.length
  }
  for (const [series, to] of sealing) series.sealed(next, to)
  dirty.clear()
  added.clear()
  offsets.clear()
}

/** Chunks before this hold nothing that is not in a block. */
function oldestChunk(next: number, sealing: ReadonlyMap<Series, number>): number {
  let oldest = next
  for (const series of all) {
    if (series.firstChunk > 0 && series.firstChunk < oldest && !sealing.has(series)) oldest = series.firstChunk
  }
  return oldest
}

function stretches({ site, sensor, from, to }: HistoryQuery): Stretch[] {
  const target = history()
  const series = byName.get(nameOf(site, sensor))
  if (series === undefined) return []
  const stored = target.stretches(series.id, { from, to })
  if (series.length === 0) return stored
  const tail = series.sorted()
  const stretch = { ...summaryOf(tail), load: () => tail }
  if (stretch.from >= to || stretch.to < from) return stored
  const at = stored.findIndex((block) => block.from > stretch.from)
  return at === -1 ? [...stored, stretch] : stored.toSpliced(at, 0, stretch)
}

function guarded<T>(work: () => T): { answer: T } {
  try {
    return { answer: work() }
  } catch (cause) {
    throw failureOf(cause, { file: folderFile, unavailable: 'store-unavailable' })
  }
}

serve<HistoryCalls>(
  {
    open: () => guarded(openOrBegin),
    write: (ask) => guarded(() => (write(ask), null)),
    saved: (partition) => guarded(() => history().saved(partition)),
    flush: () => guarded(() => (flush(), null)),
    query: ({ query, buckets }) => guarded(() => bucketsOf(stretches(query), query, buckets)),
    raw: ({ query, max }) => guarded(() => samplesOf(stretches(query), query, max)),
    prune: (before) => guarded(() => history().transaction(() => history().prune(before, pruneBlocks))),
  },
  { unavailable: 'store-unavailable', close: () => file?.close() },
)
