/** `tocsin start`: the system in one process, ready for real sensor gateways. */

import { cpSync, existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openCredentials } from '@tocsin/config/credentials.ts'
import type { Command } from 'commander'
import { say, settingsOf } from '../caller.ts'
import { examples, type SettingsOptions, withSettings } from '../options.ts'
import { untilSignal } from '../signals.ts'
import { builtConsole } from '../console-build.ts'
import { createLogger } from '../logger.ts'

const template = fileURLToPath(new URL('../../../../registry/template', import.meta.url))

interface StartOptions extends SettingsOptions {
  readonly console: boolean
}

export function addStart(program: Command): void {
  withSettings(program.command('start'))
    .description('start Tocsin in one process: MQTT intake, engine, officers’ console, broadcasts')
    .option('--no-console', 'the API only: no console is built or served')
    .addHelpText('after', examples('tocsin start', 'tocsin start --set data=/srv/tocsin --set http.port=8443'))
    .action(async (options: StartOptions) => start(options))
}

async function start(options: StartOptions): Promise<void> {
  const settings = settingsOf(options)
  if (openCredentials(settings.data).users().length === 0) {
    say('Nobody may log in yet: tocsin user add duty1 --name 值班一 --role officer')
  }
  const consoleFolder = options.console ? await builtConsole(say) : null
  const { composeStandalone } = await import('@tocsin/standalone/compose.ts')
  // before anything is opened: a signal that comes meanwhile ends it as cleanly, once it stands
  const ended = untilSignal()
  const system = await composeStandalone({
    settings,
    logger: createLogger(settings.logLevel),
    consoleFolder,
    // a start that is refused because the data folder is in use leaves nothing behind
    onLocked: () => makeRegistry(settings.registry),
  })
  say(`Console: ${system.url}`)
  say(`Sensor gateways: mqtt${settings.mqtt.tls ? 's' : ''}://${settings.mqtt.host}:${system.mqttPort}`)
  say('Ctrl-C ends it.')
  await ended
  await system.stop()
}

function makeRegistry(folder: string): void {
  if (existsSync(folder)) return
  cpSync(template, folder, { recursive: true })
  say(`An empty registry was made at ${folder}: fill it in (docs/registry.md), it is read while running.`)
}
