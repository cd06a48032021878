/** Whether `broadcast-log` is whole and unaltered, by its fold (B7): what `journal verify` says of it. */

import type { BroadcastRecord } from '../domain/broadcast.ts'
import type { Hash } from '../domain/ids.ts'
import type { Books, BrokenChain } from './book.ts'
import { foldBroadcast, type Sha256 } from './fold.ts'

export interface VerifiedPlatform {
  readonly platform: string
  readonly entries: number
  /** Of the last record: two copies of a log are the same when it is. */
  readonly head: Hash
  /** Claims and closes whose writer had another chain before it than the log has now. */
  readonly broken: readonly BrokenChain[]
}

/**
 * Takes a partition's records in log order and follows each platform's chain. Records name the chain as their writer
 * knew it: what was changed, added or taken away before them shows; what was cut off at the end does not.
 */
export function broadcastVerifier(sha256: Sha256): {
  take(record: BroadcastRecord): void
  result(): readonly VerifiedPlatform[]
} {
  const books: Books = new Map()
  return {
    take: (record) => {
      foldBroadcast(books, record, sha256)
    },
    result: () =>
      [...books.values()].map(({ platform, n, head, broken }) => ({ platform, entries: n, head, broken: [...broken] })),
  }
}
