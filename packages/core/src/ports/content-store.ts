/**
 * Registry versions, rules and models by the hash of their canonical JSON (I4): stored before a record names them, kept
 * while any kept record does.
 *
 * Contract: `put` resolves when the content is durable and gives its hash, the same for the same content however often
 * it is put; `get` gives what was put, or rejects with `content-missing`.
 */

import type { Hash } from '../domain/ids.ts'

export interface ContentStore {
  put(content: string): Promise<Hash>
  get(hash: Hash): Promise<string>
}
