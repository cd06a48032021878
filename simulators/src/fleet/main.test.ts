import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startBroker, type TestBroker } from '../testing/broker.ts'
import { smallSecrets, smallSites } from '../testing/small-registry.ts'

const program = fileURLToPath(new URL('main.ts', import.meta.url))
let folder: string
let broker: TestBroker

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleet-'))
  await writeFile(join(folder, 'registry.json'), JSON.stringify({ sites: smallSites, areas: [] }))
  await writeFile(join(folder, 'secrets.json'), JSON.stringify(Object.fromEntries(smallSecrets)))
  broker = await startBroker()
})

afterEach(async () => {
  await broker.stop()
  await rm(folder, { recursive: true })
})

function run(...flags: string[]) {
  const files = ['--registry-json', join(folder, 'registry.json'), '--credentials-json', join(folder, 'secrets.json')]
  const child = spawn(process.execPath, [program, ...files, '--mqtt', broker.url, ...flags])
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk) => (said.out += String(chunk)))
  child.stderr.on('data', (chunk) => (said.err += String(chunk)))
  return { child, said, ended: once(child, 'exit') }
}

function scanning(): Promise<unknown> {
  return broker.until((all) => smallSites.every(({ id }) => all.some(({ topic }) => topic.includes(`/${id}/readings`))))
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s ends it within 2 s, with code 0 and every gateway offline',
  async (signal) => {
    const { child, ended, said } = run()
    await scanning()
    const before = performance.now()
    child.kill(signal)
    expect(await ended).toEqual([0, null])
    expect(performance.now() - before).toBeLessThan(2000)
    expect(broker.heard.filter(({ state }) => state === 'offline')).toHaveLength(smallSites.length)
    expect(said.out).toContain('"msg":"ending"')
    expect(said.err).toBe('')
  },
)

test('it ends with its standard input where that is asked for', async () => {
  const { child, ended } = run('--end-with-stdin')
  await scanning()
  child.stdin.end()
  expect(await ended).toEqual([0, null])
})

test('a scenario given by a flag plays at its time', async () => {
  const { child, ended, said } = run('--scenario', 'storm@0.2:一号尾矿库=yellow')
  child.stdout.on('data', () => {
    if (said.out.includes('"scenario":"storm"')) child.kill('SIGTERM')
  })
  expect(await ended).toEqual([0, null])
  expect(said.out).toContain('"site":"pond"')
})

test.each([
  [['--plan', 'nonsense'], 'not one of calm, demo'],
  [['--scenario', 'earthquake'], 'not one of gas-leak'],
  [['--rate', 'much'], 'not a number above 0'],
  [['--registry-json', '/nowhere.json'], 'no such file'],
  [['--bogus'], 'Unknown option'],
])('%s is wrong use: code 2 and what to do', async (flags, message) => {
  const { ended, said } = run(...flags)
  expect(await ended).toEqual([2, null])
  expect(said.err).toContain(message)
  expect(said.err).toContain('--registry-json FILE')
})

test('a registry with a wrong field is named by file and field', async () => {
  const [site] = smallSites
  const broken = { sites: [{ ...site, sensors: [{ ...site?.sensors[0], quantity: 'noise' }] }] }
  await writeFile(join(folder, 'registry.json'), JSON.stringify(broken))
  const { ended, said } = run()
  expect(await ended).toEqual([2, null])
  expect(said.err).toContain('registry.json: sites.0.sensors.0.quantity: not a quantity')
})
