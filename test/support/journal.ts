/** What a system's data folder holds, read as any other program would. */

import { sqliteContentStore } from '@tocsin/adapter-sqlite/content-store.ts'
import { sqliteEventLog } from '@tocsin/adapter-sqlite/event-log.ts'
import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import { type AlarmTable, applyEvent } from '@tocsin/core/domain/alarm-view.ts'
import type { SiteRecord } from '@tocsin/core/domain/site-record.ts'
import { topics } from '@tocsin/core/ports/event-log.ts'
import { dataFolders } from '@tocsin/standalone/folders.ts'
import { decodeSiteRecord } from '@tocsin/wire/site-record-v1.ts'
import { type Heads, headsHash, readJournal } from '@tocsin/worker/journal-reader.ts'
import { replay } from '@tocsin/worker/replay.ts'

export interface Stored {
  readonly events: readonly AlarmEvent[]
  readonly records: readonly SiteRecord[]
  readonly table: AlarmTable
  readonly journalHash: string
  /** Of the engine run anew over the site-log that is there. */
  readonly replayHash: string
}

/** Reads everything; the system may not be running. */
export async function readStored(data: string, partitions = 2): Promise<Stored> {
  const folders = dataFolders(data)
  const log = await sqliteEventLog({ folder: folders.log, partitions, readOnly: true, verify: 'all' })
  const contents = await sqliteContentStore({ folder: folders.stores })
  const events: AlarmEvent[] = []
  const heads: Heads = new Map()
  const table: AlarmTable = new Map()
  for await (const { event } of readJournal(log)) {
    events.push(event)
    heads.set(event.site, { n: event.n, hash: event.hash })
    applyEvent(table, event)
  }
  const records: SiteRecord[] = []
  for (let partition = 0; partition < partitions; partition++) {
    const { begin, end } = await log.bounds(topics.siteLog, partition)
    for (let from = begin; from < end;) {
      const batch = await log.read(topics.siteLog, partition, from)
      for (const { value } of batch.records) {
        const record = decodeSiteRecord(value)
        if (record.ok) records.push(record.value)
      }
      from = batch.next
    }
  }
  const replayed: Heads = new Map()
  await replay({ log, contents, onEvent: ({ site, n, hash }) => replayed.set(site, { n, hash }) })
  await contents.close()
  await log.close()
  return { events, records, table, journalHash: headsHash(heads), replayHash: headsHash(replayed) }
}
