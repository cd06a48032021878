/** Options that several commands share. */

import type { Command } from 'commander'

export interface SettingsOptions {
  readonly config?: string
  readonly set: string[]
}

/** `--config FILE` and `--set key=value`. */
export function withSettings(command: Command): Command {
  return command
    .option('-c, --config <file>', 'settings file (default: tocsin.yaml in the folder you call from, if there is one)')
    .option('--set <key=value>', 'a setting for this run, e.g. --set http.port=8081 (repeatable)', collect, [])
}

export function collect(value: string, before: string[]): string[] {
  return [...before, value]
}

export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`
}
