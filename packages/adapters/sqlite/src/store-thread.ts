/** A thread that runs statements on one database file for a small store, each call one transaction. */

import { renameSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { workerData } from 'node:worker_threads'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import { ensureSchema, failureOf, openDatabase, transaction, type Row } from './database.ts'
import { removeDatabase } from './files.ts'
import { storeThreadData, type StoreCalls } from './store-protocol.ts'
import { serve } from './thread.ts'

const { file, version, schema, synchronous, expendable } = storeThreadData(workerData)
let open: DatabaseSync | null = null

function database(): DatabaseSync {
  return (open ??= openStore())
}

function openStore(): DatabaseSync {
  try {
    return openSound()
  } catch (cause) {
    // What can be computed again is put aside, so that a damaged file never keeps Tocsin from starting (R9).
    if (!expendable || !(cause instanceof TocsinError) || cause.code !== 'data-damaged') throw cause
    removeDatabase(`${file}.damaged`)
    renameSync(file, `${file}.damaged`)
    removeDatabase(file)
    return openSound()
  }
}

function openSound(): DatabaseSync {
  const db = openDatabase(file, { synchronous })
  try {
    ensureSchema(db, { file, version, schema })
    if (expendable) {
      const [found] = db.prepare('PRAGMA quick_check(1)').all()
      if (found?.['quick_check'] !== 'ok')
        throw new TocsinError('data-damaged', `${file}: ${String(found?.['quick_check'])}`)
    }
    return db
  } catch (cause) {
    db.close()
    throw failureOf(cause, { file, unavailable: 'store-unavailable' })
  }
}

serve<StoreCalls>(
  {
    run: (steps) => {
      try {
        const db = database()
        const answer = transaction(db, () =>
          steps.map((step): Row[] =>
            db
              .prepare(step.sql)
              .all(...step.params)
              .map((row) => ({ ...row })),
          ),
        )
        return { answer }
      } catch (cause) {
        throw failureOf(cause, { file, unavailable: 'store-unavailable' })
      }
    },
  },
  { unavailable: 'store-unavailable', close: () => open?.close() },
)
