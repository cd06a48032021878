/** How a running command ends: by a signal; a second one, later, ends it at once. */

import { isAlive, runners } from './runners.ts'

/** A terminal's Ctrl-C may come twice, from the terminal and from pnpm: within this it is one, ms. */
const SAME = 1_500

/** Resolves at the first SIGINT or SIGTERM (or when the terminal, npx or pnpm is gone). */
export async function untilSignal(): Promise<NodeJS.Signals> {
  return await new Promise<NodeJS.Signals>((resolve) => {
    let first = 0
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        if (first === 0) {
          first = performance.now()
          resolve(name)
        } else if (performance.now() - first > SAME) {
          process.exit(130)
        }
      })
    }
    const through = runners()
    const watch = setInterval(() => {
      if (through.every(isAlive)) return
      clearInterval(watch)
      resolve('SIGHUP')
    }, 500)
    watch.unref()
  })
}
