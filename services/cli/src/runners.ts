/** The npx and pnpm processes that a command was started through: when one of them is killed, the command ends too. */

import { readFileSync } from 'node:fs'

/**
 * The nearest first; empty when the command was started by itself, or where there is no /proc to ask. The `sh -c` that
 * they put between themselves and what they run counts; one above the last of them does not: it may end at any time.
 */
export function runners(): number[] {
  const found: number[] = []
  let upToRunner = 0
  for (let pid = process.ppid; pid > 1; pid = parentOf(pid)) {
    const line = readOr(`/proc/${pid}/cmdline`, '').replaceAll('\0', ' ')
    const isShell = /^(\S*\/)?(ba|da)?sh -c /.test(line)
    if (!isShell && !/\b(pnpm|npx|npm)\b/.test(line)) break
    found.push(pid)
    if (!isShell) upToRunner = found.length
  }
  return found.slice(0, upToRunner)
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** The fourth field of stat; the second one, the name, may hold blanks and brackets. */
function parentOf(pid: number): number {
  const stat = readOr(`/proc/${pid}/stat`, '')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0)
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return otherwise
  }
}
