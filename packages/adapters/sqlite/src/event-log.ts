/** The event log on SQLite: opens and locks the folder, and gives each topic to its {@link TopicLog}. */

import { TocsinError } from '@tocsin/core/domain/errors.ts'
import {
  partitionOf,
  type EventLog,
  type Follower,
  type FollowOptions,
  type LogAppend,
  type LogBatch,
  type Position,
} from '@tocsin/core/ports/event-log.ts'
import { noFailpoints, type Failpoints } from '@tocsin/core/ports/failpoints.ts'
import { lockFolder, type FolderLock } from './folder-lock.ts'
import { PartitionFollower } from './follower.ts'
import type { KeeperCalls, LogState, LogThreadData, WriterCalls } from './log-protocol.ts'
import { ReaderOffsets } from './reader-offsets.ts'
import { Thread } from './thread.ts'
import { TopicLog } from './topic-log.ts'

export interface SqliteEventLogOptions {
  /** Holds nothing but the log; created if need be. */
  readonly folder: string
  /** Fixed when the log is made; default 2. */
  readonly partitions?: number
  readonly failpoints?: Failpoints
  /** Size from which a topic goes on in a new file; default 64 MiB. */
  readonly segmentBytes?: number
  /** What is checked when opening: each topic's newest segment (default), or everything. */
  readonly verify?: 'newest' | 'all'
  /** Pause before a batch is handed over again; default 200 ms. */
  readonly redeliveryMs?: number
  /** Takes no lock and appends nothing: a look at the log as it is now, also while another process writes it. */
  readonly readOnly?: boolean
}

/**
 * Opens the log. Throws `data-locked` (another Tocsin writes here), `data-damaged` (file, topic, partition and offset
 * named), `data-version`, `config-invalid` (another number of partitions), or `log-unavailable`.
 *
 * Appended values are not to be changed afterwards: followers get them from memory.
 */
export async function sqliteEventLog(options: SqliteEventLogOptions): Promise<EventLog> {
  const { folder, partitions = 2, segmentBytes = 64 * 1024 * 1024, readOnly = false } = options
  const lock = readOnly ? null : lockFolder(folder)
  const data = (): LogThreadData => ({ folder, partitions, segmentBytes, readOnly })
  const thread = { data, unavailable: 'log-unavailable' } as const
  const keeper = new Thread<KeeperCalls>({
    ...thread,
    name: 'log-keeper',
    url: new URL('./log-keeper.ts', import.meta.url),
  })
  const writer = new Thread<WriterCalls>({
    ...thread,
    name: 'log-writer',
    url: new URL('./log-writer.ts', import.meta.url),
  })
  try {
    if (!readOnly) writer.start()
    const state = await keeper.call('open', { verify: options.verify ?? 'newest' })
    return new SqliteEventLog({ options, partitions, readOnly, lock, keeper, writer, state })
  } catch (cause) {
    await writer.close()
    await keeper.close()
    lock?.release()
    throw cause
  }
}

interface Parts {
  readonly options: SqliteEventLogOptions
  readonly partitions: number
  readonly readOnly: boolean
  readonly lock: FolderLock | null
  readonly keeper: Thread<KeeperCalls>
  readonly writer: Thread<WriterCalls>
  readonly state: LogState
}

class SqliteEventLog implements EventLog {
  readonly partitions: number
  readonly #parts: Parts
  readonly #topics = new Map<string, TopicLog>()
  readonly #offsets: ReaderOffsets
  readonly #followers = new Set<Follower>()
  #closing: Promise<void> | null = null

  constructor(parts: Parts) {
    this.partitions = parts.partitions
    this.#parts = parts
    this.#offsets = new ReaderOffsets(parts.keeper, parts.state.readers)
    for (const { topic } of parts.state.topics) this.#topic(topic)
  }

  async append(topic: string, records: readonly LogAppend[]): Promise<readonly Position[]> {
    if (this.#closing !== null || this.#parts.readOnly) {
      throw new TocsinError(
        'log-unavailable',
        this.#parts.readOnly ? 'the log is opened read-only' : 'the log is closed',
      )
    }
    const log = this.#topic(topic)
    const partitions = records.map((record) => record.partition ?? partitionOf(record.key, this.partitions))
    for (const partition of partitions) log.tail(partition)
    return records.length === 0 ? [] : log.append(records, partitions)
  }

  async bounds(topic: string, partition: number): Promise<{ readonly begin: number; readonly end: number }> {
    const log = this.#topic(topic)
    return { begin: log.begin(partition), end: log.tail(partition).end }
  }

  async read(topic: string, partition: number, ...[from, max]: [from: number, max?: number]): Promise<LogBatch> {
    return this.#topic(topic).read(partition, from, max ?? 1000)
  }

  follow(options: FollowOptions): Follower {
    const { topic, partition, reader } = options
    const log = this.#topic(topic)
    const tail = log.tail(partition)
    const of = reader === undefined ? null : { reader, topic, partition }
    const saved = of === null ? null : this.#offsets.saved(of)
    const from = options.from ?? 'begin'
    const wanted = saved ?? (from === 'begin' ? log.begin(partition) : from === 'end' ? tail.end : from)
    const follower = new PartitionFollower({
      options,
      // A log put back from a copy may end before what the reader had.
      start: saved === null ? wanted : Math.min(wanted, tail.end),
      redeliveryMs: this.#parts.options.redeliveryMs ?? 200,
      partition: {
        tail,
        begin: () => log.begin(partition),
        read: (at, max) => log.read(partition, at, max),
        note: (offset) => {
          if (of !== null) this.#offsets.note(of, offset)
        },
        save: () => this.#offsets.save(),
      },
    })
    this.#followers.add(follower)
    return {
      stop: async () => {
        await follower.stop()
        this.#followers.delete(follower)
      },
    }
  }

  async saved(reader: string, topic: string, partition: number): Promise<number | null> {
    return this.#offsets.saved({ reader, topic, partition })
  }

  async trim(topic: string, partition: number, before: number): Promise<void> {
    await this.#topic(topic).trim(partition, before)
  }

  /** Stops the followers, waits for appends under way, and lets go of the folder. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    const { keeper, writer, lock } = this.#parts
    try {
      await Promise.all([...this.#followers].map((follower) => follower.stop()))
      await Promise.all([...this.#topics.values()].map((log) => log.idle()))
      await this.#offsets.save()
    } finally {
      await writer.close()
      await keeper.close()
      lock?.release()
    }
  }

  #topic(topic: string): TopicLog {
    const known = this.#topics.get(topic)
    if (known !== undefined) return known
    if (!/^[a-z][a-z0-9-]*$/.test(topic)) throw new TocsinError('internal', `"${topic}" is no name of a topic`)
    const { state, options, partitions, writer, keeper } = this.#parts
    const log = new TopicLog({
      state: state.topics.find((candidate) => candidate.topic === topic) ?? { topic, segments: [], ends: [] },
      partitions,
      begins: new Map(state.begins.filter((at) => at.topic === topic).map((at) => [at.partition, at.offset])),
      writer,
      keeper,
      failpoints: options.failpoints ?? noFailpoints,
    })
    this.#topics.set(topic, log)
    return log
  }
}
