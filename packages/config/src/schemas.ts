/** The JSON Schemas of the files that people write, for their editors; run by itself it writes them to schemas/. */

import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { registryFile } from './registry-schema.ts'
import { rulesFile } from './rule-schema.ts'
import { settingsFile } from './settings-schema.ts'

const schemas = { settings: settingsFile, registry: registryFile, rules: rulesFile }

/** File name → its text. */
export function schemaFiles(): Map<string, string> {
  return new Map(
    Object.entries(schemas).map(([name, schema]) => {
      const json = z.toJSONSchema(schema, { io: 'input', reused: 'ref' })
      return [`${name}.schema.json`, `${JSON.stringify(json, null, 2)}\n`]
    }),
  )
}

/** Where the files stand. */
export const schemaFolder = fileURLToPath(new URL('../schemas/', import.meta.url))

if (import.meta.main) for (const [name, text] of schemaFiles()) writeFileSync(schemaFolder + name, text)
