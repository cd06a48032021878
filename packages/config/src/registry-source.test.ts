import { renameSync, rmSync, writeFileSync } from 'node:fs'
import type { RegistryChange, RegistrySource } from '@tocsin/core/ports/registry-source.ts'
import { expect, onTestFinished, test } from 'vitest'
import { watchRegistry } from './registry-source.ts'
import { changed, folderWith, goodRegistry, goodRules } from './testing.ts'

function started() {
  const folder = folderWith({ 'registry/r.yaml': goodRegistry, 'rules/r.yaml': goodRules })
  const source = watchRegistry({ registry: `${folder}/registry`, rules: [`${folder}/rules/r.yaml`] })
  onTestFinished(() => source.close())
  return { folder, source }
}

/** The next change, once `act` was done. */
function changeAfter(source: RegistrySource, act: () => void): Promise<RegistryChange> {
  return new Promise((resolve) => {
    const off = source.onChange((change) => {
      off()
      resolve(change)
    })
    act()
  })
}

test('a changed file is checked whole, then swapped', async () => {
  const { folder, source } = started()
  const before = source.current()
  const renamed = changed(goodRegistry, 'name: 北厂', 'name: 南厂')
  const change = await changeAfter(source, () => writeFileSync(`${folder}/registry/r.yaml`, renamed))
  expect(change).toEqual({ kind: 'swapped', current: source.current() })
  expect(source.current().registry.sites[0]?.name).toBe('南厂')
  expect(source.current().version).not.toBe(before.version)
})

test('a wrong file is refused with its line, the old one stays; mended, it is told', async () => {
  const { folder, source } = started()
  const before = source.current()
  const wrong = await changeAfter(source, () =>
    writeFileSync(`${folder}/registry/r.yaml`, changed(goodRegistry, 'unit: ppm\n', 'unit: kg\n')),
  )
  expect(wrong.kind === 'refused' && wrong.problems).toEqual([
    `${folder}/registry/r.yaml:24:15 sites[0].sensors[0].unit: expected a unit of chlorine: mg/m³, ppm, found "kg"`,
  ])
  expect(source.current()).toBe(before)
  const mended = await changeAfter(source, () => writeFileSync(`${folder}/registry/r.yaml`, goodRegistry))
  expect(mended.kind === 'swapped' && mended.current.version).toBe(before.version)
})

test('rules that would leave an override without its level are refused with the registry', async () => {
  const { folder, source } = started()
  const before = source.current()
  // As editors do: a new file in the place of the old one.
  const change = await changeAfter(source, () => {
    writeFileSync(
      `${folder}/rules/new.tmp`,
      changed(goodRules, 'name: 控制水位', 'name: 汛限水位').replace('of: 控制水位', 'of: 汛限水位'),
    )
    renameSync(`${folder}/rules/new.tmp`, `${folder}/rules/r.yaml`)
  })
  expect(change.kind === 'refused' && change.problems.join()).toContain(
    'overrides[0].level: expected one of 汛限水位, 预警',
  )
  expect(source.current()).toBe(before)
})

test('a new file and a removed one count; a listener that went and a closed source hear nothing', async () => {
  const { folder, source } = started()
  const heard: string[] = []
  const off = source.onChange(() => heard.push('gone'))
  off()
  await changeAfter(source, () =>
    writeFileSync(`${folder}/registry/more.yaml`, "areas: [{ code: '999902000000', name: 北岭区 }]\n"),
  )
  expect(source.current().registry.areas).toHaveLength(3)
  await changeAfter(source, () => rmSync(`${folder}/registry/more.yaml`))
  expect(source.current().registry.areas).toHaveLength(2)
  expect(heard).toEqual([])
})

test('what is wrong at the start is an error', () => {
  const folder = folderWith({ 'registry/r.yaml': 'x: 1', 'rules/r.yaml': goodRules })
  expect(() => watchRegistry({ registry: `${folder}/registry`, rules: [`${folder}/rules`] })).toThrow(/r\.yaml:1:1 x: /)
})
