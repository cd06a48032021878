/** The engine's checkpoints on SQLite: one row per (partition, site, claim), each with a checksum. */

import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Checkpoint, CheckpointStore } from '@tocsin/core/ports/checkpoint-store.ts'
import { bytes, integer, text, type Row } from './database.ts'
import { openStore, type StoreCalls } from './store-protocol.ts'
import type { Thread } from './thread.ts'

const schema = `CREATE TABLE checkpoints (
  partition INTEGER, site TEXT, claim TEXT, offset INTEGER NOT NULL, n INTEGER NOT NULL, crc INTEGER NOT NULL,
  state BLOB NOT NULL, PRIMARY KEY (partition, site, claim))`

/** `folder` is created if need be; the file is `checkpoints.db`. A damaged file is put aside (R9). */
export async function sqliteCheckpointStore(options: { readonly folder: string }): Promise<CheckpointStore> {
  const file = join(options.folder, 'checkpoints.db')
  return new SqliteCheckpointStore(
    await openStore({ file, version: 1, schema, synchronous: 'NORMAL', expendable: true }),
  )
}

class SqliteCheckpointStore implements CheckpointStore {
  readonly #thread: Thread<StoreCalls>

  constructor(thread: Thread<StoreCalls>) {
    this.#thread = thread
  }

  async save(partition: number, checkpoints: readonly Checkpoint[]): Promise<void> {
    const sql = `INSERT INTO checkpoints VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
      offset = excluded.offset, n = excluded.n, crc = excluded.crc, state = excluded.state WHERE excluded.offset >= offset`
    const steps = checkpoints.map((checkpoint) => {
      const { site, claim, offset, n, state } = checkpoint
      return { sql, params: [partition, site, claim, offset, n, checksum(partition, checkpoint), state] }
    })
    await this.#thread.call('run', steps)
  }

  async load(partition: number): Promise<{ readonly checkpoints: readonly Checkpoint[]; readonly damaged: number }> {
    const sql = 'SELECT * FROM checkpoints WHERE partition = ? ORDER BY site, claim'
    const [rows = []] = await this.#thread.call('run', [{ sql, params: [partition] }])
    const checkpoints: Checkpoint[] = []
    for (const row of rows) {
      const checkpoint = checkpointOf(row)
      if (checksum(partition, checkpoint) === integer(row, 'crc')) checkpoints.push(checkpoint)
    }
    return { checkpoints, damaged: rows.length - checkpoints.length }
  }

  async prune(partition: number, claims: readonly string[]): Promise<void> {
    const sql = 'DELETE FROM checkpoints WHERE partition = ? AND claim NOT IN (SELECT value FROM json_each(?))'
    await this.#thread.call('run', [{ sql, params: [partition, JSON.stringify(claims)] }])
  }

  close(): Promise<void> {
    return this.#thread.close()
  }
}

function checkpointOf(row: Row): Checkpoint {
  return {
    site: text(row, 'site'),
    claim: text(row, 'claim'),
    offset: integer(row, 'offset'),
    n: integer(row, 'n'),
    state: bytes(row, 'state'),
  }
}

function checksum(partition: number, { site, claim, offset, n, state }: Checkpoint): number {
  return crc32(state, crc32(`${partition}/${site}/${claim}/${offset}/${n}`))
}
