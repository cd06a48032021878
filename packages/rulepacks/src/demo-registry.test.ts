import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadRegistry, registryProblems } from '@tocsin/config/registry.ts'
import { loadRules } from '@tocsin/config/rules.ts'
import { sentence } from '@tocsin/config/problems.ts'
import { hazards } from '@tocsin/core/domain/hazard.ts'
import { bindRules } from '@tocsin/core/rules/bind.ts'
import { expect, onTestFinished, test } from 'vitest'
import { packPath } from './packs.ts'

const packs = hazards.map(packPath)
const folder = (name: string): string => fileURLToPath(new URL(`../../../registry/${name}`, import.meta.url))

test.each(['demo', 'template'])('the %s registry has neither errors nor warnings under the packs', (name) => {
  expect(registryProblems(folder(name), packs).map(sentence)).toEqual([])
})

test('the examples in the template are right once their comment signs are taken away', () => {
  const whole = readFileSync(join(folder('template'), 'registry.yaml'), 'utf8')
  const examples = [...whole.matchAll(/((?:^# {3}.*\n)+)([a-z]+): \[\]/gm)]
  expect(examples.map(([, , section]) => section)).toEqual(['areas', 'enterprises', 'sites', 'platforms', 'policy'])
  const made = mkdtempSync(join(tmpdir(), 'tocsin-template-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  const text = examples.map(([, lines = '', section = '']) => `${section}:\n${lines.replaceAll(/^# /gm, '')}`).join('')
  writeFileSync(join(made, 'registry.yaml'), text)
  expect(registryProblems(made, packs).map(sentence)).toEqual([])
  expect(loadRegistry(made).sites[0]?.sensors[0]?.overrides[0]?.raise.value).toBeCloseTo(0.884, 3)
})

test('the demo has at least four sites of each hazard, each sensor with limits of its own or a reason not to', () => {
  const rules = loadRules(packs)
  const registry = loadRegistry(folder('demo'), rules)
  for (const hazard of hazards) {
    expect(registry.sites.filter((site) => site.hazard === hazard).length).toBeGreaterThanOrEqual(4)
  }
  const unwatched = registry.sites.flatMap((site) =>
    site.sensors.flatMap((sensor) =>
      bindRules(rules, site, sensor).some(({ rule }) => rule.kind !== 'silence') ? [] : [sensor.quantity],
    ),
  )
  expect([...new Set(unwatched)].toSorted()).toEqual([
    'door-state',
    'dust',
    'fan-state',
    'feed-state',
    'negative-pressure',
    'pump-state',
    'rainfall',
    'seepage-flow',
    'turbidity',
    'valve-state',
  ])
})

test('only one site of the demo is warned without an approver, and only its own simulator is reached', () => {
  const { policy, platforms } = loadRegistry(folder('demo'))
  expect(policy.filter((rule) => rule.warning === 'automatic')).toEqual([
    { site: 'daping', severities: ['red'], warning: 'automatic', allClear: 'automatic' },
  ])
  expect(platforms.map(({ url }) => new URL(url).hostname)).toEqual(['127.0.0.1'])
})

test('the design values of 大坪尾矿库 become its four levels', () => {
  const rules = loadRules(packs)
  const site = loadRegistry(folder('demo'), rules).sites.find(({ id }) => id === 'daping')
  const limits = (tag: string) => {
    const sensor = site?.sensors.find((one) => one.tag === tag)
    const bound = site && sensor ? bindRules(rules, site, sensor) : []
    return bound.flatMap(({ rule }) => (rule.kind === 'threshold' ? rule.levels.map(({ raise }) => raise.value) : []))
  }
  expect(limits('ZK-2')).toEqual([3, 3.3, 3.6, 3.9])
  expect(limits('SW-1')).toEqual([413.6, 413, 412.7, 412.5])
  expect(limits('GT-1')).toEqual([70, 77, 84, 91])
})

test('every shipped file names the schema by which editors complete it', () => {
  const shipped = ['demo', 'template'].flatMap((name) =>
    readdirSync(folder(name)).map((file) => join(folder(name), file)),
  )
  for (const file of [...packs, ...shipped]) {
    const [, schema = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(file, 'utf8')) ?? []
    expect([file, schema !== '' && existsSync(join(dirname(file), schema))]).toEqual([file, true])
  }
})
