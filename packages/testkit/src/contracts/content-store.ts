/** The contract of the content-store port; an adapter's test is one call of it. */

import { createHash } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ContentStore } from '@tocsin/core/ports/content-store.ts'

type Closable = ContentStore & { close(): Promise<void> }

/** `store` names the store: the same name opens the same one again, another name an empty one. */
export function contentStoreContract(
  name: string,
  openStore: (options: { readonly store: string }) => Promise<Closable>,
): void {
  let count = 0
  async function fresh(): Promise<{ store: Closable; reopen: () => Promise<Closable> }> {
    const options = { store: `contract-${process.pid}-${Date.now()}-${count++}` }
    let store = await openStore(options)
    onTestFinished(() => store.close())
    const reopen = async (): Promise<Closable> => {
      await store.close()
      store = await openStore(options)
      return store
    }
    return { store, reopen }
  }

  describe(`content store contract: ${name}`, () => {
    test('put gives the SHA-256 of the content, the same however often; get gives what was put', async () => {
      const { store, reopen } = await fresh()
      const content = JSON.stringify({ name: '邵屏市', sites: Array.from({ length: 5000 }, (_, i) => `site-${i}`) })
      const hash = createHash('sha256').update(content).digest('hex')
      expect(await store.put(content)).toBe(hash)
      expect(await store.put(content)).toBe(hash)
      expect(await store.put('{}')).not.toBe(hash)
      expect(await store.get(hash)).toBe(content)
      const again = await reopen()
      expect(await again.get(hash)).toBe(content)
    })

    test('what was never put is content-missing', async () => {
      const { store } = await fresh()
      expect(await store.get('0'.repeat(64)).catch((error: unknown) => error)).toMatchObject({
        code: 'content-missing',
      })
    })
  })
}
