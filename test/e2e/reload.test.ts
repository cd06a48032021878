/** A registry that changes while the system runs: checked whole, then swapped; a wrong one changes nothing. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, expect, test } from 'vitest'
import { readStored } from '../support/journal.ts'
import { System } from '../support/system.ts'
import { publisher, writeRegistry } from './load.ts'

let system: System | null = null
let folder = ''
afterEach(async () => {
  await system?.dispose()
  rmSync(folder, { recursive: true, force: true })
})

test('a new sensor is taken once its file is right, and a file with an error leaves all as it was', async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-reload-'))
  const running = await System.create({ registry: writeRegistry(join(folder, 'registry')), enterprises: ['mine'] })
  system = running
  await running.start()
  const file = join(running.registry, 'registry.yaml')
  const good = readFileSync(file, 'utf8')
  const ledger = await publisher(running.mqtt, 'mine-gw')
  const send = async (tag: string): Promise<void> => {
    ledger.publish({ site: 'north', tag, t: Date.now(), value: 0.1 })
    await ledger.settled()
  }

  await send('T99')
  await expect.poll(async () => (await running.status()).rejected).toBe(1)

  writeFileSync(file, good.replace('tag: T0\n', 'tag: T99\n').replace('interval: 200ms', 'interval: soon'))
  await expect.poll(() => running.output, { timeout: 10_000 }).toMatch(/registry\.yaml.*interval/s)
  await send('T99')
  await expect.poll(async () => (await running.status()).rejected).toBe(2)
  await send('T0')

  writeFileSync(file, good.replace('tag: T0\n', 'tag: T99\n'))
  await expect.poll(() => running.output, { timeout: 10_000 }).toContain('swapped')
  await send('T99')
  await expect.poll(async () => (await running.status()).readings).toBe(2)
  expect((await running.status()).rejected).toBe(2)

  await ledger.end()
  await running.stop()
  const { records, events, journalHash, replayHash } = await readStored(running.data)
  // The tag is the enterprise's word; the sensor keeps its id and its history through the renaming.
  const sensors = records.flatMap((record) => (record.kind === 'readings' ? record.sensors : []))
  expect(sensors).toEqual(['north-T0', 'north-T0'])
  expect(events.filter(({ site, content }) => site === 'north' && content.kind === 'configured').length).toBe(2)
  expect(replayHash).toBe(journalHash)
})
