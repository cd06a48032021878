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

    test('loadAll gives every name with the prefix, and what was removed is as if it had never been saved', async () => {
      const options = { store: `contract-${process.pid}-${Date.now()}-${count++}` }
      let store = await openStore(options)
      onTestFinished(() => store.close())
      const names = ['a', 'a-', 'a-1', 'a-2', 'a-%', 'a-甲', 'b', 'A-1']
      await Promise.all(names.map((view, i) => store.save(view, Uint8Array.of(i))))
      const found = await store.loadAll('a-')
      expect([...found.keys()].toSorted()).toEqual(['a-', 'a-%', 'a-1', 'a-2', 'a-甲'])
      expect(found.get('a-2')).toEqual(Uint8Array.of(3))
      await store.remove('a-1')
      await store.remove('never saved')
      expect(await store.load('a-1')).toBe(null)
      await store.close()
      store = await openStore(options)
      expect((await store.loadAll('a-')).size).toBe(4)
      expect(await store.load('a-1')).toBe(null)
      expect((await store.loadAll('none')).size).toBe(0)
      await store.save('a-1', Uint8Array.of(9))
      expect(await store.load('a-1')).toEqual(Uint8Array.of(9))
    })

    test('names saved at the same time through two handles do not touch each other', async () => {
      const options = { store: `contract-${process.pid}-${Date.now()}-${count++}` }
      const first = await openStore(options)
      onTestFinished(() => first.close())
      const second = await openStore(options)
      onTestFinished(() => second.close())
      const names = Array.from({ length: 40 }, (_, i) => `n-${i}`)
      await Promise.all(names.map((view, i) => (i % 2 === 0 ? first : second).save(view, Uint8Array.of(i))))
      for (const store of [first, second]) expect((await store.loadAll('n-')).size).toBe(names.length)
    })
  })
}
