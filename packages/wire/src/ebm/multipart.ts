/** `multipart/form-data` with one packet in it, as GD/J 083 annex A posts it. */

import { fail, ok, type Result } from '@tocsin/core/domain/result.ts'

export interface Part {
  readonly fileName: string
  readonly bytes: Uint8Array
}

const MAX_PARTS = 8
const BOUNDARY = 'tocsin-7f3a9c1e5b2d4860'

/** One part; the field's name is not fixed by the standard. */
export function encodeMultipart({ fileName, bytes }: Part): {
  readonly contentType: string
  readonly body: Uint8Array
} {
  const head =
    `--${BOUNDARY}\r\n` +
    `Content-Disposition: form-data; name="file"; filename="${fileName}"\r\n` +
    `Content-Type: application/x-tar\r\n\r\n`
  const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)])
  return { contentType: `multipart/form-data; boundary=${BOUNDARY}`, body }
}

/** The part whose file name ends in `.tar`: vendors differ in field name and content type. */
export function decodeMultipart(contentType: string, body: Uint8Array): Result<Part, string> {
  const boundary = /^multipart\/form-data\s*;.*?boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType)
  if (!boundary) return fail('not multipart/form-data with a boundary')
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const delimiter = Buffer.from(`--${boundary[1] ?? boundary[2] ?? ''}`)
  let at = bytes.indexOf(delimiter)
  for (let parts = 0; at >= 0 && parts < MAX_PARTS; parts++) {
    const start = at + delimiter.length
    if (bytes.toString('latin1', start, start + 2) === '--') return fail('no file *.tar in the multipart body')
    const next = bytes.indexOf(Buffer.concat([Buffer.from('\r\n'), delimiter]), start)
    if (next < 0) return fail('multipart: truncated')
    const part = readPart(bytes.subarray(start + 2, next))
    if (part) return ok(part)
    at = next + 2
  }
  return fail('no file *.tar in the multipart body')
}

function readPart(bytes: Buffer): Part | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return null
  const fileName = fileNameOf(bytes.toString('utf8', 0, end))
  return fileName !== null && fileName.endsWith('.tar') ? { fileName, bytes: bytes.subarray(end + 4) } : null
}

/** The file name in a `Content-Disposition` header or block of headers; null where there is none. */
export function fileNameOf(disposition: string): string | null {
  return /filename="?([^";\r\n]{1,200})"?/i.exec(disposition)?.[1] ?? null
}
