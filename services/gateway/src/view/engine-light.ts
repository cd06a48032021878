/** How current the engine is: the oldest partition's newest progress mark, and when it last moved on (F1). */

import type { Millis } from '@tocsin/core/domain/ids.ts'
import type { Clock } from '@tocsin/core/ports/clock.ts'

export interface EngineLight {
  /** @param live whether the mark came after this gateway started; an old one says nothing of the engine now */
  mark(partition: number, now: Millis, live: boolean): void
  /** Engine clock of the oldest partition's newest mark; null while a partition has none. */
  oldest(): Millis | null
  /** Grows each time the oldest moves past all before. */
  moves(): number
  /** ms since the last live move, or since the start. */
  silentFor(): Millis
}

export function createEngineLight(partitions: number, clock: Clock): EngineLight {
  const marks = Array.from({ length: partitions }, (): Millis | null => null)
  let highest = Number.NEGATIVE_INFINITY
  let moves = 0
  let movedAt = clock.mono()

  function oldest(): Millis | null {
    let least: Millis | null = null
    for (const mark of marks) {
      if (mark === null) return null
      if (least === null || mark < least) least = mark
    }
    return least
  }

  return {
    mark(partition, now, live) {
      marks[partition] = now
      const least = oldest()
      // a taker that replays gives old marks: no move, so the page's clock shows that the engine is behind
      if (least === null || least <= highest) return
      highest = least
      if (!live) return
      moves++
      movedAt = clock.mono()
    },
    oldest,
    moves: () => moves,
    silentFor: () => clock.mono() - movedAt,
  }
}
