/** The TAR around a packet: plain ustar, few small files with flat names (GD/J 083). */

import { fail, ok, type Result } from '@tocsin/core/domain/result.ts'
import { extract, pack } from 'tar-stream'

export interface TarFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** An audio file may come beside the text; Tocsin sends none. */
const MAX_BYTES = 4 * 1024 * 1024
const MAX_FILES = 16
const namePattern = /^EBD[A-Z]_[A-Za-z0-9_.-]{1,120}$/

/** @param mtime UTC ms: the same files at the same time are the same bytes */
export async function packTar(files: readonly TarFile[], mtime: number): Promise<Uint8Array> {
  const tar = pack()
  for (const { name, bytes } of files) {
    tar.entry({ name, mtime: new Date(mtime), mode: 0o644, uid: 0, gid: 0 }, Buffer.from(bytes))
  }
  tar.finalize()
  return collect(tar)
}

async function collect(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) if (chunk instanceof Uint8Array) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** @returns the files in order, or why the bytes are no such TAR: truncated, too big, a name or kind not of GD/J 083 */
export async function unpackTar(bytes: Uint8Array): Promise<Result<readonly TarFile[], string>> {
  if (bytes.byteLength > MAX_BYTES) return fail(`TAR of more than ${MAX_BYTES} bytes`)
  if (bytes.byteLength === 0 || bytes.byteLength % 512 !== 0) return fail('TAR: truncated')
  const files: TarFile[] = []
  try {
    const tar = extract()
    tar.end(Buffer.from(bytes))
    for await (const entry of tar) {
      const { name, type } = entry.header
      if (type !== 'file') return fail(`TAR: ${name} is a ${String(type)}`)
      if (!namePattern.test(name)) return fail(`TAR: a file named ${name.slice(0, 60)}`)
      if (files.length === MAX_FILES) return fail(`TAR: more than ${MAX_FILES} files`)
      files.push({ name, bytes: await collect(entry) })
    }
  } catch (error) {
    return fail(`TAR: ${error instanceof Error ? error.message : String(error)}`)
  }
  return files.length === 0 ? fail('TAR: empty') : ok(files)
}
