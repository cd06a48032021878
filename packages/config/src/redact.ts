/** Decides what of a settings object may stand in a log: not what opens a door. */

const secret = /secret|password|passwd|token|credential/i

/** A deep copy in which secrets and the user part of addresses are replaced by stars. */
export function redact(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/i, '$1***@')
  if (Array.isArray(value)) return value.map(redact)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, secret.test(key) && inner !== null ? '***' : redact(inner)]),
  )
}
