/** How a taker's state comes together: each site from its covered checkpoint or the base, the clock of the furthest behind (R5, R6). */

import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { SiteId } from '@tocsin/core/domain/ids.ts'
import type { StartPoint } from '@tocsin/core/domain/journal-record.ts'
import { beginRedo, type Redo } from '@tocsin/core/engine/redo.ts'
import { type EngineState, newSite, type SiteState } from '@tocsin/core/engine/state.ts'
import { restoreSite, scheduleAll, storedClock, storedHashes } from '@tocsin/core/engine/state-v1.ts'
import { newEngine } from '@tocsin/core/engine/step.ts'
import { choose, type Evidence } from '@tocsin/core/engine/takeover.ts'
import type { Checkpoint } from '@tocsin/core/ports/checkpoint-store.ts'
import type { Base } from '@tocsin/wire/base-record-v1.ts'
import type { Contents } from './contents.ts'

export interface Restored {
  readonly engine: EngineState
  readonly offset: number
  readonly redos: Map<SiteId, Redo>
  readonly starts: Map<SiteId, StartPoint>
}

/** What the accepted journal and the stores say of a partition. */
export interface Findings {
  readonly evidence: Evidence
  readonly base: Base | null
  readonly checkpoints: readonly Checkpoint[]
}

/** Puts every site back as the journal covers it, and begins the redos of those whose journal goes further (R5, R6). */
export async function restore(contents: Contents, findings: Findings): Promise<Restored> {
  const { evidence, base, checkpoints } = findings
  const engine = newEngine()
  const floor = base?.offset ?? 0
  const sites = new Set([...(base?.sites.keys() ?? []), ...evidence.journal.keys(), ...checkpoints.map((c) => c.site)])
  for (const events of evidence.events.values()) for (const site of events.keys()) sites.add(site)
  const usable = checkpoints.filter((c) => c.offset >= floor)
  const starts = new Map<SiteId, StartPoint>()
  const redos = new Map<SiteId, Redo>()
  let offset = Infinity
  let clock: EngineState['clock'] | null = null
  for (const id of [...sites].sort()) {
    const chosen = choose(evidence, usable, id)
    const from = chosen === 'base' ? floor : chosen.offset
    const text = chosen === 'base' ? base?.sites.get(id)?.state : new TextDecoder().decode(chosen.state)
    starts.set(id, chosen === 'base' ? 'base' : { claim: chosen.claim, offset: chosen.offset })
    if (text === undefined) {
      if (from < offset) [offset, clock] = [from, null]
      continue
    }
    const site = await restoreStored(contents, engine, { text, from })
    if (from < offset) [offset, clock] = [from, site.clock]
  }
  if (offset === Infinity) offset = floor
  clock ??= clockOf(base)
  if (clock) Object.assign(engine.clock, clock)
  scheduleAll(engine)
  for (const id of sites) {
    const site = engine.sites.get(id)
    const theirs = (evidence.journal.get(id) ?? []).filter(({ event }) => event.n > (site?.n ?? 0))
    if (theirs.length > 0) redos.set(id, beginRedo(site ?? emptySite(engine, id, floor), theirs))
  }
  return { engine, offset, redos, starts }
}

/** At the base's offset every site has the same clock, also those that are not in it. */
function clockOf(base: Base | null): EngineState['clock'] | null {
  for (const { state } of base?.sites.values() ?? []) {
    const clock = storedClock(state)
    if (clock.ok) return clock.value
  }
  return null
}

/** One stored state with the contents that it names. Rejects with `data-version` or `content-missing`. */
export async function restoreStored(
  contents: Contents,
  engine: EngineState,
  { text, from }: { readonly text: string; readonly from: number },
): Promise<{ site: SiteState; clock: EngineState['clock'] }> {
  const hashes = storedHashes(text)
  if (!hashes.ok) throw new TocsinError('data-version', hashes.error)
  const { config, rules } = hashes.value
  const found = rules === null ? null : await contents.configuration(config, rules)
  const restored = restoreSite(engine, { text, from, contents: found })
  if (!restored.ok) throw new TocsinError('data-version', restored.error)
  return restored.value
}

function emptySite(engine: EngineState, id: SiteId, from: number) {
  const site = newSite(id, from)
  engine.sites.set(id, site)
  return site
}
