/** How a replay meets the journal that is already written: send the rest, or correct what another version decided (R6). */

import type { AlarmEvent } from '../domain/alarm-event.ts'
import { type AlarmTable, type AlarmView, applyEvent } from '../domain/alarm-view.ts'
import { emit, type Output } from './journal.ts'
import { ENGINE_VERSION } from './limits.ts'
import { occurrenceKey, type SiteState } from './state.ts'

/** A site whose journal goes beyond the state it starts from. */
export interface Redo {
  readonly site: SiteState
  /** The journal's events after the starting state, in order, with their input offsets. */
  readonly theirs: readonly { readonly input: number; readonly event: AlarmEvent }[]
  /** The alarm table of the starting state with the journal's events applied: what readers hold. */
  readonly readers: AlarmTable
  /** What the replay gave so far, with input offsets. */
  readonly mine: { readonly input: number; readonly event: AlarmEvent }[]
}

/** Begins the redo; `site` is the restored state, not yet stepped. */
export function beginRedo(site: SiteState, theirs: Redo['theirs']): Redo {
  const readers: AlarmTable = new Map(site.table)
  for (const { event } of theirs) applyEvent(readers, event)
  return { site, theirs, readers, mine: [] }
}

/** Input offset that the worker must have handled before the redo can end. */
export function redoUntil(redo: Redo): number {
  return redo.theirs.at(-1)?.input ?? -1
}

/**
 * Ends the redo once the worker has passed {@link redoUntil}.
 * @returns the events to send: what the journal lacks, or `corrected` events where it says something else
 */
export function finishRedo(redo: Redo, out: Output): { input: number; event: AlarmEvent }[] {
  const { site, theirs, mine } = redo
  const isBeginning = theirs.every(({ event }, i) => mine[i]?.event.hash === event.hash)
  if (isBeginning) return mine.slice(theirs.length)
  const last = theirs.at(-1)
  if (last) {
    site.n = last.event.n
    site.head = last.event.hash
  }
  const input = Math.max(redoUntil(redo), mine.at(-1)?.input ?? -1)
  const from = out.events.length
  correct(redo, out)
  for (const { event } of theirs) {
    if (event.content.kind !== 'raised') continue
    const key = occurrenceKey(event.content.subject, event.content.rule.id)
    site.occurrences.set(key, Math.max(site.occurrences.get(key) ?? 0, event.content.occurrence))
  }
  return out.events.slice(from).map((event) => ({ input, event }))
}

/** From the table that readers hold to the engine's own: afterwards both are the same in all that an officer acts on. */
function correct({ site, readers }: Redo, out: Output): void {
  const own = site.table
  site.table = new Map(readers)
  for (const alarm of readers.keys()) {
    if (!own.has(alarm)) emit(site, out, { kind: 'corrected', alarm, state: 'closed', engine: ENGINE_VERSION })
  }
  for (const view of own.values()) correctOne(site, out, view)
}

function correctOne(site: SiteState, out: Output, own: AlarmView): void {
  const { id: alarm, subject, rule, occurrence, onset, verdict, severity } = own
  const known = site.table.get(alarm)
  const isReopened = own.active && known?.active === false
  // P6: what the engine holds as not acknowledged was not seen.
  const isSeen = own.active && known !== undefined && known.acknowledged !== null && own.acknowledged === null
  if (!known || known.severity !== severity || isReopened || isSeen) {
    const revision = Math.max(own.revision, (known?.revision ?? 0) + 1)
    const said = own.active ? verdict : { ...verdict, severity }
    emit(site, out, {
      kind: 'corrected',
      alarm,
      state: 'open',
      engine: ENGINE_VERSION,
      subject,
      rule,
      occurrence,
      revision,
      onset,
      verdict: said,
    })
  }
  const now = site.table.get(alarm)
  if (!now) return
  if (!own.active && now.active) {
    emit(site, out, { kind: 'cleared', alarm, revision: now.revision + 1, lag: 0, verdict })
    return
  }
  if (own.stale && !now.stale) emit(site, out, { kind: 'stale', alarm, cause: own.stale.cause })
  if (!own.stale && now.stale) emit(site, out, { kind: 'fresh', alarm })
}
