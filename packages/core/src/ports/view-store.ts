/**
 * A gateway's folded view with the next offset to read, saved as one value (F2). Losing it costs time only.
 *
 * Contract: `load` gives the newest saved value of the name, or null; `save` replaces it whole or not at all.
 */

export interface ViewStore {
  save(name: string, value: Uint8Array): Promise<void>
  load(name: string): Promise<Uint8Array | null>
}
