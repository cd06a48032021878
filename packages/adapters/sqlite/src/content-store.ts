/** Registry versions, rules and models on SQLite by the SHA-256 of their canonical JSON, durable before a record names them. */

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { ContentStore } from '@tocsin/core/ports/content-store.ts'
import { text } from './database.ts'
import { openStore } from './store-protocol.ts'

const schema = 'CREATE TABLE content (hash TEXT PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID'

/**
 * `folder` is created if need be; the file is `content.db`, synchronous FULL (Q1). Nothing is ever removed: a kept record
 * may name any of it (I4). `get` rejects with `content-missing`, or `data-damaged` when the content is not what its hash
 * says.
 */
export async function sqliteContentStore(options: {
  readonly folder: string
}): Promise<ContentStore & { close(): Promise<void> }> {
  const file = join(options.folder, 'content.db')
  const thread = await openStore({ file, version: 1, schema, synchronous: 'FULL', expendable: false })
  return {
    async put(content) {
      const hash = sha256(content)
      await thread.call('run', [{ sql: 'INSERT OR IGNORE INTO content VALUES (?, ?)', params: [hash, content] }])
      return hash
    },
    async get(hash) {
      const [rows = []] = await thread.call('run', [
        { sql: 'SELECT content FROM content WHERE hash = ?', params: [hash] },
      ])
      const row = rows[0]
      if (row === undefined) throw new TocsinError('content-missing', `${file} has no content ${hash}`)
      const content = text(row, 'content')
      if (sha256(content) !== hash) throw new TocsinError('data-damaged', `${file}: content ${hash} is altered`)
      return content
    },
    close: () => thread.close(),
  }
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex')
}
