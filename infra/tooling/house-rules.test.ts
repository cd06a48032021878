import { expect, test } from 'vitest'
import { findNotes, findOffences } from './house-rules.ts'

const inCore = 'packages/core/src/engine/step.ts'
const elsewhere = 'services/gateway/src/compose.ts'

function offencesOf(path: string, code: string): string[] {
  return findOffences([{ path, text: `// Decides nothing.\n${code}\n` }])
}

test.each(['Date.now()', 'new Date()', 'Date()', 'setTimeout(f, 1)', 'Math.random()', 'Temporal.Now.instant()'])(
  'core may not call %s, other packages may',
  (code) => {
    expect(offencesOf(inCore, code)).toEqual([expect.stringContaining(`${inCore}:2 ${code.slice(0, 8)}`)])
    expect(offencesOf(inCore, code)[0]).toContain('time is an argument')
    expect(offencesOf(elsewhere, code)).toEqual([])
    expect(offencesOf('packages/core/src/engine/step.test.ts', code)).toEqual([])
  },
)

test('a conversion of a given time is no clock, and neither is a comment about one', () => {
  expect(offencesOf(inCore, '// never Date.now()\nconst day = new Date(at)')).toEqual([])
})

test.each([
  ['const a = b as any', 'parse, never cast'],
  ['const a = b as unknown as Site', 'parse, never cast'],
  [`// @ts-${'ignore'}`, 'silenced'],
  [`// oxlint-${'disable-next-line'}`, 'silenced'],
  [`/* TO${'DO'}: later */`, 'issue'],
  ['const = 1', 'does not parse'],
])('%s is found', (code, reason) => {
  expect(offencesOf(elsewhere, code).join('\n')).toContain(reason)
})

test('a cast that narrows is allowed', () => {
  expect(offencesOf(elsewhere, 'const a = b as const\nconst c = d as unknown')).toEqual([])
})

test('a file of more than 400 lines is too long', () => {
  expect(offencesOf(elsewhere, 'f()\n'.repeat(399))).toEqual([])
  expect(offencesOf(elsewhere, 'f()\n'.repeat(400))).toEqual([expect.stringContaining('look for the seam')])
})

test('a file opens with a comment; a test need not', () => {
  const text = 'export const a = 1\n'
  expect(findOffences([{ path: elsewhere, text }])).toEqual([expect.stringContaining('opens with one sentence')])
  expect(findOffences([{ path: 'services/gateway/src/compose.test.ts', text }])).toEqual([])
  expect(findOffences([{ path: elsewhere, text: `#!/usr/bin/env node\n// Decides.\n${text}` }])).toEqual([])
})

test('notes of unfinished work are found in other files too', () => {
  expect(findNotes({ path: 'a.yaml', text: `a: 1\n# FIX${'ME'} b` })).toEqual([expect.stringContaining('a.yaml:2 ')])
})
