/** The real program as a process of its own, with a data folder that outlives it: started, killed, started again. */

import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setEnterprise, setUser } from '@tocsin/config/credentials.ts'
import type { Role } from '@tocsin/core/domain/feed.ts'

export const root = fileURLToPath(new URL('../../', import.meta.url))
const main = join(root, 'services/cli/src/main.ts')

export interface SystemOptions {
  /** Folder whose YAML files become the registry. */
  readonly registry: string
  readonly enterprises: readonly string[]
  readonly users?: readonly { readonly id: string; readonly role: Role }[]
  /** Further settings, `key=value`. */
  readonly set?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly console?: boolean
}

/** Every secret and password of a test system. */
export const SECRET = 'correct-horse-battery-staple'

export class System {
  readonly folder = mkdtempSync(join(tmpdir(), 'tocsin-e2e-'))
  readonly #options: SystemOptions
  #ports: { http: number; mqtt: number } | null = null
  #child: ChildProcess | null = null
  /** What the process printed since it was last started. */
  output = ''

  static async create(options: SystemOptions): Promise<System> {
    const system = new System(options)
    mkdirSync(system.data, { recursive: true })
    cpSync(options.registry, system.registry, { recursive: true })
    for (const id of options.enterprises) await setEnterprise(system.data, id, SECRET)
    for (const { id, role } of options.users ?? []) {
      await setUser(system.data, { id, name: id, role, scope: { areas: [], enterprises: [] } }, SECRET)
    }
    system.#ports = { http: await freePort(), mqtt: await freePort() }
    return system
  }

  private constructor(options: SystemOptions) {
    this.#options = options
  }

  get data(): string {
    return join(this.folder, 'data')
  }

  get registry(): string {
    return join(this.folder, 'registry')
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ports?.http ?? 0}`
  }

  get mqtt(): string {
    return `mqtt://127.0.0.1:${this.#ports?.mqtt ?? 0}`
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  /** `--set` arguments that name this system's folders and ports, for any command. */
  get settings(): string[] {
    const ports = [`http.port=${this.#ports?.http ?? 0}`, `mqtt.port=${this.#ports?.mqtt ?? 0}`]
    const own = [`data=${this.data}`, `registry=${this.registry}`, ...ports, ...(this.#options.set ?? [])]
    return own.flatMap((setting) => ['--set', setting])
  }

  /** Resolves when it has said where sensor gateways connect, that is when intake is open. */
  async start(): Promise<void> {
    this.output = ''
    const args = ['start', ...this.settings, ...(this.#options.console === true ? [] : ['--no-console'])]
    const env = { ...process.env, ...this.#options.env }
    const child = spawn(process.execPath, [main, ...args], { cwd: this.folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    await new Promise<void>((resolve, reject) => {
      const hear = (chunk: Buffer): void => {
        this.output += chunk.toString()
        if (this.output.includes('Sensor gateways:')) resolve()
      }
      child.stdout.on('data', hear)
      child.stderr.on('data', hear)
      child.once('exit', (code, signal) => reject(new Error(`ended with ${code ?? signal}:\n${this.output}`)))
    })
  }

  /** `kill -9`; resolves when the process is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Ctrl-C, or what a service manager sends. @returns the exit code */
  async stop(signal: 'SIGINT' | 'SIGTERM' = 'SIGINT'): Promise<number | null> {
    return await this.#end(signal)
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal)
  }

  /** Ends the process, if it runs, and removes its folder. */
  async dispose(): Promise<void> {
    await this.#end('SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }

  async status(): Promise<Status> {
    const answer: unknown = await (await fetch(`${this.url}/statusz`)).json()
    return answer as Status
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child
    this.#child = null
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
    const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
    child.kill(signal)
    return await gone
  }
}

/** The part of /statusz that tests look at. */
export interface Status {
  readonly ready: boolean
  readonly readings: number
  readonly rejected: number
  readonly raised: Readonly<Record<'red' | 'orange' | 'yellow' | 'blue', number>>
  readonly broadcasts: Readonly<Record<string, number>>
  readonly engineLagMs: number | null
}

/** Runs a command of the program. @returns exit code and what it printed */
export async function tocsin(
  args: readonly string[],
  options: { env?: Readonly<Record<string, string>>; cwd?: string } = {},
): Promise<{ code: number | null; out: string; err: string }> {
  const env = { ...process.env, ...options.env }
  const child = spawn(process.execPath, [main, ...args], {
    cwd: options.cwd ?? root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const code = await new Promise<number | null>((resolve) => child.once('close', (c) => resolve(c)))
  return { code, out, err }
}

/** A port of loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return typeof address === 'object' && address !== null ? address.port : 0
}
