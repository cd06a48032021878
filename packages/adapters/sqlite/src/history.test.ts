import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { historyContract } from '@tocsin/testkit/contracts/history.ts'
import { sqliteHistory } from './history.ts'

const base = mkdtempSync(join(tmpdir(), 'tocsin-history-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

historyContract('sqlite', ({ history }) => sqliteHistory({ folder: join(base, history) }))
