/** `tocsin journal verify`: whether every site's journal, and every platform's broadcast log, is whole and unaltered. */

import { headsHash, verifyJournal } from '@tocsin/worker/journal-reader.ts'
import type { Command } from 'commander'
import { say, settingsOf } from '../caller.ts'
import { exitCodes } from '../exit-codes.ts'
import { examples, type SettingsOptions, withSettings } from '../options.ts'
import { look } from '../stores.ts'

interface VerifyOptions extends SettingsOptions {
  readonly json?: boolean
}

export function addJournal(program: Command): void {
  const journal = program.command('journal').description('the journal of alarms')
  withSettings(journal.command('verify'))
    .description('follow every site’s chain of hashes and say where it breaks')
    .option('--json', 'one line of JSON')
    .addHelpText('after', examples('tocsin journal verify', 'tocsin journal verify --json'))
    .action(async (options: VerifyOptions) => verify(options))
}

async function verify(options: VerifyOptions): Promise<void> {
  const { log, close } = await look(settingsOf(options))
  try {
    const { entries, heads, faults } = await verifyJournal(log)
    const hash = headsHash(heads)
    if (options.json === true) say(JSON.stringify({ entries, sites: heads.size, hash, faults }))
    else {
      say(`${entries} entries of ${heads.size} sites, hash ${hash}`)
      for (const fault of faults) {
        say(
          fault.kind === 'gap'
            ? `${fault.site}: entry ${fault.expected} is missing, ${fault.found} follows`
            : `${fault.site}: entry ${fault.n} ${fault.kind === 'hash' ? 'was altered' : 'does not follow the one before it'}`,
        )
      }
      if (faults.length === 0) say('Whole and unaltered.')
    }
    if (faults.length > 0) process.exitCode = exitCodes.damaged
  } finally {
    await close()
  }
}
