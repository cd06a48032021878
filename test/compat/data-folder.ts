/** The recorded data folder: log, contents, checkpoints and history as real SQLite files, each kept gzipped. */

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { sqliteCheckpointStore } from '@tocsin/adapter-sqlite/checkpoint-store.ts'
import { sqliteContentStore } from '@tocsin/adapter-sqlite/content-store.ts'
import { sqliteEventLog } from '@tocsin/adapter-sqlite/event-log.ts'
import { sqliteHistory } from '@tocsin/adapter-sqlite/history.ts'
import { type EventLog, type LogAppend, topics } from '@tocsin/core/ports/event-log.ts'
import type { ReadingsRecord, SiteRecord } from '@tocsin/core/domain/site-record.ts'
import { dataFolders } from '@tocsin/standalone/folders.ts'
import { type BaseRecord, encodeBaseRecord } from '@tocsin/wire/base-record-v1.ts'
import { encodeBroadcastRecord } from '@tocsin/wire/broadcast-record-v1.ts'
import { encodeRejectedRecord } from '@tocsin/wire/rejected-record-v1.ts'
import { encodeSiteRecord } from '@tocsin/wire/site-record-v1.ts'
import { toAppend } from '@tocsin/worker/output.ts'
import { rejectedRecord } from './formats-stored.ts'
import { runPartition } from './run-story.ts'
import { tellBroadcasts } from './story-broadcasts.ts'
import { contents, PARTITIONS, tellStory } from './story.ts'

/** Small, so that the recorded log has several segments and the older ones can be dropped. */
export const SEGMENT_BYTES = 48 * 1024

const isReadings = (record: SiteRecord): record is ReadingsRecord => record.kind === 'readings'

/** Writes the story into an empty folder as a Tocsin would have left it. */
export async function writeData(data: string): Promise<void> {
  const folders = dataFolders(data)
  const story = tellStory()
  const runs = story.map((records, partition) => runPartition(partition, records))
  const log = await sqliteEventLog({ folder: folders.log, partitions: PARTITIONS, segmentBytes: SEGMENT_BYTES })
  await appendAll(
    log,
    topics.siteLog,
    story.map((records, partition) => records.map((record) => siteAppend(record, partition))),
  )
  await appendAll(
    log,
    topics.alarmEvents,
    runs.map(({ journal }, partition) => journal.map((record) => toAppend(record, partition))),
  )
  for (const [partition, { base }] of runs.entries())
    await log.append(
      topics.base,
      base.map((record) => baseAppend(record, partition)),
    )
  const { records } = tellBroadcasts()
  const broadcasts = records.map((record) => ({ key: record.platform, value: encodeBroadcastRecord(record) }))
  await appendAll(log, topics.broadcastLog, [broadcasts])
  await log.append(topics.rejected, [{ key: rejectedRecord.gateway, value: encodeRejectedRecord(rejectedRecord) }])
  await log.close()

  const store = await sqliteContentStore({ folder: folders.stores })
  for (const content of Object.values(contents)) await store.put(content)
  await store.close()
  const checkpoints = await sqliteCheckpointStore({ folder: folders.stores })
  for (const [partition, run] of runs.entries()) await checkpoints.save(partition, run.checkpoints)
  await checkpoints.close()
  const history = await sqliteHistory({ folder: folders.history })
  for (const [partition, log1] of story.entries()) await history.write(partition, log1.filter(isReadings), log1.length)
  await history.flush()
  await history.close()
}

function siteAppend(record: SiteRecord, partition: number): LogAppend {
  return { key: record.kind === 'tick' ? 'tick' : record.site, value: encodeSiteRecord(record), partition }
}

function baseAppend(record: BaseRecord, partition: number): LogAppend {
  return { key: `${record.claim}/${record.offset}`, value: encodeBaseRecord(record), partition }
}

/** A few records of each partition a commit, as they come in life. */
async function appendAll(log: EventLog, topic: string, partitions: readonly (readonly LogAppend[])[]): Promise<void> {
  const most = Math.max(...partitions.map((records) => records.length))
  for (let i = 0; i < most; i += 8)
    await log.append(
      topic,
      partitions.flatMap((records) => records.slice(i, i + 8)),
    )
}

/** Keeps every file of the data folder, gzipped, in another. */
export function pack(data: string, packed: string): void {
  rmSync(packed, { recursive: true, force: true })
  for (const path of files(data)) {
    if (path.endsWith('.pid')) continue
    put(join(packed, `${path}.gz`), gzipSync(readFileSync(join(data, path)), { level: 9 }))
  }
}

/** The other way. */
export function unpack(packed: string, data: string): void {
  for (const path of files(packed))
    put(join(data, path.replace(/\.gz$/, '')), gunzipSync(readFileSync(join(packed, path))))
}

function put(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, bytes)
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}
