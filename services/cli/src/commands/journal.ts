/** `tocsin journal verify`: whether every site's journal, and every platform's broadcast log, is whole and unaltered. */

import type { ChainFault } from '@tocsin/core/engine/journal.ts'
import { headsHash, verifyBroadcasts, verifyJournal } from '@tocsin/worker/journal-reader.ts'
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
    const platforms = await verifyBroadcasts(log)
    const isWhole = faults.length === 0 && platforms.every(({ broken }) => broken.length === 0)
    if (options.json === true)
      say(JSON.stringify({ entries, sites: heads.size, hash: headsHash(heads), faults, platforms }))
    else {
      say(`${entries} entries of ${heads.size} sites, hash ${headsHash(heads)}`)
      for (const fault of faults) say(`${fault.site}: ${worded(fault)}`)
      for (const { platform, entries: n, head, broken } of platforms) {
        say(`${n} broadcast records of ${platform}, hash ${head}`)
        for (const { n: at } of broken) say(`${platform}: what stands before record ${at} is not what its writer knew`)
      }
      if (isWhole) say('Whole and unaltered.')
    }
    if (!isWhole) process.exitCode = exitCodes.damaged
  } finally {
    await close()
  }
}

function worded(fault: ChainFault): string {
  switch (fault.kind) {
    case 'gap':
      return `entry ${fault.expected} is missing, ${fault.found} follows`
    case 'hash':
      return `entry ${fault.n} was altered`
    case 'chain':
      return `entry ${fault.n} does not follow the one before it`
  }
}
