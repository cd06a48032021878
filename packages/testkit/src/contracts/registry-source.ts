/** The contract of the registry-source port; a source's test is one call of it, with the means to change what it reads. */

import type { RegistryChange, RegistrySource } from '@tocsin/core/ports/registry-source.ts'
import { describe, expect, onTestFinished, test } from 'vitest'

/** A source whose first site can be renamed from outside. */
export interface RegistrySourceBench {
  readonly source: RegistrySource
  /** Writes a registry that is right, in which the first site has this name. */
  readonly rename: (name: string) => void | Promise<void>
  /** Writes one that is not. */
  readonly spoil: () => void | Promise<void>
}

/** `open` gives a bench of its own each time; its source holds at least one site, named `first`. */
export function registrySourceContract(name: string, open: (first: string) => Promise<RegistrySourceBench>): void {
  async function opened(): Promise<RegistrySourceBench> {
    const bench = await open('北厂')
    onTestFinished(() => bench.source.close())
    return bench
  }

  describe(`registry source contract: ${name}`, () => {
    test('a change is swapped whole, then told', async () => {
      const { source, rename } = await opened()
      const before = source.current()
      const change = await changeAfter(source, () => rename('南厂'))
      expect(change).toEqual({ kind: 'swapped', current: source.current() })
      expect(nameIn(source)).toBe('南厂')
      expect(before.registry.sites[0]?.name).toBe('北厂')
      expect(source.current().version).not.toBe(before.version)
    })

    test('the same registry has the same version', async () => {
      const { source, rename } = await opened()
      const { version } = source.current()
      await changeAfter(source, () => rename('南厂'))
      await changeAfter(source, () => rename('北厂'))
      expect(source.current().version).toBe(version)
    })

    test('what is wrong is refused with its reasons and changes nothing; taken back, that is told', async () => {
      const { source, rename, spoil } = await opened()
      const before = source.current()
      const refused = await changeAfter(source, spoil)
      expect(refused.kind === 'refused' && refused.problems.length).toBeGreaterThan(0)
      expect(source.current()).toBe(before)
      const taken = await changeAfter(source, () => rename('北厂'))
      expect(taken.kind === 'swapped' && taken.current.version).toBe(before.version)
    })

    test('listeners are called in the order in which they came, each until it goes', async () => {
      const { source, rename } = await opened()
      const heard: string[] = []
      source.onChange(() => heard.push('first'))
      const off = source.onChange(() => heard.push('second'))
      await changeAfter(source, () => rename('南厂'))
      off()
      await changeAfter(source, () => rename('东厂'))
      expect(heard).toEqual(['first', 'second', 'first'])
    })

    test('after close it still answers, and calls nobody', async () => {
      const { source, rename } = await opened()
      const heard: RegistryChange[] = []
      source.onChange((change) => heard.push(change))
      source.close()
      await rename('南厂')
      expect([nameIn(source), heard]).toEqual(['北厂', []])
    })
  })
}

function nameIn(source: RegistrySource): string | undefined {
  return source.current().registry.sites[0]?.name
}

/** The next change, once `act` was done. */
export async function changeAfter(source: RegistrySource, act: () => void | Promise<void>): Promise<RegistryChange> {
  const next = new Promise<RegistryChange>((resolve) => {
    const off = source.onChange((change) => {
      off()
      resolve(change)
    })
  })
  await act()
  return next
}
