/** `tocsin demo`: the system with simulated sensor gateways and a simulated loudspeaker platform, each a process of its own. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { demoCredentials } from '@tocsin/config/demo-credentials.ts'
import { loadRegistry } from '@tocsin/config/registry.ts'
import type { Registry } from '@tocsin/core/domain/site.ts'
import type { Command } from 'commander'
import { say, settingsOf } from '../caller.ts'
import { type Child, startChild } from '../children.ts'
import { builtConsole } from '../console-build.ts'
import { createLogger } from '../logger.ts'
import { examples, type SettingsOptions, withSettings } from '../options.ts'
import { untilSignal } from '../signals.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

export function addDemo(program: Command): void {
  withSettings(program.command('demo'))
    .description('a city with simulated sensor gateways and loudspeakers; remembers its alarms in var/demo')
    .addHelpText('after', examples('tocsin demo', 'tocsin demo --set http.port=8081 --set mqtt.port=1884'))
    .action(async (options: SettingsOptions) => demo(options))
}

async function demo(options: SettingsOptions): Promise<void> {
  const settings = settingsOf(options, ['data=./var/demo', `registry=${join(root, 'registry/demo')}`, 'logLevel=warn'])
  const logger = createLogger(settings.logLevel)
  const ended = untilSignal()
  const consoleFolder = await builtConsole(say)
  const registry = loadRegistry(settings.registry)
  const credentials = await demoCredentials(settings.data, registry)
  const villages = writePrivate(settings.data, 'villages.json', villagesOf(registry))
  const platform = await startChild('loudspeakers', {
    script: join(root, 'simulators/src/platform/main.ts'),
    args: ['--port', '0', '--villages-json', villages, '--end-with-stdin', '--log-level', 'warn'],
    ready: /(?<found>http:\/\/\S+)/,
  })
  const { composeStandalone } = await import('@tocsin/standalone/compose.ts')
  try {
    const system = await composeStandalone({ settings, logger, consoleFolder, platformUrl: platform.found })
    try {
      const fleet = await startFleet(settings.data, registry, {
        enterprises: credentials.enterprises,
        mqttPort: system.mqttPort,
      })
      welcome(system.url, credentials.users, platform.found)
      await ended
      say('Ending …')
      // Sensor gateways say goodbye first, so that the log knows; the loudspeakers go last, so that nothing calls in vain.
      await fleet.stop()
    } finally {
      await system.stop()
    }
  } finally {
    await platform.stop()
  }
}

async function startFleet(
  data: string,
  registry: Registry,
  access: { enterprises: readonly { id: string; secret: string }[]; mqttPort: number },
): Promise<Child> {
  const registryFile = writePrivate(data, 'registry.json', registry)
  const secrets = Object.fromEntries(access.enterprises.map(({ id, secret }) => [id, secret]))
  const secretsFile = writePrivate(data, 'secrets.json', secrets)
  return startChild('sensor gateways', {
    script: join(root, 'simulators/src/fleet/main.ts'),
    args: [
      ...['--registry-json', registryFile, '--credentials-json', secretsFile],
      ...['--mqtt', `mqtt://127.0.0.1:${access.mqttPort}`, '--plan', 'demo', '--end-with-stdin', '--log-level', 'warn'],
    ],
  })
}

/** What the simulated platform must know: the villages of every site and how many terminals each has. */
function villagesOf(registry: Registry): Record<string, { name: string; terminals: number }> {
  const villages = registry.sites.flatMap((site) => site.villages)
  return Object.fromEntries(villages.map(({ area, name, terminals }) => [area, { name, terminals }]))
}

/** For the simulators' eyes only. @returns the file */
function writePrivate(data: string, name: string, content: object): string {
  const folder = join(data, 'simulators')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, name)
  writeFileSync(file, JSON.stringify(content), { mode: 0o600 })
  return file
}

function welcome(
  url: string,
  users: readonly { id: string; name: string; role: string; secret: string }[],
  platform: string,
): void {
  say('')
  say(`警钟 Tocsin  ${url}`)
  say('')
  say('登录 log in as:')
  for (const { id, name, role, secret } of users) say(`  ${id.padEnd(14)} ${secret}   ${name} (${role})`)
  say('')
  say('看什么 what to look at:')
  say('  值班台：大坪尾矿库库水位蓝→黄→橙→红，一分钟内；点「开始值班」听提示音，按 A 确认。')
  say('          the desk: pool level at 大坪尾矿库 goes blue to red within a minute; press A to acknowledge')
  say('  广播：  大坪尾矿库红色预警按预案自动播发，看各村回执；其他红、橙预警等值班长批准。')
  say('          broadcasts: that red one is sent by policy; others wait for the approver')
  say(`  模拟大喇叭平台 simulated loudspeakers: ${platform.replace(/\/eb$/, '')}`)
  say('')
  say('Ctrl-C ends everything; started again, it remembers its alarms.')
}
