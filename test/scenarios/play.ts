/** The scenarios of this folder, each played once. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadRules } from '@tocsin/config/rules.ts'
import { hazards } from '@tocsin/core/domain/hazard.ts'
import type { Rule } from '@tocsin/core/domain/rule.ts'
import { packPath } from '@tocsin/rulepacks/packs.ts'
import { readScenario } from '@tocsin/testkit/scenario-file.ts'
import { playScenario } from '@tocsin/testkit/scenario.ts'

const folder = import.meta.dirname

export const scenarios = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .toSorted()
  .map((file) => {
    const scenario = readScenario(file, readFileSync(join(folder, file), 'utf8'))
    return { file, scenario, play: playScenario(scenario, { pack }) }
  })

/** The rules of the shipped pack for that hazard. */
function pack(name: string): Rule[] {
  const hazard = hazards.find((h) => h === name)
  if (hazard === undefined) throw new Error(`no rule pack ${name}`)
  return loadRules([packPath(hazard)]).rules.map(({ rule }) => rule)
}
