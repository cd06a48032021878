/** `tocsin registry check`: what is wrong in registry and rule files, by file, line and field. */

import { resolve } from 'node:path'
import { registryProblems } from '@tocsin/config/registry.ts'
import { sentence } from '@tocsin/config/problems.ts'
import { packPath } from '@tocsin/rulepacks/packs.ts'
import type { Command } from 'commander'
import { callerFolder, say, settingsOf } from '../caller.ts'
import { exitCodes } from '../exit-codes.ts'
import { examples, type SettingsOptions, withSettings } from '../options.ts'

export function addRegistry(program: Command): void {
  const registry = program.command('registry').description('the registry: areas, enterprises, sites, sensors, villages')
  withSettings(registry.command('check'))
    .argument('[folder]', 'registry folder (default: the setting `registry`)')
    .description('check registry and rules; each problem names file, line and field')
    .addHelpText('after', examples('tocsin registry check', 'tocsin registry check registry/demo'))
    .action((folder: string | undefined, options: SettingsOptions) => check(folder, options))
}

function check(folder: string | undefined, options: SettingsOptions): void {
  const settings = settingsOf(options)
  const path = folder === undefined ? settings.registry : resolve(callerFolder(), folder)
  const problems = registryProblems(path, [...settings.rules.packs.map(packPath), ...settings.rules.paths])
  for (const problem of problems) say(sentence(problem))
  const errors = problems.filter((problem) => problem.severity === 'error').length
  say(errors === 0 ? `${path}: no errors` : `${path}: ${errors} ${errors === 1 ? 'error' : 'errors'}`)
  if (errors > 0) process.exitCode = exitCodes.invalid
}
