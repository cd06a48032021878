// Decides under which licences the dependencies of what we ship may stand, and names each package that has another.

import { text } from 'node:stream/consumers'

/** A package as `pnpm licenses list --json` shows it. */
export type Licensed = { readonly name: string; readonly versions: readonly string[]; readonly license: string }

// Permissive licences that Apache-2.0 software may carry without passing on more than a notice.
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'CC-BY-4.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
  'WTFPL',
  'Zlib',
])

/** Whether an SPDX expression (`MIT`, `(MIT OR GPL-2.0)`, `Apache-2.0 AND MIT`) can be met with allowed licences. */
export function isAllowed(expression: string): boolean {
  const words = expression.replaceAll(/[()]/g, ' ').trim()
  return words.split(/\s+OR\s+/).some((choice) => choice.split(/\s+AND\s+/).every((one) => allowed.has(one.trim())))
}

/** Packages whose licence is not allowed, each as one line. */
export function findUnlicensed(packages: readonly Licensed[]): string[] {
  return packages
    .filter(({ license }) => !isAllowed(license))
    .map(({ name, versions, license }) => `${name} ${versions.join(', ')}: ${license} is not on the list of licences`)
}

/** Reads the object of `pnpm licenses list --json`: licence → packages. Throws TypeError on another shape. */
export function parseLicences(json: string): Licensed[] {
  const found: unknown = JSON.parse(json)
  if (typeof found !== 'object' || found === null) throw new TypeError('pnpm licenses did not print an object')
  return Object.values(found).flatMap((group: unknown) => {
    if (!Array.isArray(group)) throw new TypeError('pnpm licenses did not print a list for each licence')
    return group.map((entry: unknown) => parseEntry(entry))
  })
}

function parseEntry(entry: unknown): Licensed {
  if (typeof entry === 'object' && entry !== null && 'name' in entry && 'versions' in entry && 'license' in entry) {
    const { name, versions, license } = entry
    if (typeof name === 'string' && Array.isArray(versions) && typeof license === 'string') {
      return { name, versions: versions.map(String), license }
    }
  }
  throw new TypeError('pnpm licenses printed a package without name, versions and license')
}

if (import.meta.main) {
  const packages = parseLicences(await text(process.stdin))
  const found = findUnlicensed(packages)
  if (packages.length === 0) found.push('no production dependency was listed: is everything installed?')
  if (found.length > 0) {
    console.log(found.join('\n'))
    process.exitCode = 1
  }
}
