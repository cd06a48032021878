/** The one class of infrastructure failure, with its closed list of codes. */

/** Code → what it means. docs/errors.md documents each; a test compares the two. */
export const errorCodes = {
  'config-invalid': 'a settings file has a wrong value; the message names file, line and field',
  'registry-invalid': 'the registry has errors; each names file, line and field',
  'rules-invalid': 'a rule file has errors; each names file, line and field',
  'data-locked': 'another Tocsin runs on this data folder',
  'data-damaged': 'a stored record does not match its checksum or its chain',
  'data-version': 'a stored record has a version that this Tocsin does not read',
  'port-taken': 'a listener cannot open its port',
  'insecure-listener': 'a listener without TLS may bind to loopback only, unless insecure is set',
  'log-unavailable': 'the event log does not take or give records',
  'log-trimmed': 'records below the asked offset are no longer in the log',
  'store-unavailable': 'history or the checkpoint store does not answer',
  'content-missing': 'a record names content that is not in the content store',
  'claim-lost': 'a later claim on the partition was seen; the worker discards its state',
  'version-too-low': 'a higher engine version has claimed this partition',
  'platform-unavailable': 'the loudspeaker platform does not answer',
  'platform-refused': 'the loudspeaker platform answered that it does not take the message',
  internal: 'a state that should be impossible',
} as const

export type ErrorCode = keyof typeof errorCodes

/** A failure of the infrastructure; outcomes of the domain are values instead. */
export class TocsinError extends Error {
  readonly code: ErrorCode
  /** Whether the same call may succeed later. */
  readonly retry: boolean

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; retry?: boolean } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'TocsinError'
    this.code = code
    this.retry = options.retry ?? false
  }
}
