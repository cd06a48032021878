/** Where the series recorded by others are: not in the repository, since their licences do not allow it. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './system.ts'

/** The file, or null with the reason to give when a test skips. */
export function sharedFile(path: string): { file: string } | { file: null; why: string } {
  const folder = process.env['TOCSIN_SHARED'] ?? join(root, '../shared')
  const file = join(folder, path)
  if (existsSync(file)) return { file }
  return { file: null, why: `${path} is not there: set TOCSIN_SHARED to the folder that holds it` }
}
