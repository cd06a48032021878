/** A gateway's saved views on SQLite: one row a name, replaced whole, with a checksum. */

import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { ViewStore } from '@tocsin/core/ports/view-store.ts'
import { bytes, integer, text, type Row } from './database.ts'
import { openStore } from './store-protocol.ts'

const schema = 'CREATE TABLE views (name TEXT PRIMARY KEY, crc INTEGER NOT NULL, value BLOB NOT NULL)'

/**
 * `folder` is created if need be; the file is `views.db`. A damaged view loads as null and a damaged file is put aside:
 * both cost time only (F2).
 */
export async function sqliteViewStore(options: {
  readonly folder: string
}): Promise<ViewStore & { close(): Promise<void> }> {
  const file = join(options.folder, 'views.db')
  const thread = await openStore({ file, version: 1, schema, synchronous: 'NORMAL', expendable: true })
  return {
    async save(name, value) {
      await thread.call('run', [
        { sql: 'INSERT OR REPLACE INTO views VALUES (?, ?, ?)', params: [name, checksum(name, value), value] },
      ])
    },
    async load(name) {
      const [rows = []] = await thread.call('run', [
        { sql: 'SELECT crc, value FROM views WHERE name = ?', params: [name] },
      ])
      const row = rows[0]
      return row === undefined ? null : soundValue(name, row)
    },
    async loadAll(prefix) {
      // names are compared as UTF-8: none that begins with the prefix stands after the prefix and the last code point
      const [rows = []] = await thread.call('run', [
        {
          sql: 'SELECT name, crc, value FROM views WHERE name >= ? AND name <= ?',
          params: [prefix, `${prefix}\u{10ffff}`],
        },
      ])
      const found = new Map<string, Uint8Array>()
      for (const row of rows) {
        const name = text(row, 'name')
        const value = soundValue(name, row)
        if (value !== null) found.set(name, value)
      }
      return found
    },
    async remove(name) {
      await thread.call('run', [{ sql: 'DELETE FROM views WHERE name = ?', params: [name] }])
    },
    close: () => thread.close(),
  }
}

function soundValue(name: string, row: Row): Uint8Array | null {
  const value = bytes(row, 'value')
  return checksum(name, value) === integer(row, 'crc') ? value : null
}

function checksum(name: string, value: Uint8Array): number {
  return crc32(value, crc32(name))
}
