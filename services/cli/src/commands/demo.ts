/** `tocsin demo`: the system with simulated sensor gateways and a simulated loudspeaker platform, each a process of its own. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { demoCredentials } from '@tocsin/config/demo-credentials.ts'
import { loadRegistry } from '@tocsin/config/registry.ts'
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
  const children: Child[] = []
  const consoleFolder = await builtConsole(say)
  const registry = loadRegistry(settings.registry)
  const credentials = await demoCredentials(settings.data, registry)
  const platform = await startChild('loudspeakers', {
    script: join(root, 'simulators/src/platform/main.ts'),
    args: ['--port', '0', '--end-with-stdin', '--log-level', 'warn'],
    ready: /(?<found>http:\/\/\S+)/,
  })
  children.push(platform)
  const { composeStandalone } = await import('@tocsin/standalone/compose.ts')
  try {
    const system = await composeStandalone({ settings, logger, consoleFolder, platformUrl: platform.found })
    try {
      children.push(await startFleet(settings.data, registry, credentials.enterprises, system.mqttPort))
      welcome(system.url, credentials.users, platform.found)
      await ended
    } finally {
      say('Ending …')
      await Promise.all(
        children
          .splice(0)
          .reverse()
          .map((child) => child.stop()),
      )
      await system.stop()
    }
  } finally {
    await Promise.all(children.map((child) => child.stop()))
  }
}

async function startFleet(
  data: string,
  registry: object,
  enterprises: readonly { id: string; secret: string }[],
  mqttPort: number,
): Promise<Child> {
  const folder = join(data, 'simulators')
  mkdirSync(folder, { recursive: true })
  const registryFile = join(folder, 'registry.json')
  const secretsFile = join(folder, 'secrets.json')
  writeFileSync(registryFile, JSON.stringify(registry))
  const secrets = Object.fromEntries(enterprises.map(({ id, secret }) => [id, secret]))
  writeFileSync(secretsFile, JSON.stringify(secrets), { mode: 0o600 })
  return startChild('sensor gateways', {
    script: join(root, 'simulators/src/fleet/main.ts'),
    args: [
      ...['--registry-json', registryFile, '--credentials-json', secretsFile],
      ...['--mqtt', `mqtt://127.0.0.1:${mqttPort}`, '--plan', 'demo', '--end-with-stdin', '--log-level', 'warn'],
    ],
  })
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
