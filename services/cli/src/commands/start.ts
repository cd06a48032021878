/** `tocsin start`: the system in one process, ready for real sensor gateways. */

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { say, settingsOf } from '../caller.ts'
import { examples, type SettingsOptions, withSettings } from '../options.ts'
import { untilSignal } from '../signals.ts'
import { builtConsole } from '../console-build.ts'
import { createLogger } from '../logger.ts'

export function addStart(program: Command): void {
  withSettings(program.command('start'))
    .description('start Tocsin in one process: MQTT intake, engine, officers’ console, broadcasts')
    .addHelpText('after', examples('tocsin start', 'tocsin start --set data=/srv/tocsin --set http.port=8443'))
    .action(async (options: SettingsOptions) => start(options))
}

async function start(options: SettingsOptions): Promise<void> {
  const settings = settingsOf(options)
  if (!existsSync(settings.registry)) {
    const template = fileURLToPath(new URL('../../../../registry/template', import.meta.url))
    say(`No registry at ${settings.registry}. Copy ${template} there and fill it in; docs/registry.md explains it.`)
  }
  const consoleFolder = await builtConsole(say)
  const { composeStandalone } = await import('@tocsin/standalone/compose.ts')
  const system = await composeStandalone({ settings, logger: createLogger(settings.logLevel), consoleFolder })
  say(`Console: ${system.url}`)
  say(`Sensor gateways: mqtt${settings.mqtt.tls ? 's' : ''}://${settings.mqtt.host}:${system.mqttPort}`)
  say('Ctrl-C ends it.')
  await untilSignal()
  await system.stop()
}
