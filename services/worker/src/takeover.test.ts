/** What keeps the journal whole when partitions change hands (R1–R9): each rule has a test that fails without it. */

import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import type { JournalRecord } from '@tocsin/core/domain/journal-record.ts'
import { ENGINE_VERSION } from '@tocsin/core/engine/limits.ts'
import type { CheckpointStore } from '@tocsin/core/ports/checkpoint-store.ts'
import { topics } from '@tocsin/core/ports/event-log.ts'
import { encodeBaseRecord } from '@tocsin/wire/base-record-v1.ts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openStage, type Stage, story, withAppend } from './stage.test-support.ts'

const whole = story.records.length
const half = Math.floor(whole * 0.55)
let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

async function expectWholeJournal(): Promise<void> {
  const journal = await stage.journal()
  for (const site of ['plant', 'mine']) {
    const of = (events: readonly AlarmEvent[]) => events.filter((event) => event.site === site)
    expect(of(journal)).toEqual(of(story.events))
  }
}

const claimed = (records: readonly JournalRecord[]): string[] =>
  records.flatMap((record) => (record.kind === 'claim' ? [record.claim] : []))

/** An event as a zombie would number it next: nothing that happened. */
function forged(journal: readonly AlarmEvent[]): AlarmEvent {
  const last = journal.findLast(({ site }) => site === 'plant')
  const content = { kind: 'withdrawn', alarm: 'plant/sensor:GT-101/toxic/1', cause: 'site-removed' } as const
  return { site: 'plant', n: (last?.n ?? 0) + 1, at: 0, prev: last?.hash ?? '', hash: 'f'.repeat(64), content }
}

test('R1: what a zombie writes after a later claim reaches nobody, nor does an event that comes twice', async () => {
  await stage.feed(half)
  await stage.run()
  const [zombie = ''] = claimed(await stage.records())
  await stage.feed(whole)
  const worker = await stage.start()
  const event = forged(await stage.journal())
  await stage.write({ kind: 'event', claim: zombie, input: half, event })
  await stage.handled(worker)
  await worker.stop()
  const own = (await stage.records()).findLast((record) => record.kind === 'event' && record.claim !== zombie)
  if (own) await stage.write(own)
  await expectWholeJournal()
})

test('R2: a worker that sees a later claim discards its state and claims again', async () => {
  await stage.feed(half)
  const worker = await stage.start()
  await stage.handled(worker)
  await stage.write({ kind: 'claim', claim: 'thief', engine: ENGINE_VERSION })
  // The thief is slow and says one thing that is in force until the next claim.
  await stage.write({ kind: 'start', claim: 'thief', offset: 0, sites: { plant: 'base', mine: 'base' } })
  await vi.waitUntil(async () => claimed(await stage.records()).at(-1) !== 'thief', { timeout: 10_000, interval: 20 })
  await stage.feed(whole)
  await stage.handled(worker)
  await worker.stop()
  await expectWholeJournal()
})

test('R3: a claim of a lower engine version is void, and disturbs nobody', async () => {
  await stage.feed(half)
  const worker = await stage.start()
  await stage.handled(worker)
  await stage.write({ kind: 'claim', claim: 'old', engine: ENGINE_VERSION - 1 })
  await stage.write({ kind: 'event', claim: 'old', input: half, event: forged(await stage.journal()) })
  await stage.feed(whole)
  await stage.handled(worker)
  await worker.stop()
  await expectWholeJournal()
  expect(claimed(await stage.records()).at(-1)).toBe('old')
})

test('R3: a worker of a lower version does not claim, however far back the higher claim stands', async () => {
  await stage.feed(half)
  const engineVersion = ENGINE_VERSION + 1
  await stage.run({ engineVersion })
  await expect(stage.start()).rejects.toMatchObject({ code: 'version-too-low' })
  const [claim = '', ...others] = claimed(await stage.records())
  expect(others).toEqual([])
  const marks = Array.from({ length: 1_200 }, (): JournalRecord => ({ kind: 'base', claim, offset: 0 }))
  await stage.write(...marks)
  await expect(stage.start()).rejects.toMatchObject({ code: 'version-too-low' })
  await stage.feed(whole)
  await stage.run({ engineVersion })
  await expectWholeJournal()
})

test('R4: the start comes first after its claim, and no mark stands before the events that it covers', async () => {
  await stage.feed(half)
  await stage.run()
  await stage.feed(whole)
  let tries = 0
  const log = withAppend(stage.log, async (topic, records) => {
    if (topic === topics.alarmEvents && records.some(({ key }) => key === 'plant') && tries++ % 2 === 0) {
      throw new Error('the log does not answer')
    }
    return await stage.log.append(topic, records)
  })
  await stage.run({ log })
  expect(tries).toBeGreaterThan(2)
  const records = await stage.records()
  for (const [index, record] of records.entries()) {
    if (record.kind === 'claim') expect(records[index + 1]).toMatchObject({ kind: 'start', claim: record.claim })
    if (record.kind !== 'mark') continue
    const later = records.slice(index).filter((r) => r.kind === 'event' && r.claim === record.claim)
    expect(later.every((r) => r.kind === 'event' && r.input >= record.offset)).toBe(true)
  }
  await expectWholeJournal()
})

test('R5: a checkpoint that the log does not cover is not believed', async () => {
  await stage.feed(half)
  await stage.run()
  const { checkpoints } = await stage.checkpoints.load(0)
  expect(checkpoints.length).toBeGreaterThan(1)
  // Written by a worker whose events and marks never arrived: it is ahead of everything that stands in the log.
  const ahead = checkpoints.map((checkpoint) => ({ ...checkpoint, offset: whole - 5, n: checkpoint.n + 3 }))
  await stage.checkpoints.save(0, ahead)
  await stage.feed(whole)
  await stage.run()
  await expectWholeJournal()
})

test('R5: nor is one of a claim before the last that stated its start', async () => {
  await stage.feed(half)
  await stage.run()
  const { checkpoints } = await stage.checkpoints.load(0)
  // Somebody has taken over from the base since, and written nothing but that.
  await stage.write(
    { kind: 'claim', claim: 'other', engine: ENGINE_VERSION },
    { kind: 'start', claim: 'other', offset: 0, sites: { plant: 'base', mine: 'base' } },
  )
  await stage.checkpoints.save(0, checkpoints)
  await stage.feed(whole)
  await stage.run()
  const start = (await stage.records()).findLast((record) => record.kind === 'start')
  expect(start).toMatchObject({ offset: 0, sites: { plant: 'base', mine: 'base' } })
  await expectWholeJournal()
})

test('R6: what another engine version wrote stays; the difference follows it, numbered on', async () => {
  await stage.feed(half)
  const plant = story.events.filter(({ site }) => site === 'plant')
  const first = plant[0]
  if (!first) throw new Error('the story tells of no event')
  const subject = { kind: 'sensor', id: 'GT-102' } as const
  const wrong = { ...forged([first]), content: { ...raisedIn(plant), subject, alarm: 'plant/sensor:GT-102/toxic/1' } }
  await stage.write(
    { kind: 'claim', claim: 'old', engine: ENGINE_VERSION },
    { kind: 'start', claim: 'old', offset: 0, sites: {} },
    { kind: 'event', claim: 'old', input: 0, event: first },
    { kind: 'event', claim: 'old', input: 20, event: wrong },
  )
  await stage.feed(whole)
  await stage.run({ engineVersion: ENGINE_VERSION + 1 })
  const journal = (await stage.journal()).filter(({ site }) => site === 'plant')
  expect(journal.slice(0, 2)).toEqual([first, wrong])
  expect(journal[2]).toMatchObject({ n: 3, prev: wrong.hash, content: { kind: 'corrected', state: 'closed' } })
  // From there on the engine's own story, at numbers of its own.
  expect(journal.slice(3).map(({ content }) => content)).toEqual(plant.slice(1).map(({ content }) => content))
  expect(journal.map(({ n }) => n)).toEqual(journal.map((_, i) => i + 1))
})

function raisedIn(events: readonly AlarmEvent[]) {
  const content = events.map((event) => event.content).find((c) => c.kind === 'raised')
  if (!content) throw new Error('the story raises nothing')
  return content
}

test('R6: of a journal that ends early the rest is sent', async () => {
  await stage.feed(whole)
  const told = story.events.slice(0, 5)
  await stage.write(
    { kind: 'claim', claim: 'killed', engine: ENGINE_VERSION },
    { kind: 'start', claim: 'killed', offset: 0, sites: {} },
    ...told.map((event, i): JournalRecord => ({ kind: 'event', claim: 'killed', input: story.inputs[i] ?? 0, event })),
  )
  await stage.run()
  await expectWholeJournal()
})

test('R7: an append whose answer is lost is sent again, before anything later', async () => {
  await stage.feed(whole)
  let count = 0
  const log = withAppend(stage.log, async (topic, records) => {
    const positions = await stage.log.append(topic, records)
    const isOutput = topic === topics.alarmEvents && !records.some(({ key }) => key === 'claim')
    if (isOutput && count++ % 5 === 0 && count < 30) throw new Error('the answer was lost')
    return positions
  })
  await stage.run({ log })
  expect(count).toBeGreaterThan(10)
  const numbers = new Map<string, number>()
  for (const record of await stage.records()) {
    if (record.kind !== 'event') continue
    const last = numbers.get(record.event.site) ?? 0
    // A repeat of what stands there already, or the next one: never one that leaves one out.
    expect(record.event.n).toBeLessThanOrEqual(last + 1)
    numbers.set(record.event.site, Math.max(last, record.event.n))
  }
  await expectWholeJournal()
})

test('R8: a taker without checkpoints starts at the accepted base, not at one that was only written', async () => {
  await stage.feed(half)
  const none: CheckpointStore = {
    save: () => Promise.resolve(),
    load: () => Promise.resolve({ checkpoints: [], damaged: 0 }),
    prune: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
  await stage.run({ checkpoints: none, policy: { baseEveryMs: 10_000 } })
  const base = (await stage.records()).findLast((record) => record.kind === 'base')
  expect(base?.offset).toBeGreaterThan(10)
  // A zombie's: whole in topic `base`, later than the accepted one, and stated under a claim that is not in force.
  const claim = claimed(await stage.records())[0] ?? ''
  await stage.log.append(topics.base, [
    {
      key: 'zombie/1',
      partition: 0,
      value: encodeBaseRecord({
        kind: 'whole',
        claim: 'zombie',
        offset: half - 1,
        engine: ENGINE_VERSION,
        journal: 0,
        now: 0,
        sites: 0,
      }),
    },
  ])
  await stage.write({ kind: 'base', claim: 'zombie', offset: half - 1 })
  await stage.feed(whole)
  await stage.run({ checkpoints: none })
  const start = (await stage.records()).findLast((record) => record.kind === 'start')
  expect(start).toMatchObject({ offset: base?.offset })
  expect(start?.claim).not.toBe(claim)
  await expectWholeJournal()
})

test('R9: a checkpoint store that refuses everything costs no alarm', async () => {
  const broken: CheckpointStore = {
    save: () => Promise.reject(new Error('the store is full')),
    load: () => Promise.resolve({ checkpoints: [], damaged: 2 }),
    prune: () => Promise.reject(new Error('the store is full')),
    close: () => Promise.resolve(),
  }
  await stage.feed(half)
  await stage.run({ checkpoints: broken })
  await stage.feed(whole)
  await stage.run({ checkpoints: broken })
  await expectWholeJournal()
})
