import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { schemaFiles, schemaFolder } from './schemas.ts'

test.each([...schemaFiles()])(
  '%s is current: if not, run `node packages/config/src/schemas.ts` and the formatter',
  (name, text) => {
    expect(JSON.parse(readFileSync(schemaFolder + name, 'utf8'))).toEqual(JSON.parse(text))
  },
)
