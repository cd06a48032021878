/** The journal as it stands in `alarm-events`: the events that count, and what verifying them finds (A2, R1). */

import { broadcastVerifier, type VerifiedPlatform } from '@tocsin/core/broadcasts/verify.ts'
import { accept, newAcceptance } from '@tocsin/core/domain/acceptance.ts'
import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { Hash, SiteId } from '@tocsin/core/domain/ids.ts'
import { type ChainFault, chainVerifier } from '@tocsin/core/engine/journal.ts'
import { type EventLog, topics } from '@tocsin/core/ports/event-log.ts'
import { decodeBroadcastRecord } from '@tocsin/wire/broadcast-record-v1.ts'
import { decodeJournalRecord } from '@tocsin/wire/journal-record-v1.ts'
import { sha256 } from './sha256.ts'

/** One event with the offset of the site-log record that caused it. */
export interface JournalEntry {
  readonly partition: number
  readonly offset: number
  readonly input: number
  readonly event: AlarmEvent
}

/** Number and hash of each site's last event. */
export type Heads = Map<SiteId, { readonly n: number; readonly hash: Hash }>

/** Every event that counts, partition by partition in log order. Throws `data-damaged` on bytes that are no record. */
export async function* readJournal(log: EventLog): AsyncGenerator<JournalEntry> {
  for (let partition = 0; partition < log.partitions; partition++) {
    const acceptance = newAcceptance()
    const { begin, end } = await log.bounds(topics.alarmEvents, partition)
    for (let from = begin; from < end;) {
      const batch = await log.read(topics.alarmEvents, partition, from)
      if (batch.records.length === 0) break
      for (const { offset, value } of batch.records) {
        const record = decodeJournalRecord(value)
        if (!record.ok) throw new TocsinError('data-damaged', `alarm-events ${partition}@${offset}: ${record.error}`)
        if (!accept(acceptance, record.value) || record.value.kind !== 'event') continue
        yield { partition, offset, input: record.value.input, event: record.value.event }
      }
      from = batch.next
    }
  }
}

/** One hash over all sites' heads: equal exactly when every site's journal is. */
export function headsHash(heads: Heads): Hash {
  const lines = [...heads].sort(([a], [b]) => (a < b ? -1 : 1)).map(([site, { n, hash }]) => `${site} ${n} ${hash}\n`)
  return sha256(lines.join(''))
}

export interface JournalCheck {
  readonly entries: number
  readonly heads: Heads
  readonly faults: readonly ChainFault[]
}

/** Follows every site's chain from its first kept entry. */
export async function verifyJournal(
  log: EventLog,
  onEntry: (entries: number) => void = () => undefined,
): Promise<JournalCheck> {
  const verify = chainVerifier(sha256)
  const heads: Heads = new Map()
  const faults: ChainFault[] = []
  let entries = 0
  for await (const { event } of readJournal(log)) {
    const fault = verify(event)
    if (fault) faults.push(fault)
    heads.set(event.site, { n: event.n, hash: event.hash })
    onEntry(++entries)
  }
  return { entries, heads, faults }
}

/** Follows every platform's broadcast log (B7). Throws `data-damaged` on bytes that are no record. */
export async function verifyBroadcasts(log: EventLog): Promise<readonly VerifiedPlatform[]> {
  const platforms: VerifiedPlatform[] = []
  for (let partition = 0; partition < log.partitions; partition++) {
    const verifier = broadcastVerifier(sha256)
    const { begin, end } = await log.bounds(topics.broadcastLog, partition)
    for (let from = begin; from < end;) {
      const batch = await log.read(topics.broadcastLog, partition, from)
      if (batch.records.length === 0) break
      for (const { offset, value } of batch.records) {
        const record = decodeBroadcastRecord(value)
        if (!record.ok) throw new TocsinError('data-damaged', `broadcast-log ${partition}@${offset}: ${record.error}`)
        verifier.take(record.value)
      }
      from = batch.next
    }
    platforms.push(...verifier.result())
  }
  return platforms
}
