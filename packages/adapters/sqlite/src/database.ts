/** Decides how a SQLite file is opened, which format it must have, and what its failures are called. */

import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import { TocsinError } from '@tocsin/core/domain/errors.ts'

export type Row = Record<string, SQLOutputValue>

export interface OpenOptions {
  /** Q1: FULL survives power loss at every commit; NORMAL may lose the last ones, never corrupts. */
  readonly synchronous: 'FULL' | 'NORMAL'
  readonly readOnly?: boolean
  /** Pages of WAL after which a commit checkpoints; 0 leaves it to the caller (Q2). Default SQLite's 1,000. */
  readonly autoCheckpoint?: number
}

/** Opens (or creates) a file in WAL mode; a writer waits up to 5 s for another connection's lock. */
export function openDatabase(file: string, options: OpenOptions): DatabaseSync {
  try {
    const db = new DatabaseSync(file, { readOnly: options.readOnly ?? false, timeout: 5000 })
    try {
      if (options.readOnly !== true) db.exec('PRAGMA journal_mode = WAL')
      db.exec(
        `PRAGMA synchronous = ${options.synchronous}; PRAGMA wal_autocheckpoint = ${options.autoCheckpoint ?? 1000}`,
      )
      return db
    } catch (cause) {
      db.close()
      throw cause
    }
  } catch (cause) {
    throw failureOf(cause, { file, unavailable: 'store-unavailable' })
  }
}

export interface Format {
  readonly file: string
  readonly version: number
}

/** Creates the schema in an empty file, else as {@link requireVersion}. */
export function ensureSchema(db: DatabaseSync, format: Format & { readonly schema: string }): void {
  if (userVersion(db) !== 0) return requireVersion(db, format)
  transaction(db, () => db.exec(`${format.schema}; PRAGMA user_version = ${format.version}`))
}

/** Every stored record carries a version, here the file's: throws `data-version` when it is another one. */
export function requireVersion(db: DatabaseSync, format: Format): void {
  const version = userVersion(db)
  if (version === format.version) return
  if (version === 0) throw new TocsinError('data-damaged', `${format.file} is empty`)
  throw new TocsinError(
    'data-version',
    `${format.file} has format version ${version}, this Tocsin reads ${format.version}`,
  )
}

function userVersion(db: DatabaseSync): number {
  return integer(db.prepare('PRAGMA user_version').get(), 'user_version')
}

export function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (cause) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw cause
  }
}

const SQLITE_CORRUPT = 11
const SQLITE_NOTADB = 26

/** A failure under its code: `data-damaged` when the file is no sound database, else what the caller names. */
export function failureOf(
  cause: unknown,
  context: { readonly file?: string; readonly unavailable: 'log-unavailable' | 'store-unavailable' },
): TocsinError {
  if (cause instanceof TocsinError) return cause
  const message = cause instanceof Error ? cause.message : String(cause)
  const where = context.file === undefined ? '' : `${context.file}: `
  const primary = errcode(cause) & 0xff
  if (primary === SQLITE_CORRUPT || primary === SQLITE_NOTADB) {
    return new TocsinError('data-damaged', `${where}${message}`, { cause })
  }
  return new TocsinError(context.unavailable, `${where}${message}`, { cause, retry: true })
}

export function errcode(error: unknown): number {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0
}

export function integer(row: Row | undefined, column: string): number {
  const value = row?.[column]
  if (typeof value !== 'number') throw new TocsinError('data-damaged', `column ${column} holds no integer`)
  return value
}

export function text(row: Row | undefined, column: string): string {
  const value = row?.[column]
  if (typeof value !== 'string') throw new TocsinError('data-damaged', `column ${column} holds no text`)
  return value
}

export function textOrNull(row: Row | undefined, column: string): string | null {
  return row?.[column] === null ? null : text(row, column)
}

export function bytes(row: Row | undefined, column: string): Uint8Array<ArrayBuffer> {
  const value = row?.[column]
  if (!(value instanceof Uint8Array)) throw new TocsinError('data-damaged', `column ${column} holds no bytes`)
  return value
}
