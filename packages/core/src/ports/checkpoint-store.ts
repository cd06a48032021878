/**
 * Where the engine keeps its state between starts. Losing it costs recovery time, never an alarm (R9); whether a
 * checkpoint counts is decided by the journal (R5), not by the store.
 *
 * Contract: `save` resolves when the checkpoints can be read back; an older one of the same (partition, site, claim) is
 * replaced; `load` gives every checkpoint kept of a partition, damaged ones left out and counted.
 */

import type { SiteId } from '../domain/ids.ts'

export interface Checkpoint {
  readonly site: SiteId
  readonly claim: string
  /** Offset of the next site-log record to handle. */
  readonly offset: number
  /** Number of the site's last journal event. */
  readonly n: number
  /** The site's state, a versioned record that only the engine reads. */
  readonly state: Uint8Array
}

export interface CheckpointStore {
  save(partition: number, checkpoints: readonly Checkpoint[]): Promise<void>
  load(partition: number): Promise<{ readonly checkpoints: readonly Checkpoint[]; readonly damaged: number }>
  /** Removes checkpoints of other claims than these. */
  prune(partition: number, claims: readonly string[]): Promise<void>
  close(): Promise<void>
}
