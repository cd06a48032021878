import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const program = fileURLToPath(new URL('main.ts', import.meta.url))
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'platform-'))
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

function run(...flags: string[]) {
  const child = spawn(process.execPath, [program, ...flags])
  const said = { out: '', err: '' }
  const listening = new Promise<string>((resolve) => {
    child.stdout.on('data', (chunk) => {
      said.out += String(chunk)
      const url = /^Loudspeaker platform: (http:\/\/127\.0\.0\.1:\d+\/eb)\n/.exec(said.out)?.[1]
      if (url !== undefined) resolve(url)
    })
  })
  child.stderr.on('data', (chunk) => (said.err += String(chunk)))
  return { child, said, listening, ended: once(child, 'exit') }
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  'it says where it listens first, and %s ends it within 1 s',
  async (signal) => {
    const { child, ended, said, listening } = run('--port', '0', '--log-level', 'warn')
    const url = await listening
    expect((await fetch(url.replace(/eb$/, 'control'))).status).toBe(200)
    const before = performance.now()
    child.kill(signal)
    expect(await ended).toEqual([0, null])
    expect(performance.now() - before).toBeLessThan(1000)
    expect(said).toEqual({ out: `Loudspeaker platform: ${url}\n`, err: '' })
  },
)

test('it ends with its standard input where that is asked for, a silent connection or not', async () => {
  const { child, ended, listening } = run('--end-with-stdin', '--mode', 'silent')
  const silence = fetch(await listening, { method: 'POST', body: 'x' }).catch(() => 'cut')
  child.stdin.end()
  expect(await ended).toEqual([0, null])
  expect(await silence).toBe('cut')
})

test('villages come from a file, and are shown', async () => {
  const file = join(folder, 'villages.json')
  await writeFile(file, JSON.stringify({ 999901101201: { name: '柳树湾村', terminals: 12 } }))
  const { child, ended, listening } = run('--villages-json', file)
  expect(await (await fetch((await listening).replace(/eb$/, ''))).text()).toContain('柳树湾村')
  child.kill('SIGTERM')
  await ended
})

test.each([
  [['--mode', 'sulking'], '--mode sulking: not one of normal, silent'],
  [['--states', 'later'], '--states later: not one of same, push'],
  [['--speed', 'fast'], '--speed fast: out of range'],
  [['--fail-rate', '1.5'], '--fail-rate 1.5: out of range'],
  [['--port', '65536'], '--port 65536: out of range'],
  [['--villages-json', '/nowhere.json'], 'no such file'],
  [['--bogus'], 'Unknown option'],
])('%s is wrong use: code 2 and what to do', async (flags, message) => {
  const { ended, said } = run(...flags)
  expect(await ended).toEqual([2, null])
  expect(said.err).toContain(message)
  expect(said.err).toContain('--villages-json FILE')
})

test.each([
  ['[]', 'not an object'],
  ['{"12": {"name": "x", "terminals": 1}}', '12: not an area code'],
  ['{"999901101201": {"terminals": 1}}', '999901101201.name: not a text'],
  ['{"999901101201": {"name": "x", "terminals": 0}}', '999901101201.terminals: not a whole number'],
])('villages %s are named by what is wrong', async (json, message) => {
  const file = join(folder, 'wrong.json')
  await writeFile(file, json)
  const { ended, said } = run('--villages-json', file)
  expect(await ended).toEqual([2, null])
  expect(said.err).toContain(`wrong.json: ${message}`)
})

test('a port that is taken is named', async () => {
  const first = run()
  const port = new URL(await first.listening).port
  const second = run('--port', port)
  expect(await second.ended).toEqual([2, null])
  expect(second.said.err).toContain(`127.0.0.1:${port}; choose another --port`)
  first.child.kill('SIGTERM')
  await first.ended
})
