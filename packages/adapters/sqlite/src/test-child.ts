/** For tests: a process of its own that works on a folder, so that it can be killed at any moment. */

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface TestChild {
  readonly process: ChildProcess
  readonly lines: string[]
  /** Resolves when it has printed so many lines; rejects when it ends before. */
  printed(count: number): Promise<void>
  /** kill -9, and every line that it printed before. */
  kill(): Promise<void>
}

/** Runs a module's source text, which imports the adapter from `$src/…`; `runner` goes before the command (strace). */
export function startChild(source: string, runner: readonly string[] = []): TestChild {
  const src = new URL('.', import.meta.url).href
  const command = [...runner, process.execPath, '--input-type=module', '-e', source.replaceAll('$src/', src)]
  const [program = '', ...args] = command
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  const changed = new Set<() => void>()
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (line) => {
    lines.push(line)
    for (const check of changed) check()
  })
  const ended = once(reader, 'close')
  return {
    process: child,
    lines,
    printed: (count) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if (lines.length < count) return
          changed.delete(check)
          resolve()
        }
        changed.add(check)
        void ended.then(() => reject(new Error(`the child ended after ${lines.length} lines`)))
        check()
      }),
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}
