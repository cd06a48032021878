/** How deep JSON text nests, and NaN in it: what must be known before and when JSON.parse refuses. */

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Whether arrays and objects nest deeper than `max`; text in strings does not count. Constant memory, no recursion. */
export function nestsDeeper(json: Uint8Array, max: number): boolean {
  let depth = 0
  for (let i = 0; i < json.length; i++) {
    const c = json[i]
    if (c === QUOTE) i = endOfString(json, i)
    else if (c === 0x5b || c === 0x7b) {
      if (++depth > max) return true
    } else if (c === 0x5d || c === 0x7d) depth--
  }
  return false
}

function endOfString(json: Uint8Array, quote: number): number {
  for (let i = quote + 1; i < json.length; i++) {
    const c = json[i]
    if (c === BACKSLASH) i++
    else if (c === QUOTE) return i
  }
  return json.length
}

/** Stands for a number that JSON does not have; no text of a device can be it by accident. */
export const NOT_FINITE = '\u0000not finite'

/**
 * JSON has no NaN or Infinity, but many a device writes them: each such token outside strings becomes the string
 * {@link NOT_FINITE}, so that one of them does not cost the whole batch.
 */
export function withoutNaN(json: Uint8Array): string {
  const text = Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString('utf8')
  if (!text.includes('NaN') && !text.includes('Infinity')) return text
  let out = ''
  let from = 0
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (c === '"') {
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === '\\') i++
    } else if (c === 'N' || c === 'I') {
      const token = text.startsWith('NaN', i) ? 'NaN' : text.startsWith('Infinity', i) ? 'Infinity' : ''
      if (token === '') continue
      const start = text[i - 1] === '-' ? i - 1 : i
      out += text.slice(from, start) + JSON.stringify(NOT_FINITE)
      from = i + token.length
      i = from - 1
    }
  }
  return out + text.slice(from)
}
