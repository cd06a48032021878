// Decides which lines the strip has: the worst; under the pointer those that stood there, newcomers below them.

import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import type { AlarmId } from '@tocsin/core/domain/ids.ts'

/** Lines of the strip: where there are more, the last one counts them, so that its height never changes. */
const stripLines = 4

/**
 * @param worst in their order, worst first
 * @param held the lines that stood when the pointer came; null when it is not there
 * @param find an alarm by its id, also one that is no longer pinned
 */
export function linesOf(
  worst: readonly AlarmView[],
  held: readonly AlarmId[] | null,
  find: (id: AlarmId) => AlarmView | undefined,
): readonly AlarmView[] {
  const first = worst.slice(0, worst.length > stripLines ? stripLines - 1 : stripLines)
  if (held === null) return first
  const stood = held.flatMap((id) => find(id) ?? [])
  // Only what would have a line of its own if nothing were held.
  const came = first.filter(({ id }) => !held.includes(id))
  return [...stood, ...came]
}
