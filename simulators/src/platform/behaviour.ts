/** Decides how the platform misbehaves, and what it can be told while it runs. */

import { fail, ok, type Result } from '@tocsin/core/domain/result.ts'

/**
 * silent: takes nothing and answers nothing · mute: does what it is asked and never answers · slow: answers late ·
 * refusing: answers every message with result 5 · twice: handles every request twice, and takes a repeat for a new
 * message: villages hear it again · silent-then-twice: silent until another mode is told, then handles all that came
 * meanwhile by that mode (and `twice` is meant)
 */
export const platformModes = ['normal', 'silent', 'mute', 'slow', 'refusing', 'twice', 'silent-then-twice'] as const
export type PlatformMode = (typeof platformModes)[number]

export function isPlatformMode(text: unknown): text is PlatformMode {
  return platformModes.some((mode) => mode === text)
}

export interface Change {
  readonly mode?: PlatformMode
  /** How late `slow` answers. */
  readonly slowMs?: number
  /** Restarts at once and has forgotten everything: another boot, an empty store. */
  readonly forget?: boolean
  /** Area → terminals that still play there, 0: not reached. In place of those told before. */
  readonly faults?: Readonly<Record<string, number>>
}

/** @returns the change, or which field is wrong */
export function parseChange(json: string): Result<Change, string> {
  let root: unknown
  try {
    root = JSON.parse(json)
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
  if (typeof root !== 'object' || root === null || Array.isArray(root)) return fail('not an object')
  let change: Change = {}
  for (const [key, value] of Object.entries(root)) {
    const field = readField(key, value)
    if (!field) return fail(`${key}: not a field, or not a value for it`)
    change = { ...change, ...field }
  }
  return ok(change)
}

function readField(key: string, value: unknown): Change | null {
  if (key === 'mode') return isPlatformMode(value) ? { mode: value } : null
  if (key === 'slowMs') return isWholeNumber(value) ? { slowMs: value } : null
  if (key === 'forget') return typeof value === 'boolean' ? { forget: value } : null
  if (key !== 'faults' || typeof value !== 'object' || value === null) return null
  const faults: Record<string, number> = {}
  for (const [area, terminals] of Object.entries(value)) {
    if (!isWholeNumber(terminals)) return null
    faults[area] = terminals
  }
  return { faults }
}

function isWholeNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}
