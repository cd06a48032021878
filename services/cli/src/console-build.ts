/** The built console: made on the first start and whenever its sources are newer. */

import { spawn } from 'node:child_process'
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TocsinError } from '@tocsin/core/domain/errors.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const consoleRoot = join(root, 'services/console')
/** What the console is built from. */
const sources = ['services/console', 'packages/core/src/domain', 'packages/wire/src'].map((path) => join(root, path))

/** The folder to serve. Rejects with `internal` when the build fails, its output in the message. */
export async function builtConsole(say: (text: string) => void): Promise<string> {
  const dist = join(consoleRoot, 'dist')
  const index = join(dist, 'index.html')
  if (existsSync(index) && statSync(index).mtimeMs >= Math.max(...sources.map(newest))) return dist
  say('Building the console (first start, some 20 s) …')
  await build(dist)
  return dist
}

/** Newest change below the folder, ms; links are not followed. */
function newest(folder: string): number {
  let latest = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isFile()) latest = Math.max(latest, statSync(path).mtimeMs)
    else if (entry.isDirectory() && !['node_modules', 'dist'].includes(entry.name)) {
      latest = Math.max(latest, newest(path))
    }
  }
  return latest
}

/** Built aside, then put in place at once: a Tocsin that serves the old one never serves half of each. */
async function build(dist: string): Promise<void> {
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const aside = join(consoleRoot, 'node_modules', `.console-${process.pid}`)
  const args = [vite, 'build', consoleRoot, '--logLevel', 'error', '--outDir', aside, '--emptyOutDir']
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  if (code !== 0) throw new TocsinError('internal', `the console cannot be built:\n${output}`)
  const old = `${aside}.old`
  if (existsSync(dist)) renameSync(dist, old)
  renameSync(aside, dist)
  rmSync(old, { recursive: true, force: true })
}
