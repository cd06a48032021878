// What the pages name exists: links, pictures, files, settings, metrics, failpoints, exit codes, keys, the engine's times.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { exitCodes } from '@tocsin/cli/exit-codes.ts'
import * as limits from '@tocsin/core/engine/limits.ts'
import { expect, test } from 'vitest'
import { root } from '../support/system.ts'
import { broken, codeOf, fieldsOf, jsonAt, linksOf, page, pages } from './pages.ts'

const namesIn = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, name = '']) => name)

test('every link and picture leads somewhere', () => {
  const all = pages()
  expect(all.length).toBeGreaterThan(20)
  const faults = all.flatMap((of) => linksOf(of).flatMap((target) => broken(of, target) ?? []))
  expect(faults).toEqual([])
})

test('every page of docs is reached from a README or from architecture.md', () => {
  const named = ['README.md', 'README.zh-CN.md', 'docs/architecture.md'].map(page).join('\n')
  const missing = pages()
    .map(({ path }) => path)
    .filter((path) => /^docs\/[^/]+\.md$/.test(path) && !named.includes(path.slice('docs/'.length)))
  expect(missing).toEqual([])
})

test('every path of the repository that a page names exists', () => {
  const missing = pages().flatMap((of) =>
    codeOf(of)
      .filter((code) => /^(packages|services|simulators|infra|test|docs|registry)\/[\w./-]+$/.test(code))
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `${of.path}: ${path}`),
  )
  expect(missing).toEqual([])
})

/** `data`, `mqtt.port` … as the JSON Schema of the settings has them. */
function settings(): Set<string> {
  const file = 'packages/config/schemas/settings.schema.json'
  const names = fieldsOf(jsonAt(file, 'properties')).flatMap((name) => [
    name,
    ...fieldsOf(jsonAt(file, 'properties', name, 'properties')).map((inner) => `${name}.${inner}`),
  ])
  expect(names).toContain('http.port')
  return new Set(names)
}

test('every setting that a page names exists', () => {
  const known = settings()
  const groups = [...known].filter((name) => !name.includes('.')).join('|')
  const named = new RegExp(`^((?:${groups})\\.[a-zA-Z]+)$`)
  const faults = pages()
    .filter(({ path }) => !path.endsWith('failpoints.md'))
    .flatMap((of) => {
      const code = codeOf(of)
      const set = code.flatMap((text) => namesIn(text, /--set '?([\w.]+)=/g))
      const plain = code
        .flatMap((text) => named.exec(text)?.[1] ?? [])
        .filter((name) => !/\.(ts|md|db|yaml|json)$/.test(name))
      return [...set, ...plain]
        .filter((name) => name !== 'name' && !known.has(name))
        .map((name) => `${of.path}: ${name}`)
    })
  expect(faults).toEqual([])
})

test('operations.md lists every metric', () => {
  const there = namesIn(page('services/gateway/src/metrics.ts'), /'(tocsin_[a-z_]+)'/g)
  const told = namesIn(page('docs/operations.md'), /^\| `(tocsin_[a-z_]+)` \|/gm)
  expect(told.sort()).toEqual(there.sort())
})

test('failpoints.md lists every failpoint', () => {
  const there = namesIn(page('packages/core/src/ports/failpoints.ts'), /\| '([a-z.-]+)'/g)
  const told = namesIn(page('docs/decisions/failpoints.md'), /^\| `([a-z.-]+)` \|/gm)
  expect(told).toEqual(there)
})

test('cli.md lists every exit code', () => {
  const told = namesIn(page('docs/cli.md'), /^\| (\d+ \| `[a-z]+`) \|/gm)
  expect(told).toEqual(Object.entries(exitCodes).map(([name, code]) => `${code} | \`${name}\``))
})

test('the officers’ guides list the keys as the console’s help does', () => {
  for (const [guide, texts] of [
    ['docs/officers.zh-CN.md', 'services/console/src/texts/zh.ts'],
    ['docs/officers.md', 'services/console/src/texts/en.ts'],
  ] as const) {
    const help = page(texts).split('\n  help: {')[1]?.split('\n  },')[0] ?? ''
    const there = namesIn(help, /\['([^']+)', '[^']+'\]/g)
    const table =
      page(guide)
        .split(/^## (?:快捷键|Keys)$/m)[1]
        ?.split('\n## ')[0] ?? ''
    expect(namesIn(table, /^\| ([^|]+) \|/gm).slice(1)).toEqual(there)
    expect(there.length).toBeGreaterThan(5)
  }
})

test('both READMEs state the ten promises', () => {
  const ten = Array.from({ length: 10 }, (_, i) => `P${i + 1}`)
  for (const path of ['README.md', 'README.zh-CN.md']) expect(namesIn(page(path), /^\| (P\d+) \|/gm)).toEqual(ten)
})

test('the decisions state the engine’s times as they are', () => {
  const seconds = (ms: number): string => `${ms / 1_000} s`
  const told: readonly (readonly [path: string, text: string])[] = [
    ['open-time.md', `More than ${seconds(limits.GAP_MS)} between ticks is a gap`],
    ['open-time.md', `From ${seconds(limits.BLIND_MS)} on the gap is an alarm`],
    ['open-time.md', `from ${seconds(limits.DEPART_MS)} off it is an alarm`],
    ['late-data.md', `max(3 × the sensor's interval, ${seconds(limits.LATE_MS)})`],
    ['late-data.md', `when ${seconds(limits.HOLD_MS)} of open time bring no newer reading`],
    ['late-data.md', `${limits.MEMORY} readings a sensor`],
    ['returned-occurrences.md', `at most ${limits.RETURNED_KEPT} returned occurrences stay open`],
  ]
  for (const [path, text] of told) expect(page(`docs/decisions/${path}`)).toContain(text)
  expect(limits.BEHIND_ARRIVALS).toBe(3)
})
