/** How a versioned JSON record becomes bytes and is read back: shared by the codecs whose records are JSON. */

import { canonical } from '@tocsin/core/domain/canonical.ts'
import { fail, ok, type Result } from '@tocsin/core/domain/result.ts'
import type { z } from 'zod'

/** Canonical JSON of the record with its version as `v`: the same record gives the same bytes. */
export function encodeJson(v: number, record: object): Uint8Array {
  return Buffer.from(canonical({ ...record, v }))
}

/**
 * Reads a record written by {@link encodeJson}.
 * @returns the record without its `v`, or why it is none, with the path of the first wrong field
 */
export function decodeJson<T>(v: number, schema: z.ZodType<T>, bytes: Uint8Array): Result<T, string> {
  let parsed: unknown
  try {
    parsed = JSON.parse(utf8(bytes))
  } catch (error) {
    return fail(`not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (typeof parsed !== 'object' || parsed === null || !('v' in parsed)) return fail('v: missing')
  if (parsed.v !== v) return fail(`v: ${String(parsed.v)} is not ${v}`)
  const record: object = parsed
  Reflect.deleteProperty(record, 'v')
  const result = schema.safeParse(record)
  if (result.success) return ok(result.data)
  const issue = result.error.issues[0]
  return fail(issue === undefined ? 'not a record' : `${issue.path.map(String).join('.')}: ${issue.message}`)
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}
