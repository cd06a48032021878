/**
 * Decides who may write in a data folder: whoever holds SQLite's exclusive lock on lock.db. The operating system drops
 * the lock when its holder dies, so a lock never has to be guessed stale (Q1).
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import { errcode, failureOf } from './database.ts'
import { makeFolder } from './files.ts'

const SQLITE_BUSY = 5

export interface FolderLock {
  release(): void
}

/** Creates the folder if need be and locks it; throws `data-locked` naming the holder's pid. */
export function lockFolder(folder: string): FolderLock {
  makeFolder(folder)
  // The pid is told in a file beside the lock: nobody can read lock.db while it is locked.
  const pidFile = join(folder, 'lock.pid')
  const db = new DatabaseSync(join(folder, 'lock.db'), { timeout: 0 })
  try {
    db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    writeFileSync(pidFile, `${process.pid}\n`)
  } catch (cause) {
    db.close()
    if ((errcode(cause) & 0xff) !== SQLITE_BUSY)
      throw failureOf(cause, { file: folder, unavailable: 'store-unavailable' })
    throw new TocsinError('data-locked', `${folder} is in use by the Tocsin with pid ${holder(pidFile)}`, { cause })
  }
  return { release: () => db.close() }
}

function holder(pidFile: string): string {
  try {
    return readFileSync(pidFile, 'utf8').trim()
  } catch {
    return 'unknown'
  }
}
