import { mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, test, vi } from 'vitest'
import type { TocsinError } from '@tocsin/core/domain/errors.ts'
import { appendNumbers, bytesOf, readAll, textOf } from '@tocsin/testkit/contracts/event-log-tools.ts'
import { sqliteEventLog } from './event-log.ts'

const base = mkdtempSync(join(tmpdir(), 'tocsin-damage-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const topic = 'site-log'
const count = 200

/** A closed log of several segments, whose record n holds `needle-n.` and 1,000 bytes. */
async function madeLog(name: string): Promise<string> {
  const folder = join(base, name)
  const log = await sqliteEventLog({ folder, segmentBytes: 60_000 })
  for (let n = 0; n < count; n++) {
    await log.append(topic, [{ key: 'k', value: bytesOf(`needle-${n}.${'x'.repeat(1000)}`), partition: 1 }])
  }
  await log.close()
  return folder
}

/** Alters one byte of the record in whichever file holds it; gives the file. */
function flip(folder: string, n: number): string {
  for (const entry of readdirSync(folder)) {
    const file = join(folder, entry)
    const bytes = readFileSync(file)
    const at = bytes.indexOf(`needle-${n}.`)
    if (at === -1) continue
    bytes[at + 20] = 0
    writeFileSync(file, bytes)
    return file
  }
  throw new Error(`no needle ${n}`)
}

const failure = (error: unknown): unknown => error

test('an altered byte in the newest segment is found when opening, and named', async () => {
  const folder = await madeLog('newest')
  const file = flip(folder, count - 1)
  const error = await sqliteEventLog({ folder }).catch(failure)
  expect(error).toMatchObject({ code: 'data-damaged', retry: false })
  for (const part of [file, 'topic site-log', 'partition 1', `offset ${count - 1}`])
    expect(String(error)).toContain(part)
})

test('an altered byte in an older segment is found when asked for or when read, and never skipped', async () => {
  const folder = await madeLog('older')
  const file = flip(folder, 20)
  expect(await sqliteEventLog({ folder, verify: 'all' }).catch(failure)).toMatchObject({ code: 'data-damaged' })
  const log = await sqliteEventLog({ folder, redeliveryMs: 10 })
  const error = await log.read(topic, 1, 20).catch(failure)
  expect(error).toMatchObject({ code: 'data-damaged' })
  for (const part of [file, 'topic site-log', 'partition 1', 'offset 20']) expect(String(error)).toContain(part)
  expect(textOf((await log.read(topic, 1, 21, 1)).records[0])).toContain('needle-21.')

  const seen: number[] = []
  const errors: TocsinError[] = []
  const follower = log.follow({
    topic,
    partition: 1,
    maxRecords: 10,
    onBatch: ({ records }) => void seen.push(...records.map((record) => record.offset)),
    onError: (problem) => void errors.push(problem),
  })
  await vi.waitFor(() => expect(errors.length).toBeGreaterThan(1))
  await follower.stop()
  expect(errors[0]?.code).toBe('data-damaged')
  expect(seen).toEqual(seen.map((_, i) => i))
  expect(seen.length).toBeLessThanOrEqual(20)
  await log.close()
})

test('a file that is no database, and one that is missing, are named', async () => {
  const folder = await madeLog('files')
  const segments = readdirSync(folder).filter((entry) => /^site-log\.\d+\.db$/.test(entry))
  const [, second = '', third = ''] = segments
  expect(segments.length).toBeGreaterThan(3)
  const original = readFileSync(join(folder, second))
  writeFileSync(join(folder, second), Buffer.alloc(original.length, 3))
  const garbage = await sqliteEventLog({ folder }).catch(failure)
  expect(garbage).toMatchObject({ code: 'data-damaged' })
  expect(String(garbage)).toContain(second)
  writeFileSync(join(folder, second), '')
  expect(await sqliteEventLog({ folder }).catch(failure)).toMatchObject({ code: 'data-damaged' })
  writeFileSync(join(folder, second), original)
  renameSync(join(folder, third), join(base, third))
  const missing = await sqliteEventLog({ folder }).catch(failure)
  expect(missing).toMatchObject({ code: 'data-damaged' })
  expect(String(missing)).toContain(third)
  renameSync(join(base, third), join(folder, third))
  const log = await sqliteEventLog({ folder, verify: 'all' })
  expect((await readAll(log, { topic, partition: 1 })).length).toBe(count)
  await log.close()
})

test('another format version and another number of partitions are refused', async () => {
  const folder = join(base, 'version')
  const log = await sqliteEventLog({ folder })
  await appendNumbers(log, topic, [1])
  await log.close()
  const other = await sqliteEventLog({ folder, partitions: 3 }).catch(failure)
  expect(other).toMatchObject({ code: 'config-invalid' })
  const db = new DatabaseSync(join(folder, 'site-log.00000001.db'))
  db.exec('PRAGMA user_version = 2')
  db.close()
  const error = await sqliteEventLog({ folder }).catch(failure)
  expect(error).toMatchObject({ code: 'data-version' })
  expect(String(error)).toContain('site-log.00000001.db has format version 2')
})
