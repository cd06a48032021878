/** A look at the data folder of a Tocsin that may be running: nothing is locked. */

import { sqliteContentStore } from '@tocsin/adapter-sqlite/content-store.ts'
import { sqliteEventLog } from '@tocsin/adapter-sqlite/event-log.ts'
import type { Settings } from '@tocsin/config/settings.ts'
import type { ContentStore } from '@tocsin/core/ports/content-store.ts'
import type { EventLog } from '@tocsin/core/ports/event-log.ts'
import { dataFolders } from '@tocsin/standalone/folders.ts'

export interface Look {
  readonly log: EventLog
  readonly contents: ContentStore
  readonly close: () => Promise<void>
}

/** Rejects as the log does, with `log-unavailable` where there is none. */
export async function look(settings: Settings): Promise<Look> {
  const folders = dataFolders(settings.data)
  const log = await sqliteEventLog({ folder: folders.log, partitions: settings.log.partitions, readOnly: true })
  const contents = await sqliteContentStore({ folder: folders.stores })
  return {
    log,
    contents,
    close: async () => {
      await contents.close()
      await log.close()
    },
  }
}
