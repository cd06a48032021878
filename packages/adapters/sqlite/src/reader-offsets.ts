/** Decides when readers' offsets are saved: at most half a second after they moved, and on stop. */

import type { KeeperCalls, ReaderOffset } from './log-protocol.ts'
import type { Thread } from './thread.ts'

const saveEveryMs = 500

interface Entry {
  noted: number
  saved: number | null
  readonly of: Omit<ReaderOffset, 'offset'>
}

export class ReaderOffsets {
  readonly #keeper: Thread<KeeperCalls>
  readonly #entries = new Map<string, Entry>()
  #timer: NodeJS.Timeout | null = null

  constructor(keeper: Thread<KeeperCalls>, saved: readonly ReaderOffset[]) {
    this.#keeper = keeper
    for (const { offset, ...of } of saved) this.#entries.set(keyOf(of), { noted: offset, saved: offset, of })
  }

  /** The offset that is on disk. */
  saved(of: Omit<ReaderOffset, 'offset'>): number | null {
    return this.#entries.get(keyOf(of))?.saved ?? null
  }

  note(of: Omit<ReaderOffset, 'offset'>, offset: number): void {
    const key = keyOf(of)
    const entry = this.#entries.get(key)
    if (entry === undefined) this.#entries.set(key, { noted: offset, saved: null, of })
    else entry.noted = offset
    // A save that fails is repeated with the next one: offsets may be behind, and stop says so if it persists.
    this.#timer ??= setTimeout(() => void this.save().catch(() => undefined), saveEveryMs)
  }

  async save(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const due = [...this.#entries.values()].filter((entry) => entry.noted !== entry.saved)
    if (due.length === 0) return
    const readers = due.map((entry) => ({ ...entry.of, offset: entry.noted }))
    await this.#keeper.call('save', { readers, begins: [] })
    for (const [i, entry] of due.entries()) entry.saved = readers[i]?.offset ?? entry.saved
  }
}

function keyOf(of: Omit<ReaderOffset, 'offset'>): string {
  return `${of.topic}/${of.partition}/${of.reader}`
}
