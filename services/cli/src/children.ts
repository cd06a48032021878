/** Processes that a command starts and ends: they also end by themselves when the command dies. */

import { spawn } from 'node:child_process'
import { TocsinError } from '@tocsin/core/domain/errors.ts'

export interface ChildOptions {
  readonly script: string
  readonly args: readonly string[]
  /** Standard output in which the process says that it is ready; its group `found` is given back. */
  readonly ready?: RegExp
}

export interface Child {
  readonly found: string
  /** SIGTERM, then SIGKILL after 4 s. */
  stop(): Promise<void>
}

const READY_WITHIN = 20_000

/** Starts a script with a pipe as its standard input, whose end tells it that nobody is there any more. */
export async function startChild(name: string, options: ChildOptions): Promise<Child> {
  const child = spawn(process.execPath, [options.script, ...options.args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Ctrl-C goes to the whole terminal group: the command alone decides the order of ending.
    detached: true,
  })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), 4_000)
    await gone
    clearTimeout(timer)
  }
  const { ready } = options
  if (!ready) {
    child.stdout.resume()
    return { found: '', stop }
  }
  const found = await new Promise<string>((resolve, reject) => {
    let output = ''
    const fail = (why: string): void => reject(new TocsinError('internal', `${name}: ${why}`))
    const timer = setTimeout(() => fail(`not ready within ${READY_WITHIN / 1_000} s`), READY_WITHIN)
    child.stdout.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-10_000)
      const match = ready.exec(output)?.groups?.['found']
      if (match === undefined) return
      clearTimeout(timer)
      resolve(match)
    })
    void gone.then(() => fail('ended before it was ready'))
  })
  return { found, stop }
}
