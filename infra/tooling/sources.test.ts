import { expect, test } from 'vitest'
import { importsOf } from './sources.ts'

test('every way to name a module is seen, types and dynamic imports included, with its line', () => {
  const text = `
    import { a } from './a.ts'
    import type { B } from './b.ts'
    export * from './c.ts'
    export { d } from './d.ts'
    import './e.ts'
    const f = await import('./f.ts')
    type G = import('./g.ts').G
  `
  const found = importsOf({ path: 'x.ts', text })
  const named = found.toSorted((a, b) => a.line - b.line).map(({ specifier, line }) => `${line} ${specifier}`)
  expect(named).toEqual(['2 ./a.ts', '3 ./b.ts', '4 ./c.ts', '5 ./d.ts', '6 ./e.ts', '7 ./f.ts', '8 ./g.ts'])
})

test('what only looks like an import is not one', () => {
  const text = `
    // import { a } from './a.ts'
    const text = "import { b } from './b.ts'"
    const made = await import(text)
  `
  expect(importsOf({ path: 'x.tsx', text })).toEqual([])
})
