/** The gateway's view of `alarm-events`: open alarms, where each site and the engine stand, saved as one value (F2). */

import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import { applyEvent, type AlarmTable } from '@tocsin/core/domain/alarm-view.ts'
import type { Clock } from '@tocsin/core/ports/clock.ts'
import { topics, type EventLog, type Follower, type LogBatch } from '@tocsin/core/ports/event-log.ts'
import type { ViewStore } from '@tocsin/core/ports/view-store.ts'
import { decodeJournalRecord } from '@tocsin/wire/journal-record-v1.ts'
import type { Logger } from 'pino'
import type { JournalPlace } from '../cursor.ts'
import type { LogReading } from '../log-reading.ts'
import { createEngineLight, type EngineLight } from './engine-light.ts'
import { createEventReader, type EventReader } from './event-reader.ts'
import { createJournalIndex, type JournalIndex } from './journal-index.ts'
import { claimAt, foldBatch, newPartitionFold, type PartitionFold } from './partition-fold.ts'
import { decodeSavedView, emptyPartition, encodeSavedView, type RaisedCounts, type SavedView } from './saved-view.ts'

const VIEW_NAME = 'gateway-view'
const KEPT_COMMANDS = 2_000
const KEPT_FAULTS = 5
/** Marks alone are saved so often, ms: they change nothing but where a restart begins to read. */
const MARKS_SAVED = 60_000

export interface JournalView {
  readonly alarms: AlarmTable
  readonly raised: Readonly<RaisedCounts>
  readonly light: EngineLight
  readonly events: EventReader
  /** By partition. */
  readonly indexes: readonly JournalIndex[]
  /** What is folded, by partition. */
  places(): JournalPlace[]
  claimAt(partition: number, offset: number): string | null
  /** Whether everything that stood in the log at the start is folded. */
  caughtUp(): boolean
  /** Records behind the log's end, by partition. */
  lag(): number[]
  /** Whether the journal answered this command (I3). */
  answered(command: string): boolean
  faults(): readonly { readonly code: string; readonly detail: string }[]
  save(): Promise<void>
  stop(): Promise<void>
}

export interface JournalViewDeps {
  readonly log: EventLog
  readonly views: ViewStore
  readonly clock: Clock
  readonly logger: Logger
  readonly reading: LogReading
  /** Called after each batch is folded. */
  readonly onChange: (events: readonly AlarmEvent[]) => void
}

/** Loads the saved view, or starts from the log's begin, and follows the log. */
export async function openJournalView(deps: JournalViewDeps): Promise<JournalView> {
  const { log, views, clock, logger } = deps
  const partitions = Array.from({ length: log.partitions }, (_, i) => i)
  const bounds = await Promise.all(partitions.map((partition) => log.bounds(topics.alarmEvents, partition)))
  const saved = (await loadView(deps)) ?? {
    partitions: bounds.map(({ begin }) => emptyPartition(begin)),
    alarms: new Map(),
    raised: { red: 0, orange: 0, yellow: 0, blue: 0 },
    commands: [],
  }
  const { alarms, raised } = saved
  const commands = new Set(saved.commands)
  const folds = saved.partitions.map(newPartitionFold)
  const indexes = saved.partitions.map((p, i) => createJournalIndex(views, i, p.index))
  const events = createEventReader(log)
  const light = createEngineLight(log.partitions, clock)
  const ends = bounds.map(({ end }) => end)
  const faults: { code: string; detail: string }[] = []
  /** What is not saved yet. */
  let unsaved: 'nothing' | 'marks' | 'events' = 'nothing'
  let savedAt = clock.mono()
  let saving = Promise.resolve()

  for (const [partition, { mark }] of folds.entries()) if (mark !== null) light.mark(partition, mark, false)

  function takeEvent(event: AlarmEvent): void {
    applyEvent(alarms, event)
    const { content } = event
    if ((content.kind === 'raised' || content.kind === 'escalated') && content.verdict.severity !== null) {
      raised[content.verdict.severity]++
    }
    if (!('command' in content)) return
    commands.add(content.command)
    if (commands.size > KEPT_COMMANDS) for (const oldest of commands) return void commands.delete(oldest)
  }

  function takeBatch(batch: LogBatch): void {
    const { partition } = batch
    const fold = folds[partition]
    const index = indexes[partition]
    if (!fold || !index) return
    const fresh: AlarmEvent[] = []
    const startEnd = bounds[partition]?.end ?? 0
    foldBatch(fold, batch, {
      event(offset, event) {
        takeEvent(event)
        const { at, site, content } = event
        index.add({ offset, at, site, kind: content.kind, alarm: 'alarm' in content ? content.alarm : null })
        events.keep(partition, offset, event)
        fresh.push(event)
      },
      mark: (offset, now) => light.mark(partition, now, offset >= startEnd),
      fault(code, detail) {
        logger.error({ code, detail }, 'the journal has a fault')
        faults.push({ code, detail })
        if (faults.length > KEPT_FAULTS) faults.shift()
      },
    })
    ends[partition] = batch.end
    if (fresh.length > 0 || unsaved === 'nothing') unsaved = fresh.length > 0 ? 'events' : 'marks'
    deps.reading.reads(topics.alarmEvents, partition)
    deps.onChange(fresh)
  }

  async function saveNow(): Promise<void> {
    unsaved = 'nothing'
    savedAt = clock.mono()
    // everything of one moment, before the first await
    const value = encodeSavedView({
      alarms,
      raised,
      commands: [...commands],
      partitions: folds.map((fold, i) => ({ ...fold, index: indexes[i]?.saved() ?? {} })),
    })
    const pages = indexes.flatMap((index) => index.unsaved())
    try {
      for (const page of pages) {
        await views.save(page.name, page.value)
        page.stored()
      }
      await views.save(VIEW_NAME, value)
    } catch (error) {
      unsaved = 'events'
      logger.warn({ err: error }, 'the view was not saved; a restart reads more of the log')
    }
  }

  const followers: Follower[] = folds.map((fold, partition) =>
    log.follow({
      topic: topics.alarmEvents,
      partition,
      from: Math.max(fold.next, bounds[partition]?.begin ?? 0),
      onBatch: takeBatch,
      onError: (error) => deps.reading.fails(topics.alarmEvents, partition, error),
    }),
  )

  async function save(): Promise<void> {
    if (unsaved === 'nothing' || (unsaved === 'marks' && clock.mono() - savedAt < MARKS_SAVED)) return
    saving = saving.then(saveNow)
    await saving
  }

  return {
    alarms,
    raised,
    light,
    events,
    indexes,
    places: () => folds.map(({ next, acceptance }) => ({ next, claim: acceptance.claim })),
    claimAt(partition, offset) {
      const fold = folds[partition]
      return fold ? claimAt(fold, offset) : null
    },
    caughtUp: () => folds.every((fold, i) => fold.next >= (bounds[i]?.end ?? 0)),
    lag: () => folds.map((fold, i) => Math.max(0, (ends[i] ?? 0) - fold.next)),
    answered: (command) => commands.has(command),
    faults: () => faults,
    save,
    async stop() {
      await Promise.all(followers.map((follower) => follower.stop()))
      saving = saving.then(saveNow)
      await saving
    },
  }
}

/** null: there is no saved view, or it is not of this log; the fold then starts anew. */
async function loadView({ log, views, logger }: JournalViewDeps): Promise<SavedView | null> {
  const bytes = await views.load(VIEW_NAME)
  if (bytes === null) return null
  const decoded = decodeSavedView(bytes)
  if (!decoded.ok) {
    logger.warn({ reason: decoded.error }, 'the saved view cannot be read; folding the journal anew')
    return null
  }
  if (await isOfLog(log, decoded.value)) return decoded.value
  logger.warn('the saved view is of another log; folding the journal anew')
  return null
}

async function isOfLog(log: EventLog, view: SavedView): Promise<boolean> {
  if (view.partitions.length !== log.partitions) return false
  for (const [partition, { next, claims }] of view.partitions.entries()) {
    const { begin, end } = await log.bounds(topics.alarmEvents, partition)
    if (next > end) return false
    const claim = claims.at(-1)
    if (claim && claim.offset >= begin && !(await holdsClaim(log, partition, claim))) return false
  }
  return true
}

async function holdsClaim(log: EventLog, partition: number, claim: PartitionFold['claims'][number]): Promise<boolean> {
  const { records } = await log.read(topics.alarmEvents, partition, claim.offset, 1)
  const record = records[0]
  if (record?.offset !== claim.offset) return false
  const decoded = decodeJournalRecord(record.value)
  return decoded.ok && decoded.value.kind === 'claim' && decoded.value.claim === claim.claim
}
