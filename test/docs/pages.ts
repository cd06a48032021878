/** The pages that people read: their text, links, headings, commands and the names that they speak of. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { root } from '../support/system.ts'

export interface Page {
  /** From the repository's top. */
  readonly path: string
  readonly text: string
}

/** The READMEs and every page of docs/. */
export function pages(): Page[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.md'),
  )
  const paths = ['README.md', 'README.zh-CN.md', ...docs.map((name) => join('docs', name))]
  return paths.sort().map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

export function page(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** The value at a path of names in a JSON file; undefined where there is none. */
export function jsonAt(file: string, ...names: readonly string[]): unknown {
  const whole: unknown = JSON.parse(page(file))
  return names.reduce((value: unknown, name) => Object.entries(value ?? {}).find(([key]) => key === name)?.[1], whole)
}

/** The names of an object's fields; none of anything else. */
export function fieldsOf(value: unknown): string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : []
}

/** Targets of links and pictures, without those in code. */
export function linksOf({ text }: Page): string[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
}

/** Why the link leads nowhere; null where it leads somewhere. */
export function broken({ path, text }: Page, target: string): string | null {
  if (/^[a-z]+:/.test(target)) return null
  const [file = '', anchor] = target.split('#')
  const found = file === '' ? path : normalize(join(dirname(path), file))
  if (!existsSync(join(root, found))) return `${path}: ${target} does not exist`
  if (anchor === undefined) return null
  const headings = headingsOf(file === '' ? text : page(found))
  return headings.includes(anchor) ? null : `${path}: ${target} has no such heading`
}

/** Anchors as GitHub makes them. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  )
}

/** Everything in code: blocks and `inline`. */
export function codeOf({ text }: Page): string[] {
  const blocks = [...text.matchAll(/^```[^\n]*\n([\s\S]*?)^```/gm)].map(([, code = '']) => code)
  const inline = [...text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
  return [...blocks, ...inline]
}

/** Commands of the program that a page shows: the words after `tocsin`. */
export function commandsOf(of: Page): string[][] {
  const lines = codeOf(of).flatMap((code) => code.replaceAll(/\\\n\s*/g, '').split('\n'))
  return lines.flatMap((line) => {
    const words = /(?:^|pnpm@10 |\s)(?:tocsin|services\/cli\/src\/main\.ts) (\S.*)$/.exec(line)?.[1]
    return words === undefined ? [] : [wordsOf(words)]
  })
}

/** Scripts of the workspace that a page tells to run. */
export function scriptsOf(of: Page): string[] {
  return codeOf(of).flatMap((code) => [...code.matchAll(/npx -y pnpm@10 ([a-z:]+)/g)].map(([, name = '']) => name))
}

function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain = '']) => quoted ?? plain)
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]+`/g, '')
}
