import { TocsinError } from '@tocsin/core/domain/errors.ts'
import { expect, test } from 'vitest'
import { contentHash, readSiteContent, siteConfigOf, siteContent } from './content.ts'
import { sentence } from './problems.ts'
import { loadRegistry, readRegistry, registryProblems, versionOf } from './registry.ts'
import { loadRules } from './rules.ts'
import { changed, folderWith, goodRegistry, goodRules } from './testing.ts'

const rulesIn = (folder: string): string => `${folder}/rules`

function problemsOf(files: Readonly<Record<string, string>>): string[] {
  const folder = folderWith({
    'rules/r.yaml': goodRules,
    ...Object.fromEntries(Object.entries(files).map(([name, text]): [string, string] => [`registry/${name}`, text])),
  })
  const problems = registryProblems(`${folder}/registry`, [rulesIn(folder)])
  return problems.map((problem) => sentence(problem).replaceAll(`${folder}/registry/`, ''))
}

test('a right registry loads: units and ranges canonical, defaults filled in', () => {
  const folder = folderWith({ 'all.yaml': goodRegistry, 'rules/rules.txt': '' })
  const registry = loadRegistry(folder)
  const [plant, pond] = registry.sites
  expect(plant).toMatchObject({ spokenName: '北厂', people: null, guidance: [], instruction: '', contacts: [] })
  expect(plant?.sensors).toMatchObject([
    { unit: 'ppm', range: [0, 29.4766160881], location: 'store', interval: 2000, overrides: [] },
    {
      unit: 'mg/m³',
      location: 'general',
      group: '',
      interval: 2000,
      overrides: [{ raise: { op: '>=', value: 1.47383080441 } }],
    },
  ])
  expect(plant?.sensors[1]?.overrides[0]).not.toHaveProperty('unit')
  expect(pond?.sensors[0]).toMatchObject({ range: [400, 420], overrides: [{ raise: { value: 413 } }] })
  expect(registry.platforms[0]).toMatchObject({ dialect: 'gdj-2018', duration: 1_800_000 })
  expect(registry.policy).toEqual([{ site: 'pond', severities: ['red'], warning: 'automatic', allClear: 'approval' }])
})

test('how entries are split over files does not matter; without files there is an empty registry', () => {
  const [areas = '', enterprises = '', rest = ''] = goodRegistry.split(/(?=^enterprises:|^sites:)/m)
  const split = loadRegistry(folderWith({ 'z.yaml': areas, 'a/e.yml': enterprises, 's.yaml': rest }))
  expect(split).toEqual(loadRegistry(folderWith({ 'all.yaml': goodRegistry })))
  expect(loadRegistry(folderWith({}))).toEqual({ areas: [], enterprises: [], sites: [], platforms: [], policy: [] })
})

test('the engine gets its part of a site only; who lives nearby changes no hash', () => {
  const text = (registry: string) => loadRegistry(folderWith({ 'r.yaml': registry })).sites.map(siteContent)
  const [before, moved, renamed] = [
    text(goodRegistry),
    text(changed(goodRegistry, 'people: 1206', 'people: 1207')),
    text(changed(goodRegistry, 'name: 东侧', 'name: 东门')),
  ]
  expect(moved).toEqual(before)
  expect(renamed[0]).not.toBe(before[0])
  expect(contentHash(before[0] ?? '')).toMatch(/^[0-9a-f]{64}$/)
  const site = loadRegistry(folderWith({ 'r.yaml': goodRegistry })).sites[0]
  expect(site && readSiteContent(siteContent(site))).toEqual({ ok: true, value: site && siteConfigOf(site) })
  expect(readSiteContent('{"v":1,"site":{}}')).toMatchObject({
    ok: false,
    error: expect.stringMatching(/^site\.id: /) as string,
  })
})

test('the version changes with the registry and with the rules', () => {
  const version = (registry: string, rules: string) =>
    versionOf(loadRegistry(folderWith({ 'r.yaml': registry })), loadRules([folderWith({ 'r.yaml': rules })]))
  const versions = [
    version(goodRegistry, goodRules),
    version(changed(goodRegistry, 'people: 1206', 'people: 1207'), goodRules),
    version(goodRegistry, changed(goodRules, 'raise: ≥ 0.2', 'raise: ≥ 0.3')),
  ]
  expect(new Set(versions).size).toBe(3)
  expect(version(goodRegistry, goodRules)).toBe(versions[0])
})

const cases: [name: string, piece: string, by: string, expected: string][] = [
  [
    'an area code without quotes',
    "code: '999901000000'",
    'code: 999901000000',
    'r.yaml:2:13 areas[0].code: expected 12 digits in quotes, found 999901000000',
  ],
  [
    'an area code twice',
    "code: '999901101201'",
    "code: '999901000000'",
    'r.yaml:3:13 areas[1].code: expected a value that stands only once, found "999901000000" again, first at r.yaml:2',
  ],
  [
    'an unknown area',
    "name: 矿业, area: '999901000000'",
    "name: 矿业, area: '999902000000'",
    'r.yaml:6:33 enterprises[1].area: expected a known area, found "999902000000" (did you mean "999901000000"?)',
  ],
  [
    'an unknown enterprise',
    'enterprise: chem',
    'enterprise: chen',
    'r.yaml:10:17 sites[0].enterprise: expected a known enterprise, found "chen" (did you mean "chem"?)',
  ],
  [
    'an enterprise twice',
    'id: mine',
    'id: chem',
    'r.yaml:6:11 enterprises[1].id: expected a value that stands only once',
  ],
  [
    'a site twice',
    'id: pond',
    'id: plant',
    'r.yaml:39:9 sites[1].id: expected a value that stands only once, found "plant" again, first at r.yaml:8',
  ],
  [
    "Tocsin's own id",
    'id: plant',
    'id: tocsin',
    'r.yaml:8:9 sites[0].id: expected another id, this one is Tocsin itself, found "tocsin"',
  ],
  ...['status', 'errors'].map((word): [string, string, string, string] => [
    `a site called ${word}, which a topic would take for its own word`,
    'id: plant',
    `id: ${word}`,
    `r.yaml:8:9 sites[0].id: expected another id, this one is a word of the MQTT topics, found "${word}"`,
  ]),
  ['an id with a slash', 'id: GT-1\n', 'id: GT/1\n', 'r.yaml:20:13 sites[0].sensors[0].id: expected an id of letters'],
  [
    'a sensor id twice, in two sites',
    'id: SW-1',
    'id: GT-1',
    'sites[1].sensors[0].id: expected a value that stands only once, found "GT-1" again, first at r.yaml:20',
  ],
  [
    'a tag twice in a site',
    'tag: GT-102',
    'tag: GT-101',
    'r.yaml:31:14 sites[0].sensors[1].tag: expected a value that stands only once, found "GT-101" again, first at r.yaml:21',
  ],
  [
    'an unknown sensor gateway',
    'interval: 2000\n        gateway: gw-1',
    'interval: 2000\n        gateway: gw-2',
    'r.yaml:36:18 sites[0].sensors[1].gateway: expected a known sensor gateway of the site, found "gw-2" (did you mean "gw-1"?)',
  ],
  [
    'a sensor gateway of two enterprises',
    'id: gw-2',
    'id: gw-1',
    'r.yaml:46:22 sites[1].gateways[0].id: expected a sensor gateway of enterprise "mine", found "gw-1", a sensor gateway of enterprise "chem"',
  ],
  [
    'an unknown group',
    'group: store',
    'group: stores',
    'sites[0].sensors[0].group: expected a known group of the site, found "stores" (did you mean "store"?)',
  ],
  [
    'a unit that does not convert',
    'unit: ppm\n',
    "unit: '%LEL'\n",
    'r.yaml:24:15 sites[0].sensors[0].unit: expected a unit of chlorine: mg/m³, ppm, found "%LEL"',
  ],
  [
    "an override's unit that does not convert",
    'unit: ppm,',
    'unit: bar,',
    'sites[0].sensors[1].overrides[0].unit: expected a unit of chlorine: mg/m³, ppm, found "bar"',
  ],
  [
    'a range upside down',
    'range: [0, 30]',
    'range: [30, 0]',
    'r.yaml:34:16 sites[0].sensors[1].range: expected a low end below the high end, found [30, 0]',
  ],
  [
    'a range of one number',
    'range: [0, 30]',
    'range: [30]',
    'r.yaml:34:16 sites[0].sensors[1].range: expected two numbers [low, high], found a list of 1',
  ],
  [
    'an interval too short',
    'interval: 2000',
    'interval: 20',
    'r.yaml:35:19 sites[0].sensors[1].interval: expected at least 100ms, found 20',
  ],
  [
    'an interval without a unit',
    'interval: 10s',
    'interval: 10 seconds',
    'sites[1].sensors[0].interval: expected a duration such as 30s, 5m, 24h or 90d, or a whole number of milliseconds, found "10 seconds"',
  ],
  ['a misspelt field', 'interval: 10s', 'intervall: 10s', '(did you mean "interval"?)'],
  [
    'a misspelt quantity',
    'quantity: pool-level',
    'quantity: pool-leval',
    'found "pool-leval" (did you mean "pool-level"?)',
  ],
  [
    'a location that no rule knows',
    'location: store',
    'location: stroe',
    'r.yaml:26:19 sites[0].sensors[0].location: expected general, or a location that a rule names, found "stroe" (did you mean "store"?)',
  ],
  [
    'an override of no rule',
    'rule: gas,',
    'rule: gsa,',
    'r.yaml:38:21 sites[0].sensors[1].overrides[0].rule: expected the id of a rule, found "gsa" (did you mean "gas"?)',
  ],
  [
    'an override of a rule for other sensors',
    'rule: gas, level: 一级',
    'rule: pool, level: 控制水位',
    'overrides[0].rule: expected a rule that applies to this sensor, found "pool", for tailings pool-level',
  ],
  [
    'an override of a rule that is replaced here',
    'range: [0, 30]',
    'range: [0, 30]\n        location: store',
    'overrides[0].rule: expected "gas-store", which replaces it at this location, found "gas"',
  ],
  [
    'an override of no level',
    'level: 一级',
    'level: 三级',
    'r.yaml:38:33 sites[0].sensors[1].overrides[0].level: expected one of 一级, 二级, found "三级"',
  ],
  [
    'an override against the direction',
    'raise: ≥ 0.5',
    'raise: ≤ 0.5',
    "overrides[0].raise: expected a comparison in the direction of the rule's >=, found <= 0.5",
  ],
  [
    'an override without who decided it',
    'by: 设计单位, at: 2026-03-02, why: 设计值 }\n  - id: pond',
    'at: 2026-03-02, why: 设计值 }\n  - id: pond',
    'r.yaml:38:13 sites[0].sensors[1].overrides[0].by: expected text (in quotes where it looks like a number), found nothing',
  ],
  [
    "an unknown village's area",
    "area: '999901101201', name: 柳树湾村, people",
    "area: '999901101202', name: 柳树湾村, people",
    'r.yaml:16:17 sites[0].villages[0].area: expected a known area',
  ],
  [
    '22 digits of EBRID',
    "platformEbrId: '39999000000000314010101'",
    "platformEbrId: '3999900000000031401010'",
    'platforms[0].platformEbrId: expected 23 digits in quotes, found "3999900000000031401010"',
  ],
  [
    'an address that is none',
    'url: http://127.0.0.1:18180/eb',
    'url: 127.0.0.1',
    'platforms[0].url: expected an http or https address, found "127.0.0.1"',
  ],
  [
    'a platform for no known area',
    "areas: ['9999']",
    "areas: ['9988']",
    'platforms[0].areas[0]: expected the beginning of a known area code, found "9988"',
  ],
  [
    'a policy for no site',
    'site: pond',
    'site: pont',
    'policy[0].site: expected a known site, found "pont" (did you mean "pond"?)',
  ],
  [
    'a policy with an unknown colour',
    'severities: [red]',
    'severities: [purple]',
    'policy[0].severities[0]: expected one of red, orange, yellow, blue, found "purple"',
  ],
  [
    'an event code of four',
    'eventType: 12B04',
    'eventType: 12B4',
    'sites[1].eventType: expected an event code of 5 characters such as 12D02, found "12B4"',
  ],
  [
    'an unknown section',
    'policy:',
    'policies:',
    'r.yaml:69:1 policies: expected one of the fields areas, enterprises, sites, platforms, policy, found the unknown field "policies"',
  ],
  [
    'a limit out of range',
    'range: [0, 30]',
    'range: [0, 5]',
    'warning: expected a range that reaches 二级 >= 5.89532321763 mg/m³, found [0, 5]',
  ],
  [
    'a design value that nobody entered',
    '        overrides:\n          - { rule: pool, level: 控制水位, raise: ≥ 41300, by: 设计单位, at: 2026-03-02, why: 设计值 }\n',
    '',
    'sites[1].sensors[0].overrides: warning: expected an override with the design value 控制水位, found none, so the sensor has no limit',
  ],
  [
    'a village out of earshot',
    "areas: ['9999']",
    "areas: ['999901000']",
    'sites[0].villages[0].area: warning: expected a loudspeaker platform that drives this area, found none',
  ],
]

test.for(cases)('%s is said with its place', ([, piece, by, expected]) => {
  expect(problemsOf({ 'r.yaml': changed(goodRegistry, piece, by) }).join('\n')).toContain(expected)
})

test('the right registry has no problem under its rules', () => {
  expect(problemsOf({ 'r.yaml': goodRegistry })).toEqual([])
})

test('all is said at once: a wrong sensor hides neither another one nor what refers to its site', () => {
  const broken = [
    ['unit: ppm\n', 'unit: kg\n'],
    ['interval: 2000', 'interval: x'],
    ['people: null', 'people: many'],
    ["sourceEbrId: '39999000000000103010101'", 'sourceEbrId: 1'],
  ].reduce((text, [piece = '', by = '']) => changed(text, piece, by), goodRegistry)
  const problems = problemsOf({ 'r.yaml': broken, 'z.yaml': 'areas: [{ code: 1 }]\nsite: []\n' })
  expect(problems.map((line) => line.split(': expected')[0])).toEqual([
    'r.yaml:24:15 sites[0].sensors[0].unit',
    'r.yaml:35:19 sites[0].sensors[1].interval',
    'r.yaml:45:13 sites[1].people',
    'r.yaml:64:18 platforms[0].sourceEbrId',
    'z.yaml:2:1 site',
  ])
})

test('loading throws one error that names them all; warnings alone do not', () => {
  const folder = folderWith({ 'r.yaml': changed(goodRegistry, 'id: plant', 'id: a/b') })
  expect(() => loadRegistry(folder)).toThrow(TocsinError)
  expect(() => loadRegistry(folder)).toThrow(/r\.yaml:8:9 sites\[0\]\.id: expected an id/)
  const near = folderWith({ 'r.yaml': changed(goodRegistry, "areas: ['9999']", "areas: ['999901000']") })
  expect(loadRegistry(near).sites).toHaveLength(2)
  expect(readRegistry(near, null).problems).toHaveLength(1)
  expect(() => loadRegistry(`${near}/none`)).toThrow(/a readable file or folder/)
})
