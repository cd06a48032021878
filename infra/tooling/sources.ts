// Decides which files are the project's own source, and reads from each what the checks judge: its imports and comments.

import { globSync, readFileSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'
import type { Comment, Node, Program } from 'oxc-parser'

/** A source file: `path` relative to the repository's top, with `/`. */
export type Source = { readonly path: string; readonly text: string }

/** A parsed file. `errors` are syntax errors, in words. */
export type Parsed = {
  readonly program: Program
  readonly comments: readonly Comment[]
  readonly errors: readonly string[]
}

/** An import, re-export, dynamic import or import type of a literal specifier, and the line it stands on (from 1). */
export type Import = { readonly specifier: string; readonly line: number }

/** The repository's top folder. */
export const top = resolve(import.meta.dirname, '..', '..')

const folders = ['packages', 'services', 'simulators', 'infra', 'test']
const skipped = new Set(['node_modules', 'dist', 'testdata', 'screenshots'])

/** The project's TypeScript sources below `root`, sorted by path. */
export function readSources(root: string): Source[] {
  return listFiles(root, '*.{ts,tsx}').map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

/** Paths of files whose name matches `name` in the project's own folders below `root`, sorted. */
export function listFiles(root: string, name: string): string[] {
  const patterns = folders.map((folder) => `${folder}/**/${name}`)
  const found = globSync(patterns, { cwd: root, exclude: (path) => skipped.has(path.split(sep).at(-1) ?? path) })
  return found.map((path) => path.split(sep).join('/')).toSorted()
}

/** Parses one file; never throws on bad syntax, which it reports in `errors`. */
export function parse(source: Source): Parsed {
  const { program, comments, errors } = parseSync(source.path, source.text)
  return { program, comments, errors: errors.map((error) => error.message) }
}

/** Every module the file names, types included: a type is knowledge of another package too. */
export function importsOf(source: Source, { program }: Parsed = parse(source)): Import[] {
  const found: Import[] = []
  const lineAt = lineCounter(source.text)
  const add = (node: Node | null): void => {
    if (node?.type !== 'Literal' || typeof node.value !== 'string') return
    found.push({ specifier: node.value, line: lineAt(node.start) })
  }
  new Visitor({
    ImportDeclaration: (node) => add(node.source),
    ExportNamedDeclaration: (node) => add(node.source),
    ExportAllDeclaration: (node) => add(node.source),
    ImportExpression: (node) => add(node.source),
    TSImportType: (node) => add(node.source),
  }).visit(program)
  return found
}

/** Gives the line (from 1) of an offset of `text`. */
export function lineCounter(text: string): (offset: number) => number {
  return (offset) => text.slice(0, offset).split('\n').length
}
