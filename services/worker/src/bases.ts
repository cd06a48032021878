/** The base of a partition: written whole, then stated in the journal, and read back by a taker (R8). */

import { accept, type Acceptance } from '@tocsin/core/domain/acceptance.ts'
import type { JournalRecord } from '@tocsin/core/domain/journal-record.ts'
import type { EngineState } from '@tocsin/core/engine/state.ts'
import { encodeSiteState } from '@tocsin/core/engine/state-v1.ts'
import { type EventLog, topics } from '@tocsin/core/ports/event-log.ts'
import { type Base, type BaseRecord, decodeBaseRecord, encodeBaseRecord } from '@tocsin/wire/base-record-v1.ts'
import { decodeJournalRecord } from '@tocsin/wire/journal-record-v1.ts'

export interface NewBase {
  readonly claim: string
  readonly offset: number
  readonly engine: number
  readonly journal: number
}

/** The state of all sites at this moment, as records of topic `base`: built before anything else changes the state. */
export function baseRecords(engine: EngineState, base: NewBase): BaseRecord[] {
  const { claim, offset } = base
  const sites = [...engine.sites.values()].map((site): BaseRecord => ({
    kind: 'site',
    claim,
    offset,
    site: site.id,
    n: site.n,
    state: encodeSiteState(site, engine.clock),
  }))
  return [...sites, { kind: 'whole', ...base, now: engine.clock.now ?? 0, sites: sites.length }]
}

/** Makes the base durable. @returns the record that then states it in the journal */
export async function writeBase(
  log: EventLog,
  partition: number,
  records: readonly BaseRecord[],
): Promise<JournalRecord | null> {
  const whole = records.at(-1)
  if (whole?.kind !== 'whole') return null
  const { claim, offset } = whole
  await log.append(
    topics.base,
    records.map((record) => ({ key: keyOf(whole), value: encodeBaseRecord(record), partition })),
  )
  return { kind: 'base', claim, offset }
}

/** A whole base without its sites' states: these can be large, and one at a time is enough. */
export interface BaseAt extends Omit<Base, 'sites'> {
  /** Where its first record stands in topic `base`, and the offset after its last. */
  readonly first: number
  readonly end: number
}

/** All whole bases of the partition, oldest first; whether one counts is for the journal to say. */
export async function listBases(log: EventLog, partition: number): Promise<BaseAt[]> {
  const { begin, end } = await log.bounds(topics.base, partition)
  const bases: BaseAt[] = []
  const begun = new Map<string, { first: number; sites: Set<string> }>()
  for await (const { offset, record } of baseLog(log, partition, { begin, end })) {
    const key = keyOf(record)
    const own = begun.get(key) ?? { first: offset, sites: new Set<string>() }
    if (record.kind === 'site') {
      own.sites.add(record.site)
      begun.set(key, own)
      continue
    }
    begun.delete(key)
    const { kind: _, sites, ...base } = record
    if (own.sites.size === sites) bases.push({ ...base, first: own.first, end: offset + 1 })
  }
  return bases
}

/** Reads the states of a listed base. Rejects with `log-trimmed` where it was dropped meanwhile. */
export async function loadBase(log: EventLog, partition: number, at: BaseAt): Promise<Base> {
  const sites = new Map<string, { n: number; state: string }>()
  for await (const { record } of baseLog(log, partition, { begin: at.first, end: at.end })) {
    if (record.kind === 'site' && keyOf(record) === keyOf(at)) {
      sites.set(record.site, { n: record.n, state: record.state })
    }
  }
  const { first: _first, end: _end, ...base } = at
  return { ...base, sites }
}

/** Whether the journal accepted the base: read from where its writer had seen its own claim in force (R1, R8). */
export async function isAccepted(log: EventLog, partition: number, base: BaseAt): Promise<boolean> {
  const { end } = await log.bounds(topics.alarmEvents, partition)
  const state: Acceptance = { claim: base.claim, engine: base.engine, last: new Map() }
  for (let from = base.journal; from < end && state.claim === base.claim;) {
    const batch = await log.read(topics.alarmEvents, partition, from)
    if (batch.records.length === 0) return false
    for (const { value } of batch.records) {
      const record = decodeJournalRecord(value)
      if (!record.ok || !accept(state, record.value)) continue
      if (record.value.kind === 'base' && keyOf(record.value) === keyOf(base)) return true
    }
    from = batch.next
  }
  return false
}

function keyOf({ claim, offset }: { readonly claim: string; readonly offset: number }): string {
  return `${claim}/${offset}`
}

async function* baseLog(
  log: EventLog,
  partition: number,
  { begin, end }: { readonly begin: number; readonly end: number },
): AsyncGenerator<{ readonly offset: number; readonly record: BaseRecord }> {
  for (let from = begin; from < end;) {
    const batch = await log.read(topics.base, partition, from)
    if (batch.records.length === 0) return
    for (const { offset, value } of batch.records) {
      if (offset >= end) return
      const record = decodeBaseRecord(value)
      if (record.ok) yield { offset, record: record.value }
    }
    from = batch.next
  }
}
