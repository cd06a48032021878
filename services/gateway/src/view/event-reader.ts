/** The journal's events by their offsets: the newest from memory, older ones from the log. */

import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import { topics, type EventLog } from '@tocsin/core/ports/event-log.ts'
import { decodeJournalRecord } from '@tocsin/wire/journal-record-v1.ts'

/** Decoded events kept in memory a partition. */
const KEPT = 5_000
/** Offsets closer than this are read together: what lies between are marks. */
const NEAR = 64

export interface EventReader {
  keep(partition: number, offset: number, event: AlarmEvent): void
  /** @param offsets ascending, of events. @returns by offset those that are still in the log */
  read(partition: number, offsets: readonly number[]): Promise<ReadonlyMap<number, AlarmEvent>>
}

export function createEventReader(log: EventLog): EventReader {
  const kept = Array.from({ length: log.partitions }, () => new Map<number, AlarmEvent>())

  async function fetch(partition: number, offsets: readonly number[], into: Map<number, AlarmEvent>): Promise<void> {
    const wanted = new Set(offsets)
    for (const { first, last } of runsOf(offsets)) {
      let from = first
      while (from <= last) {
        const batch = await log.read(topics.alarmEvents, partition, from, last - from + 1)
        for (const { offset, value } of batch.records) {
          if (!wanted.has(offset)) continue
          const decoded = decodeJournalRecord(value)
          if (decoded.ok && decoded.value.kind === 'event') into.set(offset, decoded.value.event)
        }
        if (batch.next <= from) break
        from = batch.next
      }
    }
  }

  return {
    keep(partition, offset, event) {
      const events = kept[partition]
      if (!events) return
      events.set(offset, event)
      if (events.size > KEPT) for (const oldest of events.keys()) return void events.delete(oldest)
    },
    async read(partition, offsets) {
      const found = new Map<number, AlarmEvent>()
      const missing: number[] = []
      for (const offset of offsets) {
        const event = kept[partition]?.get(offset)
        if (event) found.set(offset, event)
        else missing.push(offset)
      }
      if (missing.length > 0) await fetch(partition, missing, found)
      return found
    },
  }
}

function runsOf(offsets: readonly number[]): { first: number; last: number }[] {
  const runs: { first: number; last: number }[] = []
  for (const offset of offsets) {
    const run = runs.at(-1)
    if (run && offset - run.last <= NEAR) run.last = offset
    else runs.push({ first: offset, last: offset })
  }
  return runs
}
