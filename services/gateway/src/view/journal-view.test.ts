// The view of alarm-events (F2, R1, R3): what counts, and that a saved view gives what the whole log gives.

import type { AlarmId } from '@tocsin/core/domain/ids.ts'
import type { EventLog } from '@tocsin/core/ports/event-log.ts'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createLogReading } from '../log-reading.ts'
import { type Bench, createBench } from '../testing/bench.ts'
import { at, createJournalWriter, verdict } from '../testing/journal-writer.ts'
import { type JournalView, openJournalView } from './journal-view.ts'

const logger = pino({ level: 'silent' })

/** The view once it has folded all that stands in the log now. */
async function openView(bench: Bench, log: EventLog = bench.log): Promise<JournalView> {
  let wake = (): void => undefined
  const view = await openJournalView({
    log,
    views: bench.views,
    clock: { wall: () => at, mono: () => 0 },
    logger,
    reading: createLogReading(logger),
    onChange: () => wake(),
  })
  while (!view.caughtUp()) {
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  }
  return view
}

async function offsetsOf(view: JournalView): Promise<string[]> {
  const found: string[] = []
  for (const index of view.indexes) {
    for await (const { site, offset, kind } of index.back(Infinity, { from: -Infinity, to: Infinity })) {
      found.push(`${site} ${offset} ${kind}`)
    }
  }
  return found
}

test("a zombie's events, repeats and a void claim's change nothing", async () => {
  const bench = await createBench()
  const { journal } = bench
  await journal.claim('a', 2)
  const first = await journal.raise('north-a')
  const repeat = { site: 'north-a', n: 1, at, prev: '', hash: '' } as const
  const withdrawn = { kind: 'withdrawn', alarm: first, cause: 'site-removed' } as const
  await journal.raw('north-a', { kind: 'event', claim: 'a', input: 0, event: { ...repeat, content: withdrawn } })
  await journal.claim('b', 2)
  const zombie = { ...repeat, n: 2, content: withdrawn } as const
  await journal.raw('north-a', { kind: 'event', claim: 'a', input: 0, event: zombie })
  await journal.raw('north-a', { kind: 'claim', claim: 'old-engine', engine: 1 })
  await journal.raw('north-a', { kind: 'event', claim: 'old-engine', input: 0, event: zombie })
  await journal.raw('north-a', { kind: 'mark', claim: 'old-engine', offset: 0, now: at })
  const second = await journal.raise('north-a', 'yellow')
  const view = await openView(bench)
  expect([...view.alarms.keys()]).toEqual([first, second])
  expect(view.raised).toEqual({ red: 1, orange: 0, yellow: 1, blue: 0 })
  expect(view.light.oldest()).toBeNull()
  expect(view.faults()).toEqual([])
  await view.stop()
})

test('a number that was skipped is shown as a fault', async () => {
  const bench = await createBench()
  await bench.journal.claim('a')
  await bench.journal.raw('north-a', {
    kind: 'event',
    claim: 'a',
    input: 0,
    event: { site: 'north-a', n: 3, at, prev: '', hash: '', content: { kind: 'fresh', alarm: 'x' } },
  })
  const view = await openView(bench)
  expect(view.faults()).toEqual([{ code: 'journal-gap', detail: 'north-a: 1 expected, 3 found' }])
  await view.stop()
})

test('a saved view and what came since give what the whole log gives, closed alarms included', async () => {
  const bench = await createBench()
  const { journal } = bench
  await journal.claim('a')
  const alarms: AlarmId[] = []
  const acknowledged = (alarm: AlarmId) => ({
    kind: 'acknowledged' as const,
    alarm,
    severity: 'red' as const,
    revision: 1,
    by: 'officer',
    command: `ack-${alarm}`,
  })
  const cleared = (alarm: AlarmId) => ({
    kind: 'cleared' as const,
    alarm,
    revision: 2,
    lag: 0,
    verdict: verdict(null),
  })
  const round = async (): Promise<void> => {
    for (const site of ['north-a', 'south-a']) {
      const alarm = await journal.raise(site)
      alarms.push(alarm)
      await journal.event(site, acknowledged(alarm))
      if (alarms.length % 3 > 0) await journal.event(site, cleared(alarm))
    }
  }
  for (let i = 0; i < 250; i++) await round()
  await journal.mark(at)
  const before = await openView(bench)
  await before.stop()
  await journal.claim('b')
  for (let i = 0; i < 250; i++) await round()
  const resumed = await openView(bench)
  await resumed.stop()
  const { views } = bench
  const whole = await openView({
    ...bench,
    views: { ...views, load: async () => null },
  })
  expect(resumed.alarms).toEqual(whole.alarms)
  expect(resumed.raised).toEqual(whole.raised)
  expect(resumed.places()).toEqual(whole.places())
  expect(resumed.light.oldest()).toBe(at)
  expect(resumed.answered(`ack-${alarms.at(-1)}`)).toBe(true)
  const lines = await offsetsOf(resumed)
  expect(lines).toEqual(await offsetsOf(whole))
  expect(lines.length).toBeGreaterThan(2_000)
  await whole.stop()
})

test('a view of another log is not taken', async () => {
  const bench = await createBench()
  await bench.journal.claim('a')
  await bench.journal.raise('north-a')
  await (await openView(bench)).stop()
  const other = await createBench()
  const journal = createJournalWriter(other.log)
  await journal.claim('elsewhere')
  await journal.raise('south-a')
  await journal.raise('south-a')
  const view = await openView(bench, other.log)
  expect([...view.alarms.values()].map((alarm) => alarm.site)).toEqual(['south-a', 'south-a'])
  await view.stop()
})
