import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { changeAfter, registrySourceContract } from '@tocsin/testkit/contracts/registry-source.ts'
import { expect, onTestFinished, test } from 'vitest'
import { watchRegistry } from './registry-source.ts'
import { changed, folderWith, goodRegistry, goodRules } from './testing.ts'

function started() {
  const folder = folderWith({ 'registry/r.yaml': goodRegistry, 'rules/r.yaml': goodRules })
  const source = watchRegistry({ registry: `${folder}/registry`, rules: [`${folder}/rules/r.yaml`] })
  onTestFinished(() => source.close())
  return { folder, source }
}

registrySourceContract('files', async (first) => {
  const named = (name: string): string => changed(goodRegistry, 'name: 北厂', `name: ${name}`)
  const folder = folderWith({ 'registry/r.yaml': named(first), 'rules/r.yaml': goodRules })
  return {
    source: watchRegistry({ registry: `${folder}/registry`, rules: [`${folder}/rules`] }),
    rename: (name) => writeFileSync(`${folder}/registry/r.yaml`, named(name)),
    spoil: () => writeFileSync(`${folder}/registry/r.yaml`, changed(goodRegistry, 'unit: ppm\n', 'unit: kg\n')),
  }
})

test('a wrong file is refused with its line', async () => {
  const { folder, source } = started()
  const wrong = changed(goodRegistry, 'unit: ppm\n', 'unit: kg\n')
  const change = await changeAfter(source, () => writeFileSync(`${folder}/registry/r.yaml`, wrong))
  expect(change.kind === 'refused' && change.problems).toEqual([
    `${folder}/registry/r.yaml:24:15 sites[0].sensors[0].unit: expected a unit of chlorine: mg/m³, ppm, found "kg"`,
  ])
})

test('rules that would leave an override without its level are refused with the registry', async () => {
  const { folder, source } = started()
  const before = source.current()
  // As editors do: a new file in the place of the old one.
  const renamed = goodRules.replaceAll('控制水位', '汛限水位')
  const change = await changeAfter(source, () => {
    writeFileSync(`${folder}/rules/new.tmp`, renamed)
    renameSync(`${folder}/rules/new.tmp`, `${folder}/rules/r.yaml`)
  })
  expect(change.kind === 'refused' && change.problems.join()).toContain(
    'overrides[0].level: expected one of 汛限水位, 预警',
  )
  expect(source.current()).toBe(before)
})

test('a new file and a removed one count', async () => {
  const { folder, source } = started()
  const more = "areas: [{ code: '999902000000', name: 北岭区 }]\n"
  await changeAfter(source, () => writeFileSync(`${folder}/registry/more.yaml`, more))
  expect(source.current().registry.areas).toHaveLength(3)
  await changeAfter(source, () => rmSync(`${folder}/registry/more.yaml`))
  expect(source.current().registry.areas).toHaveLength(2)
})

test('what is wrong at the start is an error', () => {
  const folder = folderWith({ 'registry/r.yaml': 'x: 1', 'rules/r.yaml': goodRules })
  expect(() => watchRegistry({ registry: `${folder}/registry`, rules: [`${folder}/rules`] })).toThrow(/r\.yaml:1:1 x: /)
})
