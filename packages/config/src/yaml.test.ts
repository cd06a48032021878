import { expect, test } from 'vitest'
import { z } from 'zod'
import { sentence } from './problems.ts'
import { folderWith } from './testing.ts'
import { parseYaml, readYaml, validate } from './yaml.ts'

const schema = z.strictObject({
  name: z.string(),
  list: z
    .array(z.strictObject({ colour: z.enum(['red', 'blue']), size: z.number().min(1).exactOptional() }))
    .exactOptional(),
})

function problemsOf(text: string): string[] {
  const parsed = parseYaml('f.yaml', text)
  if (!parsed.ok) return parsed.problems.map(sentence)
  const result = validate(schema, parsed.value.value, { file: parsed.value, path: [] })
  return result.ok ? [] : result.problems.map(sentence)
}

test('a right file has no problem', () => {
  expect(problemsOf('name: x\nlist: [{ colour: red }]\n')).toEqual([])
})

test.for([
  [
    'a missing field, at the group that lacks it',
    'list: []\n',
    'f.yaml:1:1 name: expected text (in quotes where it looks like a number), found nothing',
  ],
  [
    'a number where text belongs',
    'name: 12\n',
    'f.yaml:1:7 name: expected text (in quotes where it looks like a number), found 12',
  ],
  ['an empty value, at its key', 'list:\nname: x\n', 'f.yaml:1:1 list: expected a list, found an empty value'],
  [
    'an unknown field, with the one meant',
    'name: x\nlsit: []\n',
    'f.yaml:2:1 lsit: expected one of the fields name, list, found the unknown field "lsit" (did you mean "list"?)',
  ],
  [
    'an unknown field deep inside',
    'name: x\nlist:\n  - colour: red\n    sise: 1\n',
    'f.yaml:4:5 list[0].sise: expected one of the fields colour, size, found the unknown field "sise" (did you mean "size"?)',
  ],
  [
    'a misspelt word',
    'name: x\nlist:\n  - { colour: rad }\n',
    'f.yaml:3:15 list[0].colour: expected one of red, blue, found "rad" (did you mean "red"?)',
  ],
  [
    'a number too small',
    'name: x\nlist: [{ colour: red, size: 0 }]\n',
    'f.yaml:2:29 list[0].size: expected at least 1, found 0',
  ],
  [
    'a value behind an alias',
    'name: &n 3\nlist: [{ colour: *n }]\n',
    'f.yaml:2:18 list[0].colour: expected one of red, blue, found 3',
  ],
] as const)('%s', ([, text, expected]) => {
  expect(problemsOf(text)).toContain(expected)
})

test('syntax errors and keys that stand twice say where', () => {
  expect(problemsOf('name: x\nname: y\n')).toEqual(['f.yaml:2:1: expected valid YAML, found Map keys must be unique'])
  expect(problemsOf('name: [1, 2\n')[0]).toMatch(/^f\.yaml:2:1: expected valid YAML/)
  expect(problemsOf('name: "x\n')[0]).toMatch(/^f\.yaml:\d+:\d+: expected valid YAML/)
})

test('aliases that would grow without bound are refused', () => {
  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x, x]',
    ...'bcdefg'.split('').map((c, i) => `${c}: &${c} [${Array(10).fill(`*${'abcdef'[i]}`).join(', ')}]`),
  ]
  expect(problemsOf(bomb.join('\n'))[0]).toContain('Excessive alias count')
})

test('a file that cannot be read is a problem too', () => {
  const read = readYaml(`${folderWith({})}/none.yaml`)
  expect(read.ok || read.problems[0]?.expected).toBe('a readable file')
})
