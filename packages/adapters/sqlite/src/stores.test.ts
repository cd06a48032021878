import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, test } from 'vitest'
import { checkpointStoreContract } from '@tocsin/testkit/contracts/checkpoint-store.ts'
import { contentStoreContract } from '@tocsin/testkit/contracts/content-store.ts'
import { viewStoreContract } from '@tocsin/testkit/contracts/view-store.ts'
import { sqliteCheckpointStore } from './checkpoint-store.ts'
import { sqliteContentStore } from './content-store.ts'
import { sqliteViewStore } from './view-store.ts'

const base = mkdtempSync(join(tmpdir(), 'tocsin-stores-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

checkpointStoreContract('sqlite', ({ store }) => sqliteCheckpointStore({ folder: join(base, store) }))
viewStoreContract('sqlite', ({ store }) => sqliteViewStore({ folder: join(base, store) }))
contentStoreContract('sqlite', ({ store }) => sqliteContentStore({ folder: join(base, store) }))

const checkpoint = { site: 'S1', claim: 'c1', offset: 3, n: 1, state: Uint8Array.of(1, 2, 3) }

test('a damaged checkpoint is left out and counted (R9)', async () => {
  const folder = join(base, 'damaged')
  let store = await sqliteCheckpointStore({ folder })
  await store.save(0, [checkpoint, { ...checkpoint, site: 'S2' }])
  await store.close()
  alter(join(folder, 'checkpoints.db'), "UPDATE checkpoints SET state = x'010204' WHERE site = 'S1'")
  store = await sqliteCheckpointStore({ folder })
  const loaded = await store.load(0)
  expect(loaded.damaged).toBe(1)
  expect(loaded.checkpoints.map((found) => found.site)).toEqual(['S2'])
  await store.close()
})

test('a checkpoint file that is no database is put aside, and the store starts empty (R9)', async () => {
  const folder = join(base, 'garbage')
  let store = await sqliteCheckpointStore({ folder })
  await store.save(0, [checkpoint])
  await store.close()
  writeFileSync(join(folder, 'checkpoints.db'), Buffer.alloc(8192, 7))
  store = await sqliteCheckpointStore({ folder })
  expect(await store.load(0)).toEqual({ checkpoints: [], damaged: 0 })
  await store.save(0, [checkpoint])
  expect((await store.load(0)).checkpoints).toEqual([checkpoint])
  await store.close()
  expect(readdirSync(folder)).toContain('checkpoints.db.damaged')
})

test('content that is not what its hash says is data-damaged', async () => {
  const folder = join(base, 'content')
  let store = await sqliteContentStore({ folder })
  const hash = await store.put('{"a":1}')
  await store.close()
  alter(join(folder, 'content.db'), `UPDATE content SET content = '{"a":2}'`)
  store = await sqliteContentStore({ folder })
  expect(await store.get(hash).catch((error: unknown) => error)).toMatchObject({ code: 'data-damaged' })
  await store.close()
})

test('a file of another format version is refused by name', async () => {
  const folder = join(base, 'version')
  await (await sqliteContentStore({ folder })).close()
  alter(join(folder, 'content.db'), 'PRAGMA user_version = 9')
  const refused: unknown = await sqliteContentStore({ folder }).catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'data-version' })
  expect(String(refused)).toContain('content.db')
})

function alter(file: string, sql: string): void {
  const db = new DatabaseSync(file)
  db.exec(sql)
  db.close()
}
