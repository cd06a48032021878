import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, test } from 'vitest'
import type { History } from '@tocsin/core/ports/history.ts'
import { sqliteHistory } from './history.ts'
import { startChild } from './test-child.ts'

const base = mkdtempSync(join(tmpdir(), 'tocsin-history-crash-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const start = Date.UTC(2026, 0, 5)
const sensors = ['a', 'b', 'c']

/** Goes on from `saved` like the recorder: record n is one sample of each sensor at second n. */
function recorder(folder: string): string {
  return `
    import { sqliteHistory } from '$src/history.ts'
    const history = await sqliteHistory({ folder: ${JSON.stringify(folder)}, flushMs: 20 })
    for (let n = (await history.saved(0)) ?? 0; ; n += 100) {
      const ns = Array.from({ length: 100 }, (_, i) => n + i)
      await history.write(0, ${JSON.stringify(sensors)}.map((sensor) => ({
        site: 'S', sensors: ns.map(() => sensor), times: ns.map((i) => ${start} + i * 1000), values: ns, qualities: ns.map(() => 'good'),
      })), n + 100)
      console.log('wrote', n)
    }`
}

test('after kill -9, five times, exactly what lies before the saved offset is there, once', async () => {
  const folder = join(base, 'killed')
  let saved = 0
  for (let round = 0; round < 5; round++) {
    const child = startChild(recorder(folder))
    await child.printed(150)
    await child.kill()
    const history = await sqliteHistory({ folder })
    saved = (await history.saved(0)) ?? 0
    for (const sensor of sensors) {
      const all = await history.raw({ site: 'S', sensor, from: 0, to: start * 2 }, 1e7)
      expect(all.map((sample) => sample.value)).toEqual(Array.from({ length: saved }, (_, i) => i))
      const buckets = await history.query({ site: 'S', sensor, from: start, to: start + saved * 1000 }, 7)
      expect(buckets.reduce((count, bucket) => count + bucket.count, 0)).toBe(saved)
    }
    await history.close()
  }
  expect(saved).toBeGreaterThan(0)
}, 60_000)

test('a flush that fails loses nothing: it is tried again', async () => {
  let failing = true
  const hit = (): void => {
    if (failing) throw new Error('stopped')
  }
  const folder = join(base, 'failing')
  const history = await sqliteHistory({ folder, failpoints: { hit } })
  await write(history, 0)
  await expect(history.flush()).rejects.toThrow('stopped')
  expect(await history.saved(0)).toBe(null)
  failing = false
  await write(history, 1)
  await history.flush()
  expect(await history.saved(0)).toBe(2)
  await history.close()
})

test('a second history on the folder is refused', async () => {
  const folder = join(base, 'locked')
  const history = await sqliteHistory({ folder })
  expect(await sqliteHistory({ folder }).catch((error: unknown) => error)).toMatchObject({ code: 'data-locked' })
  await history.close()
})

test('an altered block is named, not shown', async () => {
  const folder = join(base, 'damaged')
  let history = await sqliteHistory({ folder })
  for (let n = 0; n < 1100; n++) await write(history, n)
  await history.close()
  const db = new DatabaseSync(join(folder, 'history.db'))
  db.exec('UPDATE blocks SET data = zeroblob(length(data))')
  db.close()
  history = await sqliteHistory({ folder })
  const error = await history
    .raw({ site: 'S', sensor: 'a', from: 0, to: start * 2 }, 10)
    .catch((problem: unknown) => problem)
  expect(error).toMatchObject({ code: 'data-damaged' })
  expect(String(error)).toContain('history.db: block 1')
  await history.close()
})

function alterChunks(file: string): void {
  const db = new DatabaseSync(file)
  db.exec('UPDATE chunks SET data = zeroblob(length(data))')
  db.close()
}

test.each([
  ['no database', (file: string) => writeFileSync(file, Buffer.alloc(8192, 7))],
  ['a chunk that does not match its checksum', alterChunks],
])('%s is put aside, and an empty history begun that nothing was saved in', async (what, damage) => {
  const folder = join(base, what)
  const file = join(folder, 'history.db')
  const told: string[] = []
  const onDamaged = (aside: string): number => told.push(aside)
  for (let n = 1; n <= 2; n++) {
    let history = await sqliteHistory({ folder, onDamaged })
    await write(history, 7)
    await history.close()
    damage(file)
    history = await sqliteHistory({ folder, onDamaged })
    expect(told).toHaveLength(n)
    expect(told.at(-1)).toBe(`${file}.damaged-${n}`)
    expect(await history.saved(0)).toBe(null)
    const everything = { site: 'S', sensor: 'a', from: 0, to: start * 2 }
    expect(await history.raw(everything, 10)).toEqual([])
    await write(history, 0)
    await history.close()
    history = await sqliteHistory({ folder, onDamaged })
    expect(await history.saved(0)).toBe(1)
    expect((await history.raw(everything, 10)).map(({ value }) => value)).toEqual([0])
    await history.close()
  }
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(['history.db.damaged-1', 'history.db.damaged-2']))
})

test('a history of another format version is refused, and stays where it is', async () => {
  const folder = join(base, 'version')
  const file = join(folder, 'history.db')
  await (await sqliteHistory({ folder })).close()
  const db = new DatabaseSync(file)
  db.exec('PRAGMA user_version = 9')
  db.close()
  expect(await sqliteHistory({ folder }).catch((error: unknown) => error)).toMatchObject({ code: 'data-version' })
  expect([existsSync(file), existsSync(`${file}.damaged-1`)]).toEqual([true, false])
})

async function write(history: History, n: number): Promise<void> {
  await history.write(
    0,
    [{ site: 'S', sensors: ['a'], times: [start + n * 1000], values: [n], qualities: ['good'] }],
    n + 1,
  )
}
