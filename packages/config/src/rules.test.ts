import { join } from 'node:path'
import { canonical } from '@tocsin/core/domain/canonical.ts'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import { expect, test } from 'vitest'
import { contentHash, readRulesContent, rulesContent } from './content.ts'
import { sentence } from './problems.ts'
import { loadRules, readRules } from './rules.ts'
import { changed, folderWith, goodRules } from './testing.ts'

function ruleNamed(id: string, text: string = goodRules) {
  const set = loadRules([folderWith({ 'r.yaml': text })])
  return set.rules.find((entry) => entry.rule.id === id)?.rule
}

test('limits are converted to the canonical unit, and the condition is said', () => {
  // Cl₂ 70.906 g/mol at 20 ℃: 1 ppm is 2.948 mg/m³
  expect(ruleNamed('gas')).toMatchObject({
    source: '试（由 ppm 换算，20 ℃, 101.325 kPa）',
    levels: [
      { raise: { op: '>=', value: 2.94766160881 }, clear: { op: '<', value: 2.35812928705 }, onDelay: 0 },
      { raise: { value: 5.89532321763 }, onDelay: 5000 },
    ],
  })
  expect(ruleNamed('displacement')).toMatchObject({ window: 86_400_000, levels: [{ raise: { value: 2 } }] })
})

test('a deadband becomes a clear value on the safe side', () => {
  const text = changed(goodRules, 'raise: ≥ 1, clear: < 0.8', 'raise: ≥ 1, deadband: 0.2').replace(
    'unit: ppm',
    'unit: mg/m³',
  )
  expect(ruleNamed('gas', text)).toMatchObject({ levels: [{ clear: { op: '<', value: 0.8 } }, {}] })
})

test('levels that follow from a design value keep its name; a fallback comes from `design`', () => {
  expect(ruleNamed('pool')).toMatchObject({
    levels: [],
    perSensor: [
      { name: '控制水位', of: '控制水位', op: '>=', times: 1, plus: 0, deadband: 0.02 },
      { name: '预警', of: '控制水位', plus: -0.3, deadband: 0 },
    ],
  })
  const text = changed(goodRules, '    unit: m\n', '    unit: cm\n    design: { 控制水位: 41300 }\n')
  expect(ruleNamed('pool', text)).toMatchObject({
    perSensor: [
      { fallback: 413, deadband: 0.0002 },
      { fallback: 413, plus: -0.003 },
    ],
  })
})

test('each rule has the hash of its canonical JSON; how rules are split over files does not show in the set', () => {
  const [head = '', ...rules] = goodRules.split(/(?=^ {2}- id)/m)
  const split = Object.fromEntries(rules.toReversed().map((rule, index) => [`${index}.yml`, head + rule]))
  const one = loadRules([join(folderWith({ 'r.yaml': goodRules }), 'r.yaml')])
  const many = loadRules([folderWith({ ...split, 'deeper/empty.yaml': '', '.hidden.yaml': '{', 'notes.txt': '{' })])
  expect(many).toEqual(one)
  expect(one.rules.map(({ rule }) => rule.id)).toEqual(['displacement', 'gas', 'gas-store', 'pool', 'silent'])
  expect(one.rules.map(({ hash, rule }) => hash === contentHash(canonical(rule)))).not.toContain(false)
  expect(one.hash).toBe(contentHash(rulesContent(one)))
})

test('the stored content reads back as the same set', () => {
  const set = loadRules([folderWith({ 'r.yaml': goodRules })])
  expect(readRulesContent(rulesContent(set))).toEqual({ ok: true, value: set })
  expect(readRulesContent('{')).toMatchObject({ ok: false })
  expect(readRulesContent('{"v":2,"rules":[]}')).toMatchObject({
    ok: false,
    error: expect.stringMatching(/^v: /) as string,
  })
})

test.for([
  [
    'a unit that does not convert',
    'unit: ppm',
    'unit: ' + "'%LEL'",
    'r.yaml:6:11 rules[0].unit: expected a unit of chlorine: mg/m³, ppm, found "%LEL"',
  ],
  [
    'an unknown quantity',
    'quantity: chlorine }\n    unit',
    'quantity: clorine }\n    unit',
    'r.yaml:5:42 rules[0].select.quantity: expected one of',
  ],
  ['a misspelt field', 'onDelay: 5s', 'ondelay: 5s', '(did you mean "onDelay"?)'],
  [
    'a limit without a comparison',
    'raise: ≥ 2',
    'raise: 2',
    "r.yaml:11:46 rules[0].levels[1].raise: expected a limit such as ≥ 25, ≤ 3.0, '> 26' or '< 0.25', found 2",
  ],
  [
    'a clear value that overlaps',
    'clear: < 0.8',
    'clear: < 1.2',
    'r.yaml:10:58 rules[0].levels[0].clear: expected a clear value that excludes >= 1, found < 1.2',
  ],
  [
    'a clear value in the wrong direction',
    'clear: < 0.8',
    'clear: ≥ 0.8',
    'rules[0].levels[0].clear: expected a comparison against that of raise (>=), found >= 0.8',
  ],
  [
    'a level name twice',
    'name: 二级',
    'name: 一级',
    'r.yaml:11:17 rules[0].levels[1].name: expected a name that no other level of the rule has, found "一级" again',
  ],
  [
    'a rule id twice',
    'id: gas-store',
    'id: gas',
    'r.yaml:12:9 rules[1].id: expected a value that stands only once, found "gas" again, first at',
  ],
  [
    'a rule replaced that is none',
    'replaces: [gas]',
    'replaces: [gaz]',
    'r.yaml:18:16 rules[1].replaces[0]: expected the id of a rule, found "gaz" (did you mean "gas"?)',
  ],
  [
    'a duration in words',
    'window: 24h',
    'window: a day',
    'rules[3].window: expected a duration such as 30s, 5m, 24h or 90d, or a whole number of milliseconds, found "a day"',
  ],
  [
    'an id with a slash',
    'id: silent',
    'id: a/b',
    'rules[4].id: expected an id of letters, digits, dot, hyphen or underscore, 64 at most, found "a/b"',
  ],
  [
    'an unknown kind',
    'kind: silence',
    'kind: silense',
    'rules[4].kind: expected one of threshold, rate, silence, found "silense"',
  ],
  [
    'neither raise nor perSensor',
    'raise: ≥ 0.2',
    'offDelay: 1s',
    'rules[3].levels[0].name: expected raise or perSensor in the level, found neither',
  ],
  [
    'a rate rule with a design value',
    'raise: ≥ 0.2',
    'perSensor: { op: ≥ }',
    'rules[3].levels[0].perSensor: expected raise, in a rate rule, found perSensor',
  ],
  [
    'a clear value beside a design value',
    'plus: -0.3 }',
    'plus: -0.3 }, clear: < 1',
    'rules[2].levels[1].clear: expected deadband beside perSensor, found clear',
  ],
  [
    'a design value that no level is of',
    '    unit: m\n',
    '    unit: m\n    design: { 水位: 1 }\n',
    'r.yaml:26:15 rules[2].design.水位: expected a design value that a level is `of`, found one that none is',
  ],
  ['no list', 'rules:\n', 'rules: 1\n_:\n', 'r.yaml:1:8 rules: expected a list of rules, found 1'],
] as const)('%s is said with its line', ([, piece, by, expected]) => {
  const folder = folderWith({ 'r.yaml': changed(goodRules, piece, by) })
  const read = readRules([folder])
  const sentences = read.ok ? [] : read.problems.map(sentence)
  expect(sentences.map((line) => line.replaceAll(`${folder}/`, '')).join('\n')).toContain(expected)
})

test('every fault of every file is said at once, as one error', () => {
  const folder = folderWith({
    'a.yaml': changed(goodRules, 'unit: ppm', 'unit: kg').replace('raise: ≥ 2', 'raise: x'),
    'b.yaml': 'rules: [',
    'c.yaml':
      'rules: [{ id: silent, kind: silence, title: x, select: {}, source: x, certainty: X, intervals: 3, atLeast: 1s }]',
  })
  let error: unknown
  try {
    loadRules([folder, join(folder, 'none.yaml')])
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(TocsinError)
  const lines = error instanceof TocsinError ? error.message.replaceAll(`${folder}/`, '').split('\n') : []
  expect(lines.map((line) => line.split(': expected')[0])).toEqual([
    'a.yaml:11:46 rules[0].levels[1].raise',
    'b.yaml:1:9',
    'c.yaml:1:82 rules[0].certainty',
    'none.yaml',
  ])
  expect(error).toMatchObject({ code: 'rules-invalid', retry: false })
})
