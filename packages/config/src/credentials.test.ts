import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openCredentials, removeCredential, setEnterprise, setUser } from './credentials.ts'
import { demoCredentials } from './demo-credentials.ts'
import { loadRegistry } from './registry.ts'
import { hashSecret, matchesHash, randomSecret } from './secret-hash.ts'
import { folderWith, goodRegistry } from './testing.ts'

const officer = {
  id: 'a',
  name: '值班员',
  role: 'officer',
  scope: { areas: ['999901000000'], enterprises: [] },
} as const

test('a secret is known by its hash only', async () => {
  const stored = await hashSecret('correct horse', 'user')
  expect(stored).toMatch(/^scrypt\$32768\$8\$1\$/)
  expect(await hashSecret('correct horse', 'user')).not.toBe(stored)
  expect([
    await matchesHash('correct horse', stored),
    await matchesHash('correct hors', stored),
    await matchesHash('x', 'plain'),
  ]).toEqual([true, false, false])
  expect(randomSecret(3)).toMatch(/^[a-z2-9]{4}(-[a-z2-9]{4}){2}$/)
})

test('who was added may enter, with the right secret, in the right part of the house', async () => {
  const folder = folderWith({})
  const credentials = openCredentials(folder)
  expect(await credentials.verifyEnterprise('chem', 'sixteen-or-more-letters')).toBe(false)
  await setEnterprise(folder, 'chem', 'sixteen-or-more-letters')
  await setUser(folder, officer, 'a good password')
  expect(await credentials.verifyEnterprise('chem', 'sixteen-or-more-letters')).toBe(true)
  expect(await credentials.verifyEnterprise('chem', 'sixteen-or-more-letters')).toBe(true)
  expect(await credentials.verifyEnterprise('chem', 'sixteen-or-more-lettres')).toBe(false)
  expect(await credentials.verifyEnterprise('a', 'a good password')).toBe(false)
  expect(await credentials.verifyUser('a', 'a good password')).toEqual(officer)
  expect(await credentials.verifyUser('a', '')).toBeNull()
  expect(await credentials.verifyUser('nobody', 'a good password')).toBeNull()
  expect(credentials.users()).toEqual([officer])
  expect(statSync(`${folder}/credentials.yaml`).mode & 0o777).toBe(0o600)
  expect(readFileSync(`${folder}/credentials.yaml`, 'utf8')).not.toContain('a good password')
})

test('a new secret replaces the old one at once, also where the old one was verified before', async () => {
  const folder = folderWith({})
  const credentials = openCredentials(folder)
  expect(credentials.enterpriseSecretId('chem')).toBe(null)
  await setEnterprise(folder, 'chem', 'the-first-secret-of-all')
  const first = credentials.enterpriseSecretId('chem')
  expect(first).not.toContain('the-first')
  expect(await credentials.verifyEnterprise('chem', 'the-first-secret-of-all')).toBe(true)
  await setUser(folder, officer, 'a good password')
  expect(credentials.enterpriseSecretId('chem')).toBe(first)
  await setEnterprise(folder, 'chem', 'the-second-secret-of-all')
  expect(credentials.enterpriseSecretId('chem')).not.toBe(first)
  expect(await credentials.verifyEnterprise('chem', 'the-first-secret-of-all')).toBe(false)
  expect(await credentials.verifyEnterprise('chem', 'the-second-secret-of-all')).toBe(true)
  expect(removeCredential(folder, 'enterprises', 'chem')).toBe(true)
  expect(removeCredential(folder, 'enterprises', 'chem')).toBe(false)
  expect(credentials.enterpriseSecretId('chem')).toBe(null)
  expect(await credentials.verifyEnterprise('chem', 'the-second-secret-of-all')).toBe(false)
  await setUser(folder, officer, 'a good password')
  expect(credentials.user('a')).toEqual(officer)
  removeCredential(folder, 'users', 'a')
  expect(credentials.user('a')).toBeUndefined()
})

test('a file made wrong changes nothing and says why; at the start it is an error', async () => {
  const folder = folderWith({})
  await setEnterprise(folder, 'chem', 'sixteen-or-more-letters')
  const credentials = openCredentials(folder)
  writeFileSync(`${folder}/credentials.yaml`, 'users: [{ id: a, name: x, role: king, secret: plain }]\n')
  expect(await credentials.verifyEnterprise('chem', 'sixteen-or-more-letters')).toBe(true)
  expect(credentials.problem()).toContain(
    'credentials.yaml:1:33 users[0].role: expected one of viewer, officer, approver, administrator',
  )
  expect(() => openCredentials(folder)).toThrow(/users\[0\]\.secret: expected a hash that Tocsin wrote/)
})

test('weak secrets and ids that are none are refused', async () => {
  const folder = folderWith({})
  await expect(setEnterprise(folder, 'chem', 'short')).rejects.toThrow(/at least 16/)
  await expect(setEnterprise(folder, 'a/b', 'sixteen-or-more-letters')).rejects.toThrow(/no id/)
  await expect(setUser(folder, officer, 'short')).rejects.toThrow(/at least 10/)
})

test('the demo makes its secrets once, tells them again, and makes those of an enterprise that came later', async () => {
  const folder = folderWith({ 'registry/r.yaml': goodRegistry })
  const registry = loadRegistry(`${folder}/registry`)
  const first = await demoCredentials(folder, { ...registry, enterprises: registry.enterprises.slice(0, 1) })
  expect(first.enterprises.map(({ id }) => id)).toEqual(['chem'])
  expect(first.users.map(({ id, role }) => [id, role])).toEqual([
    ['viewer', 'viewer'],
    ['officer', 'officer'],
    ['approver', 'approver'],
    ['administrator', 'administrator'],
  ])
  const second = await demoCredentials(folder, registry)
  expect(second.users).toEqual(first.users)
  expect(second.enterprises[0]).toEqual(first.enterprises[0])
  expect(second.enterprises[1]?.id).toBe('mine')
  expect(statSync(`${folder}/demo-credentials.yaml`).mode & 0o777).toBe(0o600)
  const credentials = openCredentials(folder)
  for (const { id, secret } of second.enterprises) expect(await credentials.verifyEnterprise(id, secret)).toBe(true)
  for (const { id, secret } of second.users) expect((await credentials.verifyUser(id, secret))?.id).toBe(id)
})
