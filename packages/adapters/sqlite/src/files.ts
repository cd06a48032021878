/** Decides how folders and database files are made and removed so that a power loss leaves no half of it. */

import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** Makes the folder if need be; its name is durable when this returns. */
export function makeFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true })
  if (first === undefined) return
  for (let at = resolve(folder); at.length >= resolve(first).length; at = dirname(at)) syncFolder(dirname(at))
}

/** Makes names in a folder durable. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

const suffixes = ['', '-wal', '-shm']

export function removeDatabase(file: string): void {
  for (const suffix of suffixes) rmSync(`${file}${suffix}`, { force: true })
}

/** Renames a database to the first free `….damaged-<n>`, its WAL with it, and gives that name. */
export function putAside(file: string): string {
  let n = 1
  while (suffixes.some((suffix) => existsSync(`${file}.damaged-${n}${suffix}`))) n++
  const aside = `${file}.damaged-${n}`
  for (const suffix of suffixes) if (existsSync(`${file}${suffix}`)) renameSync(`${file}${suffix}`, `${aside}${suffix}`)
  syncFolder(dirname(file))
  return aside
}
