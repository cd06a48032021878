/** `tocsin enterprise secret`: with what an enterprise's sensor gateways log in. */

import { setEnterprise } from '@tocsin/config/credentials.ts'
import { randomSecret } from '@tocsin/config/secret-hash.ts'
import type { Command } from 'commander'
import { say, settingsOf } from '../caller.ts'
import { examples, type SettingsOptions, withSettings } from '../options.ts'

export function addEnterprise(program: Command): void {
  const enterprise = program.command('enterprise').description('enterprises and the secrets of their sensor gateways')
  withSettings(enterprise.command('secret'))
    .argument('<id>', 'the enterprise’s id in the registry')
    .description('give the enterprise a secret, or a new one; TOCSIN_SECRET, else one is made and printed')
    .addHelpText('after', examples('tocsin enterprise secret chengxi-chem'))
    .action(async (id: string, options: SettingsOptions) => {
      const given = process.env['TOCSIN_SECRET']
      const secret = given ?? randomSecret(6)
      await setEnterprise(settingsOf(options).data, id, secret)
      say(given === undefined ? `${id}: secret ${secret}` : `${id}: secret set`)
    })
}
