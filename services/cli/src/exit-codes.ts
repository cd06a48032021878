/** What the command line's exit codes mean; docs/cli.md lists them. */

import type { ErrorCode } from '@tocsin/core/domain/errors.ts'

export const exitCodes = {
  ok: 0,
  /** Something that should not happen. */
  failure: 1,
  /** The command's words are off. */
  usage: 2,
  /** Settings, registry or rules have errors. */
  invalid: 3,
  /** Stored data is damaged, or a journal does not verify. */
  damaged: 4,
  /** A port or the data folder is taken, or an engine does not answer. */
  unavailable: 5,
} as const

const byError: Partial<Record<ErrorCode, number>> = {
  'config-invalid': exitCodes.invalid,
  'registry-invalid': exitCodes.invalid,
  'rules-invalid': exitCodes.invalid,
  'insecure-listener': exitCodes.invalid,
  'data-damaged': exitCodes.damaged,
  'data-version': exitCodes.damaged,
  'content-missing': exitCodes.damaged,
  'log-trimmed': exitCodes.damaged,
  'data-locked': exitCodes.unavailable,
  'port-taken': exitCodes.unavailable,
  'log-unavailable': exitCodes.unavailable,
  'store-unavailable': exitCodes.unavailable,
  'platform-unavailable': exitCodes.unavailable,
}

export function exitCodeOf(code: ErrorCode): number {
  return byError[code] ?? exitCodes.failure
}
