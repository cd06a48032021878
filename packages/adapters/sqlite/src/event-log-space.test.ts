import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import {
  appendNumbers,
  bytesOf,
  collect,
  numbersOf,
  readAll,
  textOf,
} from '@tocsin/testkit/contracts/event-log-tools.ts'
import { sqliteEventLog } from './event-log.ts'

const base = mkdtempSync(join(tmpdir(), 'tocsin-space-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const topic = 'site-log'
const value = new Uint8Array(2000)

function segments(folder: string): string[] {
  return readdirSync(folder).filter((entry) => /^site-log\.\d+\.db$/.test(entry))
}

test('trim drops whole files once every partition has let go of them (R8)', async () => {
  const folder = join(base, 'trim')
  const options = { folder, segmentBytes: 50_000 }
  let log = await sqliteEventLog(options)
  for (let i = 0; i < 100; i++)
    await log.append(
      topic,
      [0, 1].map((partition) => ({ key: String(i), value, partition })),
    )
  const before = segments(folder).length
  expect(before).toBeGreaterThan(5)

  await log.trim(topic, 0, 60)
  const { begin } = await log.bounds(topic, 0)
  expect(begin).toBeGreaterThan(40)
  expect((await log.bounds(topic, 1)).begin).toBe(0)
  expect(segments(folder).length).toBe(before)

  await log.trim(topic, 1, 70)
  expect(segments(folder).length).toBeLessThan(before)
  await log.close()
  log = await sqliteEventLog({ ...options, verify: 'all' })
  expect((await log.bounds(topic, 0)).begin).toBe(begin)
  const rest = await readAll(log, { topic, partition: 0 })
  expect(rest.map((record) => record.offset)).toEqual(Array.from({ length: 100 - begin }, (_, i) => begin + i))

  await log.trim(topic, 0, 100)
  await log.trim(topic, 1, 100)
  expect(segments(folder).length).toBe(1)
  expect(await appendNumbers(log, topic, [1])).toEqual([100])
  await log.close()
})

test('a reader below what was trimmed is told, and goes on at the begin', async () => {
  const folder = join(base, 'behind')
  const log = await sqliteEventLog({ folder, segmentBytes: 30_000 })
  await appendNumbers(log, topic, [0, 1])
  const first = collect(log, { topic, partition: 0, reader: 'slow' })
  await first.until((seen) => seen.length === 2)
  await first.stop()
  for (let i = 2; i < 60; i++)
    await log.append(topic, [{ key: 'n', value: bytesOf(String(i).padStart(2000)), partition: 0 }])
  await log.trim(topic, 0, 50)
  const { begin } = await log.bounds(topic, 0)
  expect(begin).toBeGreaterThan(2)
  const codes: string[] = []
  const again = collect(log, { topic, partition: 0, reader: 'slow', onError: (error) => void codes.push(error.code) })
  await again.until((seen) => seen.at(-1) === 59)
  expect(codes).toEqual(['log-trimmed'])
  expect(again.seen[0]).toBe(begin)
  await again.stop()
  await log.close()
})

test('superseded marks go from closed segments and the newest, events stay', async () => {
  const folder = join(base, 'compact')
  const log = await sqliteEventLog({ folder, segmentBytes: 200_000 })
  const rounds = 600
  for (let i = 0; i < rounds; i++) {
    await log.append(topic, [
      { key: 'event', value: bytesOf(`e${i}`.padEnd(500)), partition: 0 },
      { key: 'mark', value: bytesOf(`m${i}`), partition: 0, compaction: `mark/${i < 50 ? 'old' : 'new'}` },
    ])
  }
  // A roll looks for superseded marks; fill until the next one.
  const filler = async (): Promise<void> =>
    void (await log.append(topic, [{ key: 'event', value: new Uint8Array(50_000), partition: 0 }]))
  for (let i = 0; i < 5; i++) await filler()
  const marks = async (): Promise<string[]> =>
    (await readAll(log, { topic, partition: 0 })).filter((record) => record.key === 'mark').map(textOf)
  await vi.waitFor(async () => expect(await marks()).toEqual(['m49', `m${rounds - 1}`]), { timeout: 5000 })
  const records = await readAll(log, { topic, partition: 0 })
  expect(records.filter((record) => record.key === 'event').length).toBe(rounds + 5)
  await log.close()
  const again = await sqliteEventLog({ folder, segmentBytes: 200_000, verify: 'all' })
  expect((await readAll(again, { topic, partition: 0 })).map((record) => record.offset)).toEqual(
    records.map((record) => record.offset),
  )
  await again.close()
})

test('on a full disk appends are refused, and go on when there is room; nothing is damaged', async (context) => {
  if (process.getuid?.() !== 0) context.skip('only root can mount a small file system')
  const mount = join(base, 'small')
  mkdirSync(mount)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'none', mount], { stdio: 'pipe' })
  } catch {
    context.skip('mounting a small file system is not allowed here')
  }
  try {
    const folder = join(mount, 'log')
    const filler = join(mount, 'filler')
    writeFileSync(filler, new Uint8Array(3_000_000))
    const log = await sqliteEventLog({ folder, segmentBytes: 500_000 })
    const told: number[] = []
    const append = async (n: number): Promise<void> => {
      const text = String(n).padStart(20_000)
      const positions = await log.append(topic, [{ key: 'n', value: bytesOf(text), partition: 0 }])
      if (positions.length === 1) told.push(n)
    }
    const refusals: unknown[] = []
    for (let n = 0; n < 400 && refusals.length < 10; n++)
      await append(n).catch((error: unknown) => refusals.push(error))
    expect(refusals.length).toBe(10)
    for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'log-unavailable', retry: true })
    expect(told.length).toBeGreaterThan(10)

    rmSync(filler)
    for (let n = 1000; n < 1040; n++) await append(n)
    await log.close()
    const again = await sqliteEventLog({ folder, verify: 'all' })
    const kept = numbersOf(await readAll(again, { topic, partition: 0 }))
    expect(told.filter((n) => !kept.includes(n))).toEqual([])
    expect(kept).toEqual(kept.toSorted((a, b) => a - b))
    expect(kept.slice(-40)).toEqual(Array.from({ length: 40 }, (_, i) => 1000 + i))
    await again.close()
  } finally {
    execFileSync('umount', ['-l', mount])
  }
})
