/** Reads a YAML file so that every later complaint can name its line. */

import { readFileSync } from 'node:fs'
import { LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { checked } from './issues.ts'
import { locate } from './locate.ts'
import { fieldOf, type Path, type Problem } from './problems.ts'

/** What is wrong; where, the file knows. */
export interface Complaint {
  readonly expected: string
  readonly found: string
  readonly severity?: Problem['severity']
  /** The key is wrong rather than its value. */
  readonly key?: boolean
}

/** A parsed file that can say where each of its values stands. */
export interface YamlFile {
  readonly file: string
  /** Plain data; null for an empty file. */
  readonly value: unknown
  /** The complaint with the place of the value at the path, or of the nearest one above it that exists. */
  problem(path: Path, complaint: Complaint): Problem
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: Problem[] }

/** Reads and parses; a file that cannot be read or is no YAML gives problems instead. */
export function readYaml(file: string): Parsed<YamlFile> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    return { ok: false, problems: [unplaced(file, 'a readable file', reason(error))] }
  }
  return parseYaml(file, text)
}

/** Parses YAML 1.2; syntax errors and keys that stand twice are problems. */
export function parseYaml(file: string, text: string): Parsed<YamlFile> {
  const lines = new LineCounter()
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const syntax = (offset: number, found: string): Problem => ({
    ...unplaced(file, 'valid YAML', found),
    ...at(offset),
  })
  if (doc.errors.length > 0) {
    return { ok: false, problems: doc.errors.map((error) => syntax(error.pos[0], error.message)) }
  }
  let value: unknown
  try {
    value = doc.toJS()
  } catch (error) {
    // Aliases that expand without bound.
    return { ok: false, problems: [syntax(0, reason(error))] }
  }
  const problem = (path: Path, { expected, found, severity = 'error', key = false }: Complaint): Problem => {
    const place = locate(doc, path)
    return { file, ...at(key ? place.key : place.value), field: fieldOf(path), expected, found, severity }
  }
  return { ok: true, value: { file, value, problem } }
}

/** Validates the value that stands at `path` of the file. */
export function validate<T>(
  schema: z.ZodType<T>,
  value: unknown,
  { file, path }: { file: YamlFile; path: Path },
): Parsed<T> {
  const result = checked(schema, value)
  if (result.ok) return result
  const problems = result.findings.map((finding) =>
    file.problem([...path, ...finding.path], { expected: finding.expected, found: finding.found, key: finding.key }),
  )
  return { ok: false, problems }
}

/** A problem of a file as a whole. */
export function unplaced(file: string, expected: string, found: string): Problem {
  return { file, line: null, column: null, field: '', expected, found, severity: 'error' }
}

/** What an exception says. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
