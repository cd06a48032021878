/** Which YAML files a path stands for, and how their lists are read item by item so that one fault hides no other. */

import { readdirSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { z } from 'zod'
import { shown } from './problems.ts'
import type { Path, Problem } from './problems.ts'
import { reason, unplaced, validate, type YamlFile } from './yaml.ts'

/** The file itself, or the *.yaml and *.yml files of the folder and the folders in it, by name; hidden ones left out. */
export function yamlFiles(path: string): { readonly files: readonly string[]; readonly problems: readonly Problem[] } {
  try {
    if (!statSync(path).isDirectory()) return { files: [path], problems: [] }
    const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).toSorted()
    const files = names.filter((name) => ['.yaml', '.yml'].includes(extname(name)) && !/(^|[/\\])\./.test(name))
    return { files: files.map((name) => join(path, name)), problems: [] }
  } catch (error) {
    return { files: [], problems: [unplaced(path, 'a readable file or folder', reason(error))] }
  }
}

/** One entry of a list in a file, with where it stands. */
export interface Item<T> {
  readonly value: T
  readonly file: YamlFile
  readonly path: Path
}

export interface Items<T> {
  readonly items: readonly Item<T>[]
  readonly problems: readonly Problem[]
  /** Ids of entries that are wrong in themselves: what refers to them is not wrong for that. */
  readonly broken: readonly string[]
}

/** Validates each entry of the list by itself. */
export function readItems<T>(
  schema: z.ZodType<T>,
  list: readonly unknown[],
  at: { file: YamlFile; path: Path },
): Items<T> {
  const items: Item<T>[] = []
  const problems: Problem[] = []
  const broken: string[] = []
  for (const [index, entry] of list.entries()) {
    const path = [...at.path, index]
    const result = validate(schema, entry, { file: at.file, path })
    if (result.ok) items.push({ value: result.value, file: at.file, path })
    else {
      problems.push(...result.problems)
      broken.push(...namesOf(entry))
    }
  }
  return { items, problems, broken }
}

function namesOf(entry: unknown): string[] {
  if (typeof entry !== 'object' || entry === null) return []
  return Object.entries(entry).flatMap(([key, value]) => (key === 'id' || key === 'code' ? [String(value)] : []))
}

/** A problem for each item whose key another item has already. */
export function duplicates<T>(items: readonly Item<T>[], key: (value: T) => string, field: string): Problem[] {
  const first = new Map<string, Item<T>>()
  return items.flatMap((item) => {
    const name = key(item.value)
    const earlier = first.get(name)
    if (earlier === undefined) {
      first.set(name, item)
      return []
    }
    const at = earlier.file.problem([...earlier.path, field], { expected: '', found: '' })
    const found = `${shown(name)} again, first at ${at.file}:${at.line}`
    return [item.file.problem([...item.path, field], { expected: 'a value that stands only once', found })]
  })
}
