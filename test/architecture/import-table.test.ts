import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const top = join(import.meta.dirname, '..', '..')
const script = join(top, 'infra', 'tooling', 'imports.ts')

let house = ''

beforeEach(() => {
  house = mkdtempSync(join(tmpdir(), 'tocsin-house-'))
})

afterEach(() => {
  rmSync(house, { recursive: true, force: true })
})

/** Writes a file of the fixture house; folders are made as needed. */
function write(path: string, text: string): void {
  mkdirSync(join(house, dirname(path)), { recursive: true })
  writeFileSync(join(house, path), text)
}

/** Builds a package with the dependencies named and one source file that imports `specifier`. */
function build(
  folder: string,
  options: { name: string; file: string; specifier: string; dependencies: string[] },
): void {
  const dependencies = Object.fromEntries(options.dependencies.map((name) => [name, 'workspace:*']))
  write(join(folder, 'package.json'), JSON.stringify({ name: options.name, dependencies }))
  write(join(folder, options.file), `// Decides nothing.\n\nimport { a } from '${options.specifier}'\n\nexport { a }\n`)
}

function judgeHouse(root: string): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, root], { encoding: 'utf8' })
  return { status, output: `${stdout}${stderr}` }
}

test('this repository keeps its import table', () => {
  expect(judgeHouse(top)).toEqual({ status: 0, output: '' })
})

test('a house that keeps the table passes', () => {
  build('packages/core', {
    name: '@tocsin/core',
    file: 'src/engine/step.ts',
    specifier: '../domain/site.ts',
    dependencies: [],
  })
  build('services/gateway', {
    name: '@tocsin/gateway',
    file: 'src/compose.ts',
    specifier: '@tocsin/core/engine/step.ts',
    dependencies: ['@tocsin/core'],
  })
  expect(judgeHouse(house)).toEqual({ status: 0, output: '' })
})

test('core that reads a file is found, with its line and the reason', () => {
  build('packages/core', { name: '@tocsin/core', file: 'src/engine/step.ts', specifier: 'node:fs', dependencies: [] })
  const { status, output } = judgeHouse(house)
  expect(status).toBe(1)
  expect(output).toContain('packages/core/src/engine/step.ts:3 imports node:fs: core imports nothing outside core')
  expect(output).toContain('a replay, a backtest and the live run are the same computation')
})

test('an adapter that learns a format is found', () => {
  build('packages/wire', {
    name: '@tocsin/wire',
    file: 'src/site-log-v1.ts',
    specifier: 'node:buffer',
    dependencies: [],
  })
  build('packages/adapters/sqlite', {
    name: '@tocsin/adapter-sqlite',
    file: 'src/event-log.ts',
    specifier: '@tocsin/wire/site-log-v1.ts',
    dependencies: ['@tocsin/wire'],
  })
  expect(judgeHouse(house).output).toContain(
    'event-log.ts:3 imports @tocsin/wire/site-log-v1.ts: adapters learn no format',
  )
})

test('a console that looks behind the feed, and a stage that looks into another, are both found', () => {
  build('services/gateway', {
    name: '@tocsin/gateway',
    file: 'src/compose.ts',
    specifier: '@tocsin/worker/compose.ts',
    dependencies: ['@tocsin/worker'],
  })
  build('services/worker', { name: '@tocsin/worker', file: 'src/compose.ts', specifier: 'node:path', dependencies: [] })
  build('services/console', {
    name: '@tocsin/console',
    file: 'src/app.tsx',
    specifier: '@tocsin/gateway/compose.ts',
    dependencies: ['@tocsin/gateway'],
  })
  const { status, output } = judgeHouse(house)
  expect(status).toBe(1)
  expect(output).toContain('app.tsx:3 imports @tocsin/gateway/compose.ts: the console knows only core/domain and wire')
  expect(output).toContain('compose.ts:3 imports @tocsin/worker/compose.ts: a service never imports another service')
})

test('a relative path out of the package is found, even where it would resolve', () => {
  build('packages/core', { name: '@tocsin/core', file: 'src/domain/site.ts', specifier: './area.ts', dependencies: [] })
  build('packages/wire', {
    name: '@tocsin/wire',
    file: 'src/reading-v1.ts',
    specifier: '../../core/src/domain/site.ts',
    dependencies: ['@tocsin/core'],
  })
  expect(judgeHouse(house).output).toContain('a relative import may not leave its package')
})
