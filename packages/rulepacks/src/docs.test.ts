import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sentence } from '@tocsin/config/problems.ts'
import { loadRegistry, registryProblems } from '@tocsin/config/registry.ts'
import { loadRules } from '@tocsin/config/rules.ts'
import { hazards } from '@tocsin/core/domain/hazard.ts'
import { quantities } from '@tocsin/core/domain/quantity.ts'
import { bindRules } from '@tocsin/core/rules/bind.ts'
import { expect, onTestFinished, test } from 'vitest'
import { packPath } from './packs.ts'

const page = (name: string): string => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')
const packs = hazards.map(packPath)

/** A folder with the page's YAML example. */
function example(name: string): string {
  const [, text = ''] = /```yaml\n([^`]+)```/.exec(page(name)) ?? []
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-docs-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'example.yaml'), text)
  return folder
}

test("the registry page's example is right under the packs, and its sentence is what is said", () => {
  const folder = example('registry.md')
  expect(registryProblems(folder, packs).map(sentence)).toEqual([])
  const file = join(folder, 'example.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace('unit: ppm', "unit: '%LEL'"))
  const said = registryProblems(folder, packs).map((problem) => sentence(problem).replace(/^.*?sites/, 'sites'))
  expect(page('registry.md')).toContain(said[0])
})

test('what the registry page says of one design value is so', () => {
  const rules = loadRules(packs)
  const folder = new URL('../../../registry/demo', import.meta.url).pathname
  const site = loadRegistry(folder, rules).sites.find(({ id }) => id === 'daping')
  const sensor = site?.sensors.find(({ tag }) => tag === 'ZK-1')
  const levels =
    site && sensor
      ? bindRules(rules, site, sensor).flatMap(({ rule }) => (rule.kind === 'threshold' ? rule.levels : []))
      : []
  expect(levels.map(({ severity, raise }) => `${severity} ${raise.value.toFixed(1)}`).join(', ')).toBe(
    'red 3.0, orange 3.3, yellow 3.6, blue 3.9',
  )
})

test("the rules page's example loads", () => {
  expect(loadRules([example('rules.md')]).rules.map(({ rule }) => rule.kind)).toEqual([
    'threshold',
    'threshold',
    'rate',
    'silence',
  ])
})

test('the rules page lists every location that the packs know, and every quantity with its unit', () => {
  const text = page('rules.md')
  const listed = [...text.matchAll(/^\| (hazchem|coal|tailings) \| `([\w-]+)` \|/gm)].map(
    ([, hazard, word]) => `${hazard} ${word}`,
  )
  const known = loadRules(packs).rules.flatMap(({ rule }) =>
    (rule.select.locations ?? []).map((word) => `${rule.select.hazard} ${word}`),
  )
  expect(listed.toSorted()).toEqual([...new Set(known)].toSorted())
  for (const { id, zh, unit } of quantities.values()) {
    expect(text).toContain(`| \`${id}\` | ${zh} | ${unit === '' ? '–' : unit} |`)
  }
})
