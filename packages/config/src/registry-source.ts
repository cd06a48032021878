/** Follows registry and rule files while running: a change is checked whole, then swapped; a wrong one changes nothing. */

import { type FSWatcher, statSync, watch } from 'node:fs'
import { dirname } from 'node:path'
import type { InForce, RegistryChange, RegistrySource } from '@tocsin/core/ports/registry-source.ts'
import { sentence } from './problems.ts'
import { loadRegistry, readRegistry, versionOf } from './registry.ts'
import { loadRules, readRules } from './rules.ts'

export interface Files {
  /** Folder with the registry's *.yaml files. */
  readonly registry: string
  /** Rule files and folders. */
  readonly rules: readonly string[]
}

/** An editor writes a file in several steps; they are one change if they follow each other this closely, ms. */
const SETTLE = 150

/**
 * Loads both, then watches the files.
 * @throws TocsinError `rules-invalid` or `registry-invalid` where what is there at the start is wrong
 */
export function watchRegistry(files: Files): RegistrySource {
  const rules = loadRules(files.rules)
  const registry = loadRegistry(files.registry, rules)
  let current: InForce = { registry, rules, version: versionOf(registry, rules) }
  let refused = ''
  let timer: NodeJS.Timeout | undefined
  const listeners = new Set<(change: RegistryChange) => void>()
  const tell = (change: RegistryChange): void => {
    for (const listener of listeners) listener(change)
  }
  const reload = (): void => {
    const read = readBoth(files)
    if (!read.ok) {
      const problems = read.problems
      const text = problems.join('\n')
      if (text !== refused) tell({ kind: 'refused', problems })
      refused = text
      return
    }
    const mended = refused !== ''
    refused = ''
    if (read.value.version === current.version && !mended) return
    current = read.value
    tell({ kind: 'swapped', current })
  }
  const soon = (): void => {
    clearTimeout(timer)
    timer = setTimeout(reload, SETTLE)
  }
  const watchers: FSWatcher[] = [files.registry, ...files.rules].map((path) => {
    const isFolder = statSync(path).isDirectory()
    // Of a file, its folder: an editor that replaces the file would leave a watcher on the old one.
    const watcher = watch(isFolder ? path : dirname(path), { recursive: isFolder, persistent: false }, soon)
    // A folder that is moved away cannot be watched any more; reading it says so.
    return watcher.on('error', soon)
  })
  return {
    current: () => current,
    onChange: (listener) => {
      const own = (change: RegistryChange): void => listener(change)
      listeners.add(own)
      return () => listeners.delete(own)
    },
    close: () => {
      clearTimeout(timer)
      listeners.clear()
      for (const watcher of watchers) watcher.close()
    },
  }
}

type Read =
  | { readonly ok: true; readonly value: InForce }
  | { readonly ok: false; readonly problems: readonly string[] }

function readBoth(files: Files): Read {
  const rules = readRules(files.rules)
  if (!rules.ok) return { ok: false, problems: rules.problems.map(sentence) }
  const { registry, problems } = readRegistry(files.registry, rules.value)
  if (registry === null) {
    return { ok: false, problems: problems.filter((problem) => problem.severity === 'error').map(sentence) }
  }
  return { ok: true, value: { registry, rules: rules.value, version: versionOf(registry, rules.value) } }
}
