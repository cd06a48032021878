/**
 * A gateway's folded view with the next offset to read, saved as one value (F2), and its sessions, one value each.
 * Losing it costs time only.
 *
 * Contract: `load` gives the newest saved value of the name, or null; `save` replaces it whole or not at all, and
 * touches no other name, whoever else saves at the same time. `loadAll` gives what `load` gives for every saved name
 * that begins with the prefix. `remove` makes the name one that was never saved.
 */

export interface ViewStore {
  save(name: string, value: Uint8Array): Promise<void>
  load(name: string): Promise<Uint8Array | null>
  /** By name; what is damaged is left out. */
  loadAll(prefix: string): Promise<ReadonlyMap<string, Uint8Array>>
  remove(name: string): Promise<void>
}
