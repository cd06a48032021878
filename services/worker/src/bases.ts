/** The base of a partition: written whole, then stated in the journal, and read back by a taker (R8). */

import type { JournalRecord } from '@tocsin/core/domain/journal-record.ts'
import type { EngineState } from '@tocsin/core/engine/state.ts'
import { encodeSiteState } from '@tocsin/core/engine/state-v1.ts'
import { type EventLog, topics } from '@tocsin/core/ports/event-log.ts'
import { type Base, type BaseRecord, decodeBaseRecord, encodeBaseRecord } from '@tocsin/wire/base-record-v1.ts'

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
    records.map((record) => ({ key: `${claim}/${offset}`, value: encodeBaseRecord(record), partition })),
  )
  return { kind: 'base', claim, offset }
}

/** All whole bases of the partition, oldest first; whether one counts is for the journal to say. */
export async function readBases(log: EventLog, partition: number): Promise<Base[]> {
  const { begin, end } = await log.bounds(topics.base, partition)
  const bases: Base[] = []
  const sites = new Map<string, Map<string, { n: number; state: string }>>()
  for (let from = begin; from < end;) {
    const batch = await log.read(topics.base, partition, from)
    if (batch.records.length === 0) break
    for (const { value } of batch.records) {
      const record = decodeBaseRecord(value)
      if (record.ok) take(record.value, sites, bases)
    }
    from = batch.next
  }
  return bases
}

function take(record: BaseRecord, sites: Map<string, Map<string, { n: number; state: string }>>, bases: Base[]): void {
  const key = `${record.claim}/${record.offset}`
  const own = sites.get(key) ?? new Map<string, { n: number; state: string }>()
  if (record.kind === 'site') {
    own.set(record.site, { n: record.n, state: record.state })
    sites.set(key, own)
    return
  }
  sites.delete(key)
  if (own.size === record.sites) bases.push({ ...record, sites: own })
}
