// Checks every import of the workspace against the import table and names each offender with its file, line and reason.

import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { judge } from './import-table.ts'
import type { WorkspacePackage } from './import-table.ts'
import { importsOf, listFiles, readSources, top } from './sources.ts'
import type { Source } from './sources.ts'

/** Offending imports of `sources`, each as `path:line imports specifier: reason`. */
function findForbidden(sources: readonly Source[], workspace: readonly WorkspacePackage[]): string[] {
  return sources.flatMap((source) =>
    importsOf(source).flatMap(({ specifier, line }) => {
      const reason = judge({ file: source.path, specifier }, workspace)
      return reason === undefined ? [] : [`${source.path}:${line} imports ${specifier}: ${reason}`]
    }),
  )
}

/** The packages of the workspace below `root`, from their package.json files. */
function readWorkspace(root: string): WorkspacePackage[] {
  return listFiles(root, 'package.json').map((path) => {
    const manifest: unknown = JSON.parse(readFileSync(join(root, path), 'utf8'))
    return {
      name: textOf(manifest, 'name'),
      folder: dirname(path),
      dependencies: keysOf(manifest, 'dependencies'),
      devDependencies: keysOf(manifest, 'devDependencies'),
    }
  })
}

function textOf(manifest: unknown, field: string): string {
  const value = fieldOf(manifest, field)
  if (typeof value !== 'string') throw new TypeError(`a package.json has no ${field}`)
  return value
}

function keysOf(manifest: unknown, field: string): string[] {
  const value = fieldOf(manifest, field)
  return typeof value === 'object' && value !== null ? Object.keys(value) : []
}

function fieldOf(manifest: unknown, field: string): unknown {
  return typeof manifest === 'object' && manifest !== null
    ? Object.entries(manifest).find(([key]) => key === field)?.[1]
    : undefined
}

// Another folder than this repository may be named, as the architecture's own tests do.
if (import.meta.main) {
  const root = process.argv[2] ?? top
  const found = findForbidden(readSources(root), readWorkspace(root))
  if (found.length > 0) {
    console.log(found.join('\n'))
    process.exitCode = 1
  }
}
