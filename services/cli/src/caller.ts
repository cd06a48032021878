/** The caller's folder, environment and terminal, as the commands see them. */

import { loadSettings, type Settings } from '@tocsin/config/settings.ts'

/** pnpm runs scripts in the workspace's folder and says in INIT_CWD where it was called from. */
export function callerFolder(): string {
  return process.env['INIT_CWD'] ?? process.cwd()
}

export interface CommonOptions {
  readonly config?: string
  readonly set: readonly string[]
}

/** @throws TocsinError `config-invalid` */
export function settingsOf(options: CommonOptions, defaults: readonly string[] = []): Settings {
  return loadSettings({
    ...(options.config === undefined ? {} : { file: options.config }),
    env: process.env,
    overrides: [...defaults, ...options.set],
    cwd: callerFolder(),
  })
}

/** One line to standard output. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
