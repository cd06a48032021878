// docs/wire.md says what the codecs do: its examples are the files in docs/wire, and its codes are the closed list.

import { readdirSync, readFileSync } from 'node:fs'
import { qualities } from '@tocsin/core/domain/reading.ts'
import { rejectionCodes } from '@tocsin/core/domain/rejected.ts'
import { expect, test } from 'vitest'
import { decodeErrorMessage } from './mqtt-error-v1.ts'
import { decodeReadingsMessage } from './mqtt-readings-v1.ts'
import { decodeStatus } from './mqtt-status-v1.ts'
import { errorsTopic, readingsTopic, statusTopic } from './mqtt-topics-v1.ts'

const docs = new URL('../../../docs/', import.meta.url)
const page = readFileSync(new URL('wire.md', docs), 'utf8')
const example = (name: string) => readFileSync(new URL(`wire/${name}.json`, docs))

test('each example on the page is the file of its name, and each file is on the page', () => {
  const shown = [...page.matchAll(/```json (\S+)\n([^`]*)```/g)].map(([, name = '', text]) => [`${name}.json`, text])
  const files = readdirSync(new URL('wire/', docs)).map((name) => [
    name,
    readFileSync(new URL(`wire/${name}`, docs), 'utf8'),
  ])
  expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(files))
})

test('the examples are what their codecs take', () => {
  const batch = decodeReadingsMessage(example('readings-batch'))
  expect(batch.rejections).toEqual([])
  expect(batch.readings.length).toBe(3)
  expect(decodeReadingsMessage(example('readings-single'))).toMatchObject({ boot: 'b7f3', seq: 1025, rejections: [] })
  expect(decodeStatus(example('status'))).toEqual({ ok: true, value: { state: 'offline' } })
  expect(decodeErrorMessage(example('error'))).toMatchObject({ ok: true, value: { seq: 1024 } })
})

test('codes with their meanings, qualities and topics stand on the page', () => {
  const codes = page.slice(page.indexOf('### Rejections'), page.indexOf('### Status'))
  const rows = [...codes.matchAll(/^\| `([a-z-]+)` \| (.*) \|$/gm)].map(([, code = '', meaning]) => [code, meaning])
  expect(Object.fromEntries(rows)).toEqual(rejectionCodes)
  for (const quality of qualities) expect(page).toContain(`\`${quality}\``)
  expect(page).toContain(`\`${readingsTopic('{enterprise}', '{site}')}\``)
  expect(page).toContain(`\`${statusTopic('{enterprise}', '{gateway}')}\``)
  expect(page).toContain(`\`${errorsTopic('{enterprise}', '{gateway}')}\``)
})
