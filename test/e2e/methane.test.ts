/** A real methane series through MQTT: live it alarms as the standard counts, late it does not shout (P4). */

import { fileURLToPath } from 'node:url'
import type { AlarmEvent, EventKind } from '@tocsin/core/domain/alarm-event.ts'
import { afterEach, expect, test, type TestContext } from 'vitest'
import { readStored } from '../support/journal.ts'
import { sharedFile } from '../support/shared.ts'
import { SECRET, System, tocsin } from '../support/system.ts'
import { coalFace, column, countEvents, oneLevel } from './methane-count.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
let system: System | null = null
afterEach(async () => system?.dispose())

function seriesFile(context: TestContext): string {
  const found = sharedFile('data/coal-methane/methane.csv')
  if (found.file === null) return context.skip(found.why)
  return found.file
}

async function publishAll(file: string, time: 'compress' | 'shift', speed: number): Promise<System> {
  const running = await System.create({
    registry: here('./registries/methane'),
    enterprises: ['mine'],
    set: [`rules.paths=["${here('./rules/one-level.yaml')}"]`],
  })
  system = running
  await running.start()
  const maps = ['one', 'pack'].flatMap((site) => [`MM116_pct=${site}/MM116`, `MM31_pct=${site}/MM31`])
  const args = ['publish', '--csv', file, ...maps.flatMap((map) => ['--map', map]), '--url', running.mqtt]
  const published = await tocsin(
    [...args, '--enterprise', 'mine', '--gateway', 'mine-gw', '--speed', `${speed}`, '--time', time],
    {
      env: { TOCSIN_SECRET: SECRET },
    },
  )
  expect(published).toMatchObject({ code: 0, err: '' })
  expect(published.out).toContain('26736 messages with 53472 readings acknowledged')
  return running
}

/** Events of one kind at one sensor by its threshold rule. */
function countOf(events: readonly AlarmEvent[], sensor: string, kind: EventKind): number {
  return events.filter(({ content }) => content.kind === kind && subjectOf(content).includes(`sensor:${sensor}/`))
    .length
}

function subjectOf(content: AlarmEvent['content']): string {
  if (content.kind === 'late') return `sensor:${content.subject.id}/${content.rule.id}`
  return 'alarm' in content && !content.alarm.includes('/silence/') ? content.alarm : ''
}

test('live, each raise, escalation, de-escalation and clear is the one that the file gives', async (context) => {
  const file = seriesFile(context)
  const running = await publishAll(file, 'compress', 6_000)
  await expect.poll(async () => (await running.status()).readings, { timeout: 10_000 }).toBe(53_472)
  await running.stop()
  const { events, records, journalHash, replayHash } = await readStored(running.data)

  expect(countOf(events, 'one-MM116', 'raised')).toBe(140)
  expect(countOf(events, 'one-MM116', 'cleared')).toBe(139)
  expect(countOf(events, 'one-MM31', 'raised')).toBe(0)
  for (const [sensor, levels, name] of [
    ['one-MM116', oneLevel, 'MM116_pct'],
    ['pack-MM116', coalFace, 'MM116_pct'],
    ['pack-MM31', coalFace, 'MM31_pct'],
  ] as const) {
    const counted = countEvents(column(file, name), levels)
    expect({
      raises: countOf(events, sensor, 'raised'),
      escalations: countOf(events, sensor, 'escalated'),
      deescalations: countOf(events, sensor, 'de-escalated'),
      clears: countOf(events, sensor, 'cleared'),
    }).toEqual(counted)
  }
  const stored = records.reduce((sum, record) => sum + (record.kind === 'readings' ? record.values.length : 0), 0)
  expect(stored).toBe(53_472)
  expect(replayHash).toBe(journalHash)
})

test('late, only the alarm that still is is raised, with its lag, and nothing is broadcast (P4)', async (context) => {
  const file = seriesFile(context)
  const running = await publishAll(file, 'shift', 20_000)
  await expect.poll(async () => (await running.status()).raised.yellow, { timeout: 20_000 }).toBe(2)
  const { broadcasts, raised } = await running.status()
  expect(broadcasts).toEqual({})
  expect(raised).toEqual({ red: 0, orange: 0, yellow: 2, blue: 0 })
  await running.stop()
  const { events, journalHash, replayHash } = await readStored(running.data)
  expect(countOf(events, 'one-MM116', 'raised')).toBe(1)
  expect(countOf(events, 'one-MM116', 'late')).toBe(139)
  expect(countOf(events, 'one-MM116', 'cleared')).toBe(0)
  const last = events.find(({ content }) => content.kind === 'raised' && content.alarm.includes('one-MM116'))
  expect(last?.content).toMatchObject({ kind: 'raised', verdict: { severity: 'yellow' } })
  if (last?.content.kind === 'raised') expect(last.content.lag).toBeGreaterThan(60_000)
  expect(replayHash).toBe(journalHash)
})
