// Records the formats of today: `node test/compat/record.ts`. Before a version is released whenever a format changes;
// afterwards never: a changed format is a new version with a recording of its own beside the old one, which stays.
// Recording twice gives the same, but for when SQLite compacts: the log's files may differ in that.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AlarmTable, applyEvent } from '@tocsin/core/domain/alarm-view.ts'
import { ENGINE_VERSION } from '@tocsin/core/engine/limits.ts'
import { type Heads, headsHash } from '@tocsin/worker/journal-reader.ts'
import { pack, writeData } from './data-folder.ts'
import { sentFormats } from './formats-sent.ts'
import { storedFormats } from './formats-stored.ts'
import { factsFile, folder, linesFile, packedData, tableHash } from './recorded.ts'
import { runPartition } from './run-story.ts'
import { tellBroadcasts } from './story-broadcasts.ts'
import { tellStory } from './story.ts'

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
for (const format of [...storedFormats, ...sentFormats]) {
  const lines = await format.record()
  writeFileSync(linesFile(format), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
}
writeFileSync(factsFile, `${JSON.stringify(facts(), null, 2)}\n`)
const data = mkdtempSync(join(tmpdir(), 'tocsin-record-'))
try {
  await writeData(data)
  pack(data, packedData)
} finally {
  rmSync(data, { recursive: true, force: true })
}
console.log(`recorded in ${folder}`)

function facts() {
  const story = tellStory()
  const events = story.flatMap((records, partition) => runPartition(partition, records).events)
  const heads: Heads = new Map(events.map(({ site, n, hash }) => [site, { n, hash }]))
  const table: AlarmTable = new Map()
  for (const event of events) applyEvent(table, event)
  const records = story.flat()
  return {
    engine: ENGINE_VERSION,
    journalHash: headsHash(heads),
    heads: Object.fromEntries([...heads].sort(([a], [b]) => (a < b ? -1 : 1))),
    events: events.length,
    records: records.length,
    readings: records.reduce((sum, record) => sum + (record.kind === 'readings' ? record.sensors.length : 0), 0),
    openAlarms: table.size,
    tableHash: tableHash(table),
    broadcastHead: tellBroadcasts().head,
  }
}
