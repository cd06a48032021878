/** The newcomer's first command: the demo shows what it promises, ends cleanly and remembers. */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readStored } from '../support/journal.ts'
import { freePort, root, type Status, tocsin } from '../support/system.ts'

let folder = ''
let demo: ChildProcess | null = null
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-demo-'))
})
afterEach(() => {
  if (demo?.pid !== undefined && demo.exitCode === null && demo.signalCode === null) process.kill(-demo.pid, 'SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

interface Started {
  readonly url: string
  readonly output: () => string
  /** Ctrl-C to the whole group, as a terminal does it. Resolves when the group's leader is gone. @returns ms */
  readonly interrupt: () => Promise<number>
}

/** Runs the README's command and waits for the first http address that it prints. */
async function start(ports: { http: number; mqtt: number }): Promise<Started> {
  const settings = [`http.port=${ports.http}`, `mqtt.port=${ports.mqtt}`, `data=${folder}`]
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD|PNPM)/i.test(name)))
  const child = spawn('npx', ['-y', 'pnpm@10', 'demo', ...settings.flatMap((setting) => ['--set', setting])], {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  demo = child
  let output = ''
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      output += chunk.toString()
      const found = /http:\/\/\S+/.exec(output)?.[0]
      if (found !== undefined) resolve(found)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('exit', (code) => reject(new Error(`the demo ended with ${code}:\n${output}`)))
  })
  const interrupt = async (): Promise<number> => {
    const begun = performance.now()
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    process.kill(-(child.pid ?? 0), 'SIGINT')
    await gone
    return performance.now() - begun
  }
  return { url, output: () => output, interrupt }
}

test('each colour, a broadcast with receipts, a clean end, and memory', async () => {
  const ports = { http: await freePort(), mqtt: await freePort() }
  const begun = performance.now()
  const first = await start(ports)
  expect(first.url).toBe(`http://127.0.0.1:${ports.http}`)
  await expect.poll(async () => (await fetch(first.url).catch(() => null))?.status, { timeout: 30_000 }).toBe(200)
  expect(performance.now() - begun).toBeLessThan(180_000)
  await expect.poll(first.output, { timeout: 5_000 }).toMatch(/approver\s+\S+/)

  const status = async (): Promise<Status> => (await (await fetch(`${first.url}/statusz`)).json()) as Status
  await expect
    .poll(async () => Math.min(...Object.values((await status()).raised)), { timeout: 60_000, interval: 500 })
    .toBeGreaterThan(0)
  await expect.poll(async () => await playedVillages(first), { timeout: 60_000, interval: 3_000 }).toBeGreaterThan(1)

  expect(await first.interrupt()).toBeLessThan(10_000)
  await expect.poll(() => openPorts(ports), { timeout: 5_000 }).toEqual([])
  expect(processesOf(folder)).toEqual([])

  const stored = await readStored(folder)
  expect(stored.replayHash).toBe(stored.journalHash)
  const replayed = await tocsin(['replay', '--json', '--set', `data=${folder}`])
  expect(replayed.code).toBe(0)
  expect(JSON.parse(replayed.out)).toMatchObject({ same: true, journalHash: stored.journalHash })
  expect((await tocsin(['journal', 'verify', '--set', `data=${folder}`])).code).toBe(0)

  const second = await start(ports)
  await expect
    .poll(async () => (await ((await fetch(`${second.url}/statusz`)).json() as Promise<Status>)).ready)
    .toBe(true)
  const { raised } = (await (await fetch(`${second.url}/statusz`)).json()) as Status
  expect(raised.red).toBeGreaterThan(0)
  expect(await second.interrupt()).toBeLessThan(10_000)
})

/** Villages in which the automatic red warning was played to its end, as an officer sees it. */
async function playedVillages({ url, output }: Started): Promise<number> {
  const [, password = ''] = /officer\s+(\S+)/.exec(output()) ?? []
  const headers = { 'content-type': 'application/json', 'x-tocsin': '1' }
  const body = JSON.stringify({ user: 'officer', password })
  const login = await fetch(`${url}/api/login`, { method: 'POST', headers, body })
  const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const text = await (await fetch(`${url}/api/broadcasts`, { headers: { cookie } })).text()
  return text.split('"state":"played"').length - 1
}

async function openPorts({ http, mqtt }: { http: number; mqtt: number }): Promise<number[]> {
  const open: number[] = []
  for (const port of [http, mqtt]) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true))
      socket.once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (isOpen) open.push(port)
  }
  return open
}

/** Command lines of processes that name the folder. */
function processesOf(name: string): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(commandLine)
    .filter((line) => line.includes(name))
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return '' // it ended meanwhile
  }
}
