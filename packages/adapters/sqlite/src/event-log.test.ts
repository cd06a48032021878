import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { eventLogContract } from '@tocsin/testkit/contracts/event-log.ts'
import { sqliteEventLog } from './event-log.ts'

const base = mkdtempSync(join(tmpdir(), 'tocsin-log-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

eventLogContract('sqlite', ({ log, ...options }) => sqliteEventLog({ folder: join(base, log), ...options }))
eventLogContract('sqlite, many segments', ({ log, ...options }) =>
  sqliteEventLog({ folder: join(base, `${log}-small`), segmentBytes: 30_000, ...options }),
)
