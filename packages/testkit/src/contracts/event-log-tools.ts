/** Short words for tests of event logs: append numbers, read everything, collect what a follower gets. */

import { expect, vi } from 'vitest'
import type { EventLog, FollowOptions, LogRecord } from '@tocsin/core/ports/event-log.ts'

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export function textOf(record: LogRecord | undefined): string {
  return record === undefined ? '' : new TextDecoder().decode(record.value)
}

/** Appends each number as a record of partition 0; gives the offsets. */
export async function appendNumbers(log: EventLog, topic: string, numbers: readonly number[]): Promise<number[]> {
  const records = numbers.map((n) => ({ key: 'number', value: bytesOf(String(n)), partition: 0 }))
  const positions = await log.append(topic, records)
  return positions.map((at) => at.offset)
}

export function numbersOf(records: readonly LogRecord[]): number[] {
  return records.map((record) => Number(textOf(record)))
}

/** Every record kept, from `from` (default: the first one) on. */
export async function readAll(
  log: EventLog,
  { topic, partition, from }: { topic: string; partition: number; from?: number },
): Promise<LogRecord[]> {
  const all: LogRecord[] = []
  let at = from ?? (await log.bounds(topic, partition)).begin
  for (;;) {
    const batch = await log.read(topic, partition, at)
    if (batch.records.length === 0) return all
    all.push(...batch.records)
    at = batch.next
  }
}

/** A follower that notes the numbers it gets. */
export function collect(
  log: EventLog,
  options: Omit<FollowOptions, 'onBatch'>,
): {
  readonly seen: number[]
  until: (met: (seen: readonly number[]) => boolean) => Promise<void>
  stop: () => Promise<void>
} {
  const seen: number[] = []
  const follower = log.follow({ ...options, onBatch: ({ records }) => void seen.push(...numbersOf(records)) })
  return {
    seen,
    until: (met) => vi.waitFor(() => expect(met(seen), `seen: ${seen.join(' ')}`).toBe(true), { timeout: 5000 }),
    stop: () => follower.stop(),
  }
}
