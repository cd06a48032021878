/** `kill -9` under load: nothing acknowledged is lost, the journal is the log's, the alarm table an undisturbed run's (P1–P3). */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AlarmTable } from '@tocsin/core/domain/alarm-view.ts'
import { TOCSIN_SITE } from '@tocsin/core/domain/ids.ts'
import { afterEach, expect, test } from 'vitest'
import { readStored, type Stored } from '../support/journal.ts'
import { random, testSeed } from '../support/random.ts'
import { System } from '../support/system.ts'
import { publisher, series, writeRegistry } from './load.ts'

const KILLS = 5
const SECONDS = 40
const systems: System[] = []
let folder = ''
afterEach(async () => {
  for (const system of systems.splice(0)) await system.dispose()
  rmSync(folder, { recursive: true, force: true })
})

/** What the table says of each alarm, Tocsin's own blindness apart. */
function summary(table: AlarmTable): string[] {
  return [...table.values()]
    .filter((alarm) => alarm.site !== TOCSIN_SITE)
    .map(({ id, active, severity, worst, verdict }) => `${id} ${active} ${severity} ${worst} ${verdict.value}`)
    .sort()
}

function storedReadings({ records }: Stored): Set<string> {
  const all = new Set<string>()
  for (const record of records) {
    if (record.kind !== 'readings') continue
    record.sensors.forEach((sensor, i) => {
      const tag = sensor.slice(record.site.length + 1)
      all.add(`${record.site}/${tag}/${record.times[i]}/${record.values[i]}`)
    })
  }
  return all
}

test(`P1, P2, P3: ${KILLS} kills under load`, async () => {
  const seed = testSeed()
  console.log(`seed ${seed} (set TOCSIN_SEED to repeat)`)
  const chance = random(seed)
  folder = mkdtempSync(join(tmpdir(), 'tocsin-kill-'))
  const options = { registry: writeRegistry(join(folder, 'registry')), enterprises: ['mine'] }
  const killed = await System.create(options)
  const undisturbed = await System.create(options)
  systems.push(killed, undisturbed)
  await Promise.all([killed.start(), undisturbed.start()])
  const ledgers = await Promise.all([publisher(killed.mqtt, 'mine-gw'), publisher(undisturbed.mqtt, 'mine-gw')])
  const [ledger] = ledgers
  if (!ledger) throw new Error('no ledger')

  const start = Date.now()
  const moments = Array.from(
    { length: KILLS },
    (_, i) => start + ((i + 0.3 + 0.6 * chance()) * SECONDS * 1_000) / (KILLS + 1),
  )
  const killing = (async () => {
    for (const moment of moments) {
      await until(moment)
      await killed.kill()
      await killed.start()
    }
  })()
  for (const reading of series(seed, start, SECONDS)) {
    await until(reading.t)
    for (const each of ledgers) each.publish(reading)
  }
  await killing
  await Promise.all(ledgers.map((each) => each.settled()))
  const sent = ledger.sent
  for (const system of systems) {
    await expect
      .poll(async () => (await system.status()).engineLagMs ?? Infinity, { timeout: 10_000 })
      .toBeLessThan(1_500)
  }
  await Promise.all(ledgers.map((each) => each.end()))
  await Promise.all(systems.map((system) => system.stop()))

  const stored = await readStored(killed.data)
  const reference = await readStored(undisturbed.data)
  const readings = storedReadings(stored)
  expect(ledger.acknowledged.size).toBe(sent)
  expect([...ledger.acknowledged].filter((reading) => !readings.has(reading))).toEqual([])
  expect(stored.replayHash).toBe(stored.journalHash)
  expect(reference.replayHash).toBe(reference.journalHash)
  expect(summary(stored.table)).toEqual(summary(reference.table))
  expect(summary(stored.table).length).toBeGreaterThan(20)
})

async function until(moment: number): Promise<void> {
  const wait = moment - Date.now()
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
}
