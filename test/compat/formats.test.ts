// Every stored or sent format: what was recorded is read as it was meant, and written today with the same bytes.

import { describe, expect, test } from 'vitest'
import { bytesOf } from './format.ts'
import { sentFormats } from './formats-sent.ts'
import { storedFormats } from './formats-stored.ts'
import { readLines } from './recorded.ts'

const hint = 'a changed format is a new version beside the old one, with its own recording (test/compat/record.ts)'

describe.each([...storedFormats, ...sentFormats].map((format) => ({ name: format.name, format })))(
  '$name',
  ({ format }) => {
    test('is recorded in each of its kinds', () => {
      const recorded = new Set(readLines(format).map(({ kind }) => kind))
      expect([...recorded].sort(), 'record.ts records new kinds').toEqual([...format.kinds].sort())
    })

    test('is read as it was meant', async () => {
      for (const line of readLines(format)) expect((await format.read(line)).value, hint).toEqual(line.value)
    })

    test('has the same bytes', async () => {
      for (const line of readLines(format)) {
        const { bytes } = await format.read(line)
        if (bytes !== null) expect(Buffer.from(bytes).equals(bytesOf(line)), `${line.kind}: ${hint}`).toBe(true)
      }
    })
  },
)
