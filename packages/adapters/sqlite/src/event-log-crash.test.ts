import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { appendNumbers, readAll, textOf } from '@tocsin/testkit/contracts/event-log-tools.ts'
import { sqliteEventLog } from './event-log.ts'
import { startChild } from './test-child.ts'

const base = mkdtempSync(join(tmpdir(), 'tocsin-crash-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

/** Appends for ever, 20 at a time, and prints each record that it was told is durable. */
function appender(folder: string): string {
  return `
    import { sqliteEventLog } from '$src/event-log.ts'
    const log = await sqliteEventLog({ folder: ${JSON.stringify(folder)}, segmentBytes: 100_000 })
    let n = 0
    const one = async () => {
      for (;;) {
        const value = 'value-' + n++
        const [at] = await log.append('site-log', [{ key: value, value: Buffer.from(value) }])
        process.stdout.write(at.partition + ' ' + at.offset + ' ' + value + '\\n')
      }
    }
    await Promise.all(Array.from({ length: 20 }, one))`
}

test('after kill -9, five times, every append that resolved is there (P1)', async () => {
  const folder = join(base, 'killed')
  const told = new Map<string, string>()
  for (let round = 1; round <= 5; round++) {
    const child = startChild(appender(folder))
    await child.printed(300 * round)
    await child.kill()
    for (const line of child.lines) {
      const [partition, offset, value] = line.split(' ')
      // The last line may be cut.
      if (value !== undefined && value !== '') told.set(`${partition}/${offset}`, value)
    }
    const log = await sqliteEventLog({ folder, segmentBytes: 100_000, verify: 'all' })
    for (const partition of [0, 1]) {
      const records = await readAll(log, { topic: 'site-log', partition })
      expect(records.map((record) => record.offset)).toEqual(records.map((_, i) => i))
      const found = new Map(records.map((record) => [`${partition}/${record.offset}`, textOf(record)]))
      const missing = [...told].filter(
        ([at, value]) => at.startsWith(`${partition}/`) && !(found.get(at) ?? '').startsWith(value),
      )
      expect(missing).toEqual([])
    }
    await log.close()
  }
  expect(told.size).toBeGreaterThan(4000)
}, 60_000)

test('a folder in use is refused, naming the pid; one left by a dead process is taken over (Q1)', async () => {
  const folder = join(base, 'locked')
  const child = startChild(appender(folder))
  await child.printed(1)
  const refused: unknown = await sqliteEventLog({ folder }).catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'data-locked' })
  expect(String(refused)).toContain(`pid ${child.process.pid}`)
  await child.kill()
  const log = await sqliteEventLog({ folder })
  expect(await sqliteEventLog({ folder }).catch((error: unknown) => error)).toMatchObject({ code: 'data-locked' })
  const looking = await sqliteEventLog({ folder, readOnly: true })
  expect((await readAll(looking, { topic: 'site-log', partition: 0 })).length).toBeGreaterThan(0)
  expect(await appendNumbers(looking, 'site-log', [1]).catch((error: unknown) => error)).toMatchObject({
    code: 'log-unavailable',
  })
  await looking.close()
  await log.close()
})

test('each append is told only after an fdatasync of its file (Q3)', async (context) => {
  try {
    execFileSync('strace', ['-qq', '-o', '/dev/null', 'true'])
  } catch {
    context.skip('strace is not installed or may not trace')
  }
  const trace = join(base, 'trace')
  const source = `
    import { sqliteEventLog } from '$src/event-log.ts'
    const log = await sqliteEventLog({ folder: ${JSON.stringify(join(base, 'traced'))} })
    for (const topic of ['site-log', 'alarm-events', 'broadcast-log', 'rejected', 'base']) {
      await log.append(topic, [{ key: 'k', value: Buffer.from('opens the file') }])
      for (let i = 0; i < 5; i++) {
        process.stdout.write('begin ' + topic + '\\n')
        await log.append(topic, [{ key: 'k', value: Buffer.from('v') }])
        process.stdout.write('told ' + topic + '\\n')
      }
    }
    await log.close()`
  const child = startChild(source, ['strace', '-f', '-qq', '-y', '-e', 'trace=fdatasync,fsync,write', '-o', trace])
  await child.printed(50)
  await new Promise((resolve) => child.process.once('exit', resolve))
  let topic = ''
  let synced = false
  let told = 0
  const early: string[] = []
  for (const line of readFileSync(trace, 'utf8').split('\n')) {
    const begin = /write\(1<.*"begin ([a-z-]+)/.exec(line)
    if (begin !== null) [topic, synced] = [begin[1] ?? '', false]
    else if (/f(data)?sync\(/.test(line) && line.includes(`/${topic}.`)) synced = true
    else if (/write\(1<.*"told /.test(line)) {
      told++
      if (!synced) early.push(topic)
    }
  }
  expect(early).toEqual([])
  expect(told).toBe(25)
})
