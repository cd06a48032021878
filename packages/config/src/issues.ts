/** How zod's issues are said in our sentence, with a suggestion for what is misspelt. */

import { z } from 'zod'
import { didYouMean, type Path, shown } from './problems.ts'

export interface Finding {
  readonly path: Path
  /** The key itself is wrong rather than its value. */
  readonly key: boolean
  readonly expected: string
  readonly found: string
}

/**
 * Validates `value`.
 * @returns the parsed value, or every fault found in it, with paths relative to the value
 */
export function checked<T>(
  schema: z.ZodType<T>,
  value: unknown,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly findings: Finding[] } {
  const result = schema.safeParse(value)
  if (result.success) return { ok: true, value: result.data }
  return { ok: false, findings: result.error.issues.flatMap((issue) => findingsOf(issue, schema, value)) }
}

function findingsOf(issue: z.core.$ZodIssue, schema: z.ZodType, value: unknown): Finding[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol')
  const there = valueAt(value, path)
  const found = shown(there)
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, path)
    return issue.keys.map((key) => ({
      path: [...path, key],
      key: true,
      expected: `one of the fields ${known.join(', ')}`,
      found: `the unknown field "${key}"${didYouMean(key, known)}`,
    }))
  }
  // Our own schemas say what they expect; zod's words would not be understood by who writes a registry.
  if (issue.message.startsWith('expected '))
    return [{ path, key: false, expected: issue.message.slice('expected '.length), found }]
  return [{ path, key: false, expected: expectedOf(issue), found: found + suggestion(issue, there) }]
}

function expectedOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeNames[issue.expected] ?? issue.expected
    case 'invalid_value':
      return optionsText(issue.values)
    case 'invalid_union':
      return 'options' in issue && issue.options ? optionsText(issue.options) : 'another value'
    case 'too_small':
      return sizeText(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)
    case 'too_big':
      return sizeText(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)
    case 'invalid_format':
    case 'not_multiple_of':
    case 'unrecognized_keys':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return issue.message
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text (in quotes where it looks like a number)',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of fields',
  record: 'a group of fields',
}

function optionsText(options: readonly unknown[]): string {
  return options.length === 1 ? String(options[0]) : `one of ${options.map(String).join(', ')}`
}

function sizeText(origin: string, bound: string, size: number | bigint): string {
  if (origin === 'array') return `a list of ${bound} ${size}`
  if (origin === 'string') return `text of ${bound} ${size} characters`
  return `${bound} ${size}`
}

function suggestion(issue: z.core.$ZodIssue, there: unknown): string {
  if (issue.code !== 'invalid_value' || typeof there !== 'string') return ''
  return didYouMean(there, issue.values.map(String))
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, part) => {
    if (typeof inner !== 'object' || inner === null) return undefined
    return Object.entries(inner).find(([key]) => key === String(part))?.[1]
  }, value)
}

type JsonSchema = z.core.JSONSchema.BaseSchema

/** Every field that some branch of the schema knows at the path. */
function knownKeys(schema: z.ZodType, path: Path): string[] {
  const root = z.toJSONSchema(schema, { io: 'input', reused: 'inline', unrepresentable: 'any' })
  let here = branches([root])
  for (const part of path) {
    here = branches(
      here.flatMap((node) => {
        if (typeof part === 'number') return [node.items].flat()
        return [node.properties?.[part] ?? node.additionalProperties]
      }),
    )
  }
  return [...new Set(here.flatMap((node) => Object.keys(node.properties ?? {})))]
}

/** The schemas among these, each with its alternatives. */
function branches(nodes: readonly (JsonSchema | boolean | undefined)[]): JsonSchema[] {
  return nodes.flatMap((node) =>
    typeof node === 'object' ? [node, ...branches([...(node.anyOf ?? []), ...(node.oneOf ?? [])])] : [],
  )
}
