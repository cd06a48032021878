/** How a fault in a file that a person wrote is said: where it is, what was expected and what stands there. */

import { type ErrorCode, TocsinError } from '@tocsin/core/domain/errors.ts'

export interface Problem {
  /** As given by the caller; for settings also `--set` or `environment`. */
  readonly file: string
  /** From 1; null where there is no line (a missing file, an environment variable). */
  readonly line: number | null
  readonly column: number | null
  /** E.g. `sites[0].sensors[3].unit`; '' for the file as a whole. */
  readonly field: string
  readonly expected: string
  readonly found: string
  /** A warning leaves the file in use: a sensor without a limit, a limit that its range never reaches. */
  readonly severity: 'error' | 'warning'
}

export type Path = readonly (string | number)[]

/** `sites[0].sensors[3].unit`. */
export function fieldOf(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? part : `${text}.${part}`
  }, '')
}

/** One sentence: `chem.yaml:12:9 sites[0].area: expected …, found …`. */
export function sentence(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== null).join(':')
  const field = problem.field === '' ? '' : ` ${problem.field}`
  const kind = problem.severity === 'warning' ? 'warning: ' : ''
  return `${place}${field}: ${kind}expected ${problem.expected}, found ${problem.found}`
}

/** By file, then line. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted(
    (a, b) =>
      (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0),
  )
}

/** Whether any of them forbids the file's use. */
export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error')
}

/** One failure that lists every problem, a line each. */
export function problemsError(code: ErrorCode, problems: readonly Problem[]): TocsinError {
  return new TocsinError(code, inOrder(problems).map(sentence).join('\n'), { cause: problems })
}

/** What was found, short enough to stand in a sentence. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'an empty value'
  if (typeof value === 'string') return `"${clipped(value)}"`
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return 'a group of fields'
}

function clipped(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** `, did you mean "x"?` where one of the words is near enough, else ''. */
export function didYouMean(word: string, words: Iterable<string>): string {
  const near = nearest(word, words)
  return near === undefined ? '' : ` (did you mean "${near}"?)`
}

/** The word that differs least, if it differs by a third of its letters at most. */
export function nearest(word: string, words: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.floor(word.length / 3) + 1
  for (const candidate of words) {
    const d = distance(word.toLowerCase(), candidate.toLowerCase())
    if (d < least) {
      least = d
      best = candidate
    }
  }
  return best
}

/** Insertions, deletions, substitutions and swaps of neighbours between the two (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swap = swapped ? (before[j - 2] ?? 0) + 1 : Infinity
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, substitution, swap))
    }
    before = last
    last = row
  }
  return last[b.length] ?? 0
}
