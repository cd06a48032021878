// Runs every check of the workspace side by side; one line per step with its time, details only of what failed.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, join } from 'node:path'
import { top } from './sources.ts'

type Step = { readonly name: string; readonly command: string }

// pnpm tells its scripts where it lies; a check started without it asks npx, as the README does.
const pnpm = process.env['npm_execpath']?.includes('pnpm') === true ? '"$npm_execpath"' : 'npx -y pnpm@10'
const runPnpm = pnpm.startsWith('"') && process.env['npm_execpath']?.endsWith('js') === true ? `node ${pnpm}` : pnpm

// Longest first. Licences are asked of what ships: testkit and test are not part of it.
const steps: readonly Step[] = [
  { name: 'types', command: 'tsc -p tsconfig.json --noEmit' },
  { name: 'lint', command: 'oxlint --type-aware --deny-warnings --format=unix' },
  { name: 'dead code', command: 'knip --no-progress --treat-config-hints-as-errors' },
  ...(existsSync(join(top, 'services/console/tsconfig.json'))
    ? [{ name: 'types of the console', command: 'tsc -p services/console/tsconfig.json --noEmit' }]
    : []),
  { name: 'format', command: 'oxfmt --check .' },
  {
    name: 'licences',
    command: `${runPnpm} --filter '!@tocsin/testkit' --filter '!@tocsin/test' licenses list --prod --json | node infra/tooling/licences.ts`,
  },
  { name: 'import table', command: 'node infra/tooling/imports.ts' },
  { name: 'house rules', command: 'node infra/tooling/house-rules.ts' },
]

const started = performance.now()
const queue = [...steps]
const failed: string[] = []
await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work))
const seconds = ((performance.now() - started) / 1000).toFixed(1)
console.log(failed.length === 0 ? `check passed in ${seconds} s` : `check failed in ${seconds} s: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1

async function work(): Promise<void> {
  for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
    const before = performance.now()
    const { code, output } = await run(step.command)
    const took = ((performance.now() - before) / 1000).toFixed(1).padStart(5)
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${took} s  ${step.name}`)
    if (code === 0) continue
    failed.push(step.name)
    console.log(`${output.trimEnd()}\n`)
  }
}

/** Runs a shell command in the top folder; resolves with its exit code and all it printed, never rejects. */
function run(command: string): Promise<{ code: number; output: string }> {
  const path = [join(top, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter)
  const child = spawn(command, {
    cwd: top,
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: path, FORCE_COLOR: '0', NO_COLOR: '1' },
  })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 1, output: error.message }))
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }))
  })
}
