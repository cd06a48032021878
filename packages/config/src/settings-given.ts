/** Reads settings from `--set` and from the environment: which names there are, and what is written under them. */

import { parse } from 'yaml'
import { z } from 'zod'
import { didYouMean, nearest, type Problem } from './problems.ts'
import { settingsFile } from './settings-schema.ts'
import { unplaced } from './yaml.ts'

const prefix = 'TOCSIN_'

/** One setting given outside the file. */
export interface Given {
  readonly path: readonly string[]
  readonly value: unknown
  /** `--set mqtt.port` or `TOCSIN_MQTT_PORT`. */
  readonly origin: string
}

/** The settings given, weakest first: the environment, then `--set` in its order. */
export function givenSettings(
  env: Readonly<Record<string, string | undefined>>,
  overrides: readonly string[],
): { readonly given: readonly Given[]; readonly problems: readonly Problem[] } {
  const paths = pathsOf(z.toJSONSchema(settingsFile, { io: 'input', reused: 'inline' }))
  const given: Given[] = []
  const problems: Problem[] = []
  const byVariable = new Map(paths.map((path) => [variableOf(path), path]))
  for (const [name, text] of Object.entries(env)) {
    if (text === undefined || !name.startsWith(prefix)) continue
    const path = byVariable.get(name)
    if (path) given.push({ path, value: scalar(text), origin: name })
    else {
      // Another program's TOCSIN_… is none of ours; what nearly is a setting's name is a slip.
      const near = nearest(
        name.slice(prefix.length),
        [...byVariable.keys()].map((known) => known.slice(prefix.length)),
      )
      if (near !== undefined) problems.push(unplaced(name, `${prefix}${near}`, 'no setting of this name'))
    }
  }
  const byName = new Map(paths.map((path) => [path.join('.'), path]))
  for (const override of overrides) {
    const [, name = override, text] = /^([^=]*)=(.*)$/s.exec(override) ?? []
    const path = byName.get(name)
    if (text === undefined) problems.push(unplaced(`--set ${override}`, 'key=value', 'no ='))
    else if (!path)
      problems.push(unplaced(`--set ${name}`, 'the name of a setting', `"${name}"${didYouMean(name, byName.keys())}`))
    else given.push({ path, value: scalar(text), origin: `--set ${name}` })
  }
  return { given, problems }
}

/** `mqtt.maxPayload` → `TOCSIN_MQTT_MAX_PAYLOAD`. */
function variableOf(path: readonly string[]): string {
  return prefix + path.map((part) => part.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()).join('_')
}

/** As YAML reads it, so that `1884`, `true` and `[coal]` are what they look like; text where it is no YAML. */
function scalar(text: string): unknown {
  try {
    return parse(text)
  } catch {
    return text
  }
}

/** Every group and field of the schema. */
function pathsOf(schema: z.core.JSONSchema.BaseSchema | boolean): string[][] {
  if (typeof schema === 'boolean') return []
  const inner = (schema.anyOf ?? []).flatMap(pathsOf)
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    [name],
    ...pathsOf(field).map((path) => [name, ...path]),
  ])
  return [...inner, ...own]
}
