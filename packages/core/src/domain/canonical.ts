/** One byte sequence for one value: what is hashed (A2, I4). */

/** JSON-compatible data. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined }

/**
 * Canonical JSON: keys in code-unit order, no white space, numbers as ECMAScript writes them, absent keys left out
 * (RFC 8785 for the values that occur here; NaN and infinities are refused).
 */
export function canonical(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`canonical JSON has no ${value}`)
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value === 'object') {
    const parts: string[] = []
    for (const [key, item] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (item !== undefined) parts.push(`${JSON.stringify(key)}:${canonical(item)}`)
    }
    return `{${parts.join(',')}}`
  }
  throw new TypeError(`canonical JSON has no ${typeof value}`)
}
