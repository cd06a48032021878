/** `tocsin user`: who may log in to the console. */

import type { Role } from '@tocsin/core/domain/feed.ts'
import { openCredentials, removeCredential, setUser } from '@tocsin/config/credentials.ts'
import { randomSecret } from '@tocsin/config/secret-hash.ts'
import { type Command, Option } from 'commander'
import { say, settingsOf } from '../caller.ts'
import { exitCodes } from '../exit-codes.ts'
import { collect, examples, type SettingsOptions, withSettings } from '../options.ts'

interface AddOptions extends SettingsOptions {
  readonly name: string
  readonly role: Role
  readonly area: string[]
  readonly enterprise: string[]
}

export function addUser(program: Command): void {
  const user = program.command('user').description('who may log in to the console')
  withSettings(user.command('add'))
    .argument('<id>', 'login name')
    .description('add a user, or give an existing one a new password; TOCSIN_PASSWORD, else one is made and printed')
    .requiredOption('--name <name>', 'as the console shows it')
    .addOption(
      new Option('--role <role>', 'what they may do')
        .choices(['viewer', 'officer', 'approver', 'administrator'])
        .makeOptionMandatory(),
    )
    .option('--area <code>', 'only sites in this area, by its 12 digits (repeatable)', collect, [])
    .option('--enterprise <id>', 'only sites of this enterprise (repeatable)', collect, [])
    .addHelpText('after', examples('tocsin user add duty1 --name 值班一 --role officer', 'tocsin user remove duty1'))
    .action(async (id: string, options: AddOptions) => {
      const given = process.env['TOCSIN_PASSWORD']
      const password = given ?? randomSecret(4)
      const scope = { areas: options.area, enterprises: options.enterprise }
      await setUser(settingsOf(options).data, { id, name: options.name, role: options.role, scope }, password)
      say(given === undefined ? `${id}: password ${password}` : `${id}: password set`)
    })
  withSettings(user.command('list'))
    .description('who may log in, with role and scope')
    .action((options: SettingsOptions) => {
      for (const { id, name, role, scope } of openCredentials(settingsOf(options).data).users()) {
        say([id, name, role, [...scope.areas, ...scope.enterprises].join(' ') || 'everywhere'].join('\t'))
      }
    })
  withSettings(user.command('remove'))
    .argument('<id>')
    .description('remove a user; open sessions end')
    .action((id: string, options: SettingsOptions) => {
      if (removeCredential(settingsOf(options).data, 'users', id)) return say(`${id}: removed`)
      say(`${id}: no such user`)
      process.exitCode = exitCodes.invalid
    })
}
