/** The contract of the view-store port; an adapter's test is one call of it. */

import { describe, expect, onTestFinished, test } from 'vitest'
import type { ViewStore } from '@tocsin/core/ports/view-store.ts'

type Closable = ViewStore & { close(): Promise<void> }

/** `store` names the store: the same name opens the same one again, another name an empty one. */
export function viewStoreContract(
  name: string,
  openStore: (options: { readonly store: string }) => Promise<Closable>,
): void {
  let count = 0

  describe(`view store contract: ${name}`, () => {
    test('load gives the newest saved value of the name, or null, also after reopening', async () => {
      const options = { store: `contract-${process.pid}-${Date.now()}-${count++}` }
      let store = await openStore(options)
      onTestFinished(() => store.close())
      expect(await store.load('gateway')).toBe(null)
      const large = new Uint8Array(300_000).map((_, i) => i * 7)
      await store.save('gateway', large)
      await store.save('gateway', Uint8Array.of(1, 2))
      await store.save('other', large)
      expect(await store.load('gateway')).toEqual(Uint8Array.of(1, 2))
      await store.close()
      store = await openStore(options)
      expect(await store.load('gateway')).toEqual(Uint8Array.of(1, 2))
      expect(await store.load('other')).toEqual(large)
      await store.save('gateway', new Uint8Array(0))
      expect(await store.load('gateway')).toEqual(new Uint8Array(0))
    })
  })
}
