/** What the small stores ask their thread, and how they start it. */

import { dirname } from 'node:path'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { Row } from './database.ts'
import { makeFolder } from './files.ts'
import { Thread } from './thread.ts'

export interface Step {
  readonly sql: string
  readonly params: readonly (string | number | null | Uint8Array)[]
}

export type StoreCalls = {
  /** Runs the statements in one transaction; rows by statement. */
  run: { ask: readonly Step[]; answer: readonly (readonly Row[])[] }
}

export interface StoreThreadData {
  readonly file: string
  readonly version: number
  readonly schema: string
  readonly synchronous: 'FULL' | 'NORMAL'
  /** A damaged file is put aside and an empty one begun. */
  readonly expendable: boolean
}

/** What the thread was started with, checked: Node gives it as `any`. */
export function storeThreadData(data: unknown): StoreThreadData {
  if (
    typeof data === 'object' &&
    data !== null &&
    'file' in data &&
    typeof data.file === 'string' &&
    'version' in data &&
    typeof data.version === 'number' &&
    'schema' in data &&
    typeof data.schema === 'string' &&
    'synchronous' in data &&
    (data.synchronous === 'FULL' || data.synchronous === 'NORMAL') &&
    'expendable' in data &&
    typeof data.expendable === 'boolean'
  ) {
    const { file, version, schema, synchronous, expendable } = data
    return { file, version, schema, synchronous, expendable }
  }
  throw new TocsinError('internal', 'a store thread was started without its settings')
}

/** Starts the store's thread and opens its file; throws `data-damaged`, `data-version` or `store-unavailable`. */
export async function openStore(data: StoreThreadData): Promise<Thread<StoreCalls>> {
  makeFolder(dirname(data.file))
  const thread = new Thread<StoreCalls>({
    url: new URL('./store-thread.ts', import.meta.url),
    name: 'store',
    data: () => data,
    unavailable: 'store-unavailable',
  })
  try {
    await thread.call('run', [])
    return thread
  } catch (cause) {
    await thread.close()
    throw cause
  }
}
