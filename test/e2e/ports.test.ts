/** How the program refuses to start, and how it ends: what is taken is named with what to do, and nothing is left. */

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freePort, System, tocsin } from '../support/system.ts'
import { enterprises, writeTwoEnterprises } from './two-enterprises.ts'

let folder = ''
let registry = ''
const ending: (() => Promise<void>)[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-ports-'))
  registry = writeTwoEnterprises(join(folder, 'registry'))
})
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs `start` on a data folder of its own until it gives up. */
async function startIn(name: string, set: readonly string[]): Promise<{ code: number | null; err: string }> {
  const own = [`data=${join(folder, name)}`, `registry=${registry}`, 'logLevel=silent', ...set]
  return await tocsin(['start', '--no-console', ...own.flatMap((setting) => ['--set', setting])])
}

async function takenPort(): Promise<number> {
  const server: Server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ending.push(() => new Promise((resolve) => server.close(() => resolve())))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url)
  return await new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

async function started(): Promise<System> {
  const system = await System.create({ registry, enterprises })
  ending.push(() => system.dispose())
  await system.start()
  return system
}

test.each([
  ['http', 'mqtt'],
  ['mqtt', 'http'],
])('a taken %s port is named with what to do, and the start ends with 5', async (taken, other) => {
  const port = await takenPort()
  const { code, err } = await startIn('data', [`${taken}.port=${port}`, `${other}.port=${await freePort()}`])
  expect([code, err]).toEqual([5, expect.stringContaining(`${port}`)])
  expect(err).toMatch(/^port-taken: /)
  expect(err).toContain(`set ${taken}.port to another`)
  expect(err.trim().split('\n')).toHaveLength(1)
  // what had been opened before it was found taken is closed again: the folder can be used at once
  expect((await startIn('data', [`${taken}.port=${port}`, `${other}.port=0`])).err).toMatch(/^port-taken: /)
})

test('a second start on the same data folder is refused with the first one’s pid, which serves on', async () => {
  const first = await started()
  const settings = [`data=${first.data}`, `registry=${registry}`, 'http.port=0', 'mqtt.port=0']
  const second = await tocsin(['start', '--no-console', ...settings.flatMap((setting) => ['--set', setting])])
  expect([second.code, second.err]).toEqual([5, expect.stringContaining('data-locked: ')])
  expect(second.err).toContain(`pid ${first.pid}`)
  expect(await answers(first.url)).toBe(true)
  expect((await fetch(`${first.url}/healthz`)).status).toBe(200)
})

test('a start that is refused because the data folder is in use makes no registry', async () => {
  const first = await started()
  const unmade = join(folder, 'unmade')
  const settings = [`data=${first.data}`, `registry=${unmade}`, 'http.port=0', 'mqtt.port=0']
  const second = await tocsin(['start', '--no-console', ...settings.flatMap((setting) => ['--set', setting])])
  expect([second.code, second.err, second.out]).toEqual([
    5,
    expect.stringContaining('data-locked: '),
    expect.not.stringContaining('registry was made'),
  ])
  expect(existsSync(unmade)).toBe(false)
})

test('a damaged history does not keep it from starting', async () => {
  const system = await started()
  await system.stop()
  const file = join(system.data, 'history/history.db')
  writeFileSync(file, Buffer.alloc(8192, 7))
  await system.start()
  expect(existsSync(`${file}.damaged-1`)).toBe(true)
  expect(system.output).toContain(`${file}.damaged-1`)
  expect(await system.stop()).toBe(0)
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it within 10 s with 0, and no port is left', async (signal) => {
  const system = await started()
  const { pid } = system
  expect(await Promise.all([answers(system.url), answers(system.mqtt)])).toEqual([true, true])
  // a feed, a request and a sensor gateway that do not go away by themselves
  const idle = [system.url, system.mqtt].map((url) => connect({ host: '127.0.0.1', port: Number(new URL(url).port) }))
  for (const socket of idle) socket.on('error', () => undefined)
  await Promise.all(idle.map((socket) => new Promise((resolve) => socket.once('connect', resolve))))
  const begun = performance.now()
  expect(await system.stop(signal)).toBe(0)
  expect(performance.now() - begun).toBeLessThan(10_000)
  for (const socket of idle) socket.destroy()
  expect(await Promise.all([answers(system.url), answers(system.mqtt)])).toEqual([false, false])
  expect(existsSync(`/proc/${pid}`)).toBe(false)
  // and it starts again on the same folder and ports
  await system.start()
  expect(await system.stop()).toBe(0)
})

test.each(['http', 'mqtt'])('plain %s outside loopback is refused without insecure, with 3', async (listener) => {
  const set = ['http.port=0', 'mqtt.port=0', `${listener}.host=0.0.0.0`]
  const { code, err } = await startIn('data', set)
  expect([code, err]).toEqual([3, expect.stringContaining(`${listener}.insecure: true`)])
  expect(err).toContain(`${listener}.host`)
})
