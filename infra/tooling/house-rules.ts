// Checks the rules of the house that no other tool knows: core without clock or chance, small files, no silenced checks.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Visitor } from 'oxc-parser'
import type { Node } from 'oxc-parser'
import { isTestFile } from './import-table.ts'
import { lineCounter, listFiles, parse, readSources, top } from './sources.ts'
import type { Parsed, Source } from './sources.ts'

const longest = 400

const reasons = {
  time: 'core has no clock, timer or chance: time is an argument, or a replay would not give the journal that was written',
  length: `more than ${longest} lines: look for the seam`,
  note: 'a note about work to be done belongs in an issue',
  silenced: 'a silenced check hides the next fault: mend what it reports',
  cast: 'parse, never cast: a cast through any or unknown turns bad input into a bad alarm',
  opening: 'a file opens with one sentence of comment: what it decides',
  syntax: 'does not parse',
} as const

/** Offences in TypeScript sources, each as `path:line what: reason`. */
export function findOffences(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    const parsed = parse(source)
    return [
      ...parsed.errors.map((message) => `${source.path}:1 ${message}: ${reasons.syntax}`),
      ...findInShape(source, parsed),
      ...findInComments(source, parsed),
      ...findInCode(source, parsed),
    ]
  })
}

/** Offences in other text files (YAML, shell, style sheets): only notes of unfinished work. */
export function findNotes({ path, text }: Source): string[] {
  return text.split('\n').flatMap((line, index) => {
    const note = noteIn(line)
    return note === undefined ? [] : [`${path}:${index + 1} ${note}: ${reasons.note}`]
  })
}

function findInShape({ path, text }: Source, { comments }: Parsed): string[] {
  const lines = text.trimEnd().split('\n').length
  const found = lines > longest ? [`${path}:${lines} ${lines} lines: ${reasons.length}`] : []
  const opening = comments[0]
  const before = opening === undefined ? text : text.slice(0, opening.start)
  if (!isTestFile(path) && before.replace(/^#!.*\n/, '').trim() !== '') {
    found.push(`${path}:1 no opening comment: ${reasons.opening}`)
  }
  return found
}

function findInComments({ path, text }: Source, { comments }: Parsed): string[] {
  const lineAt = lineCounter(text)
  return comments.flatMap(({ value, start }) => {
    const silenced =
      /(?:oxlint|eslint|prettier|oxfmt|biome|knip|v8|c8)-?(?:disable|ignore)|@ts-(?:ignore|nocheck|expect-error)/.exec(
        value,
      )
    if (silenced !== null) return [`${path}:${lineAt(start)} ${silenced[0]}: ${reasons.silenced}`]
    const note = noteIn(value)
    return note === undefined ? [] : [`${path}:${lineAt(start)} ${note}: ${reasons.note}`]
  })
}

function noteIn(text: string): string | undefined {
  return /\b(?:TODO|FIXME)\b/.exec(text)?.[0]
}

function findInCode({ path, text }: Source, { program }: Parsed): string[] {
  const found: string[] = []
  const lineAt = lineCounter(text)
  const isTimeless = path.startsWith('packages/core/src/') && !isTestFile(path)
  const add = (node: Node, reason: string): void => {
    const words = text.slice(node.start, node.end).split('\n')[0] ?? ''
    found.push(`${path}:${lineAt(node.start)} ${words.slice(0, 80)}: ${reason}`)
  }
  new Visitor({
    TSAsExpression: (node) => {
      if (node.typeAnnotation.type === 'TSAnyKeyword') add(node, reasons.cast)
      const inner = node.expression
      if (inner.type === 'TSAsExpression' && inner.typeAnnotation.type === 'TSUnknownKeyword') add(node, reasons.cast)
    },
    CallExpression: (node) => {
      const name = nameOf(node.callee)
      if (isTimeless && (timed.has(name) || (name === 'Date' && node.arguments.length === 0))) add(node, reasons.time)
    },
    NewExpression: (node) => {
      // `new Date(ms)` is a pure conversion; only without an argument does it read the clock.
      if (isTimeless && nameOf(node.callee) === 'Date' && node.arguments.length === 0) add(node, reasons.time)
    },
    MemberExpression: (node) => {
      if (isTimeless && nameOf(node) === 'Temporal.Now') add(node, reasons.time)
    },
  }).visit(program)
  return found
}

const timed = new Set([
  'Date.now',
  'Math.random',
  'performance.now',
  'process.hrtime',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'globalThis.setTimeout',
  'globalThis.setInterval',
  'crypto.randomUUID',
  'crypto.getRandomValues',
])

function nameOf(node: Node): string {
  if (node.type === 'Identifier') return node.name
  if (node.type !== 'MemberExpression' || node.computed) return ''
  return node.property.type === 'Identifier' ? `${nameOf(node.object)}.${node.property.name}` : ''
}

if (import.meta.main) {
  const root = process.argv[2] ?? top
  const others = ['*.{yaml,yml}', '*.css', '*.html', '*.sh']
    .flatMap((name) => listFiles(root, name))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
  const found = [...findOffences(readSources(root)), ...others.flatMap(findNotes)]
  if (found.length > 0) {
    console.log(found.join('\n'))
    process.exitCode = 1
  }
}
