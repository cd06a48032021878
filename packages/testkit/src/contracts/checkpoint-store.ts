/** The contract of the checkpoint-store port; an adapter's test is one call of it. */

import { describe, expect, onTestFinished, test } from 'vitest'
import type { Checkpoint, CheckpointStore } from '@tocsin/core/ports/checkpoint-store.ts'

/** `store` names the store: the same name opens the same one again, another name an empty one. */
export function checkpointStoreContract(
  name: string,
  openStore: (options: { readonly store: string }) => Promise<CheckpointStore>,
): void {
  let count = 0
  async function fresh(): Promise<{ store: CheckpointStore; reopen: () => Promise<CheckpointStore> }> {
    const options = { store: `contract-${process.pid}-${Date.now()}-${count++}` }
    let store = await openStore(options)
    onTestFinished(() => store.close())
    const reopen = async (): Promise<CheckpointStore> => {
      await store.close()
      store = await openStore(options)
      return store
    }
    return { store, reopen }
  }

  describe(`checkpoint store contract: ${name}`, () => {
    test('what was saved is read back, by partition, also after reopening', async () => {
      const { store, reopen } = await fresh()
      const a = checkpoint({ site: 'CX-01', offset: 5 })
      const b = checkpoint({ site: '梅滩', offset: 7, state: new Uint8Array(100_000).map((_, i) => i) })
      await store.save(0, [a, b])
      await store.save(1, [checkpoint({ site: 'QLC-1' })])
      const both = [a, b].sort((x, y) => (x.site < y.site ? -1 : 1))
      expect(sorted(await store.load(0))).toEqual({ checkpoints: both, damaged: 0 })
      const again = await reopen()
      expect(sorted(await again.load(0))).toEqual({ checkpoints: both, damaged: 0 })
      expect((await again.load(1)).checkpoints.map((found) => found.site)).toEqual(['QLC-1'])
      expect(await again.load(2)).toEqual({ checkpoints: [], damaged: 0 })
    })

    test('a newer checkpoint replaces the older one of its partition, site and claim only', async () => {
      const { store } = await fresh()
      await store.save(0, [
        checkpoint({ offset: 1 }),
        checkpoint({ claim: 'c2', offset: 2 }),
        checkpoint({ site: 'S2', offset: 3 }),
      ])
      await store.save(0, [checkpoint({ offset: 9, n: 4, state: Uint8Array.of(9) })])
      const { checkpoints } = await store.load(0)
      const found = checkpoints.map((at) => `${at.site} ${at.claim} ${at.offset} ${at.n}`).sort()
      expect(found).toEqual(['S1 c1 9 4', 'S1 c2 2 1', 'S2 c1 3 1'])
    })

    test('prune keeps the named claims of its partition, and other partitions whole', async () => {
      const { store } = await fresh()
      const claims = ['c1', 'c2', 'c3']
      for (const partition of [0, 1])
        await store.save(
          partition,
          claims.map((claim) => checkpoint({ claim })),
        )
      await store.prune(0, ['c2', 'c3', 'c9'])
      expect((await store.load(0)).checkpoints.map((at) => at.claim).sort()).toEqual(['c2', 'c3'])
      expect((await store.load(1)).checkpoints.length).toBe(3)
      await store.prune(0, [])
      expect((await store.load(0)).checkpoints).toEqual([])
    })
  })
}

function checkpoint(given: Partial<Checkpoint>): Checkpoint {
  return { site: 'S1', claim: 'c1', offset: 0, n: 1, state: Uint8Array.of(1, 2, 3), ...given }
}

function sorted(loaded: { readonly checkpoints: readonly Checkpoint[]; readonly damaged: number }): unknown {
  return { ...loaded, checkpoints: loaded.checkpoints.toSorted((x, y) => (x.site < y.site ? -1 : 1)) }
}
