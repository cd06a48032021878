/** A gateway's saved views on SQLite: one row a name, replaced whole, with a checksum. */

import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { ViewStore } from '@tocsin/core/ports/view-store.ts'
import { bytes, integer } from './database.ts'
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
      if (row === undefined) return null
      const value = bytes(row, 'value')
      return checksum(name, value) === integer(row, 'crc') ? value : null
    },
    close: () => thread.close(),
  }
}

function checksum(name: string, value: Uint8Array): number {
  return crc32(value, crc32(name))
}
