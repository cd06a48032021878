/** XML as packets use it: elements and text, in order. No DTD, no entity of one's own, bounded size and depth. */

import { fail, ok, type Result } from '@tocsin/core/domain/result.ts'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { z } from 'zod'

export interface XmlElement {
  readonly name: string
  readonly text: string
  readonly children: readonly XmlElement[]
}

const MAX_BYTES = 512 * 1024
const MAX_DEPTH = 16

/** An element with children or with text. */
export function element(name: string, content: string | number | readonly (XmlElement | null)[]): XmlElement {
  if (typeof content === 'string' || typeof content === 'number') return { name, text: String(content), children: [] }
  return { name, text: '', children: content.filter((part) => part !== null) }
}

/** The document's text, with its declaration; no white space between elements. */
export function writeXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${write(root)}\n`
}

function write({ name, text, children }: XmlElement): string {
  return `<${name}>${children.length > 0 ? children.map(write).join('') : escape(text)}</${name}>`
}

function escape(text: string): string {
  // XML 1.0 has no other control characters; a carriage return would be read back as a line feed
  return Array.from(text.toWellFormed())
    .filter(isXmlChar)
    .join('')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;')
}

function isXmlChar(char: string): boolean {
  const code = char.charCodeAt(0)
  return code >= 0x20 ? code < 0xfffe : code === 0x09 || code === 0x0a || code === 0x0d
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: false,
  // entities are resolved below: the five of XML and character numbers, nothing else
  processEntities: false,
  maxNestedTags: MAX_DEPTH,
})

/** Reads bytes in the encoding that their declaration names (UTF-8 or GB), and gives the root element. */
export function readXml(bytes: Uint8Array): Result<XmlElement, string> {
  if (bytes.byteLength > MAX_BYTES) return fail(`XML of more than ${MAX_BYTES} bytes`)
  const text = decode(bytes)
  if (text === null) return fail('XML: not in its encoding')
  // XXE, billion laughs: whoever sends a document type means no good, no packet has one
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) return fail('XML: a document type is not allowed')
  try {
    const valid = XMLValidator.validate(text)
    if (valid !== true) return fail(`XML: line ${valid.err.line}: ${valid.err.msg}`)
    const roots = convert(nodes.parse(parser.parse(text)))
    const [root] = roots.children
    return root && roots.children.length === 1 ? ok(root) : fail('XML: not one root element')
  } catch (error) {
    return fail(`XML: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function decode(bytes: Uint8Array): string | null {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 120))
  const encoding = /^\s*<\?xml[^>]*encoding=["']([A-Za-z0-9_-]+)["']/.exec(head)?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(/^gb/i.test(encoding) ? 'gb18030' : 'utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

const nodes = z.array(z.record(z.string(), z.unknown()))

/** The parser's ordered form: each node an object with one key, text under `#text`. */
function convert(list: z.infer<typeof nodes>): { text: string; children: XmlElement[] } {
  let text = ''
  const children: XmlElement[] = []
  for (const node of list) {
    for (const [name, value] of Object.entries(node)) {
      if (name === '#text') text += unescape(String(value))
      else if (name !== ':@') {
        const inner = convert(nodes.parse(value))
        children.push({ name, text: inner.text.trim(), children: inner.children })
      }
    }
  }
  return { text, children }
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescape(text: string): string {
  return text.replaceAll(/&(#x[0-9a-f]+|#\d+|[a-z]+);/gi, (_, entity: string) => {
    if (!entity.startsWith('#')) {
      const char = named[entity]
      if (char === undefined) throw new Error(`entity &${entity};`)
      return char
    }
    const code = /^#x/i.test(entity) ? Number.parseInt(entity.slice(2), 16) : Number.parseInt(entity.slice(1), 10)
    return String.fromCodePoint(code)
  })
}

/** First child of that name. */
export function child(of: XmlElement | undefined, name: string): XmlElement | undefined {
  return of?.children.find((candidate) => candidate.name === name)
}

/** Text of the first child of that name; undefined where there is none or it is empty. */
export function textOf(of: XmlElement | undefined, name: string): string | undefined {
  const text = child(of, name)?.text
  return text === undefined || text === '' ? undefined : text
}
