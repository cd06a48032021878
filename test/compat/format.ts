/** What the compatibility test asks of a format: records of each kind to be written down, and how they are read again. */

import type { Result } from '@tocsin/core/domain/result.ts'
import { must } from './run-story.ts'

/** One recorded record: its kind, its bytes (as text where they are UTF-8 text), and what they decode to, as JSON. */
export interface Line {
  readonly kind: string
  readonly text?: string
  readonly base64?: string
  readonly value: unknown
}

export interface Format {
  /** With its version: a version's recording is never changed once it was released. */
  readonly name: string
  readonly kinds: readonly string[]
  /** Records of each kind, from today's code. */
  record(): Promise<readonly Line[]>
  /** What today's code makes of recorded bytes, and the bytes that it would write for that. */
  read(line: Line): Promise<{ readonly value: unknown; readonly bytes: Uint8Array | null }>
}

interface FormatOf<K extends string, T> {
  readonly name: string
  /** Every kind: the type says when one is missing. */
  readonly kinds: Readonly<Record<K, true>>
  readonly samples: () => readonly (readonly [kind: K, value: T])[]
  /** null: today's code only reads this form. */
  readonly encode: (value: T, kind: string) => Promise<Uint8Array> | Uint8Array | null
  readonly decode: (bytes: Uint8Array, kind: string) => Promise<Result<T, unknown>> | Result<T, unknown>
  /** For forms that nobody but a stranger writes: their bytes. */
  readonly written?: Readonly<Partial<Record<K, string>>>
}

export function format<K extends string, T>(of: FormatOf<K, T>): Format {
  const { encode, decode } = of
  const line = async (kind: string, bytes: Uint8Array): Promise<Line> => {
    const value = plain(must(await decode(bytes, kind)))
    return { kind, ...stored(bytes), value }
  }
  return {
    name: of.name,
    kinds: Object.keys(of.kinds),
    record: async () => {
      const lines: Line[] = []
      for (const [kind, value] of of.samples()) {
        const bytes = await encode(value, kind)
        if (bytes) lines.push(await line(kind, bytes))
      }
      for (const [kind, text] of Object.entries<string | undefined>(of.written ?? {})) {
        if (text !== undefined) lines.push(await line(kind, Buffer.from(text)))
      }
      return lines
    },
    read: async (recorded) => {
      const value = must(await decode(bytesOf(recorded), recorded.kind))
      return { value: plain(value), bytes: await encode(value, recorded.kind) }
    },
  }
}

export function bytesOf({ text, base64 = '' }: Line): Uint8Array {
  return text === undefined ? Buffer.from(base64, 'base64') : Buffer.from(text)
}

/** The first record of each kind. */
export function firstOfEach<K extends string, T>(records: readonly T[], kindOf: (record: T) => K): [K, T][] {
  const first = new Map<K, T>()
  for (const record of records) if (!first.has(kindOf(record))) first.set(kindOf(record), record)
  return [...first]
}

function stored(bytes: Uint8Array): { text: string } | { base64: string } {
  const text = Buffer.from(bytes).toString()
  const isText = Buffer.from(text).equals(bytes) && !text.includes('\u0000') && bytes[0] !== 1
  return isText ? { text } : { base64: Buffer.from(bytes).toString('base64') }
}

/** As JSON would give it back; bytes as base64. */
function plain(value: unknown): unknown {
  const replace = (_key: string, part: unknown): unknown =>
    part instanceof Uint8Array ? Buffer.from(part).toString('base64') : part
  return JSON.parse(JSON.stringify(value, replace))
}
