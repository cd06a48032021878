import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadSettings, type Settings } from './settings.ts'
import { folderWith } from './testing.ts'

const doc = readFileSync(new URL('../../../docs/settings.md', import.meta.url), 'utf8')
const rows = [...doc.matchAll(/^\| `([\w.]+)` \| `([^`]+)` \|/gm)].map(([, name = '', value = '']) => ({ name, value }))

function load(cwd: string, overrides: readonly string[]): Settings {
  return loadSettings({ env: {}, overrides, cwd })
}

/** `mqtt.host` and its like; a list or null is one field. */
function names(value: object, path: readonly string[] = []): string[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? names(inner, [...path, key])
      : [[...path, key].join('.')],
  )
}

test('the page names every setting', () => {
  expect(rows.map(({ name }) => name)).toEqual(names(load(folderWith({}), [])))
})

test('the page says the defaults as they are', () => {
  const cwd = folderWith({})
  for (const { name, value } of rows) expect([name, load(cwd, [`${name}=${value}`])]).toEqual([name, load(cwd, [])])
})

test("the page's example loads", () => {
  const [, example = ''] = /```yaml\n([^`]+)```/.exec(doc) ?? []
  const settings = loadSettings({ env: {}, overrides: [], cwd: folderWith({ 'tocsin.yaml': example }) })
  expect([settings.data, settings.mqtt.port, settings.history.retentionDays]).toEqual([
    join('/var/lib/tocsin'),
    8883,
    365,
  ])
})
