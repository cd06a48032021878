/** The command `tocsin`: each subcommand in a file of its own; errors end in one sentence and an exit code. */

import { TocsinError } from '@tocsin/core/domain/errors.ts'
import { Command, CommanderError } from 'commander'
import { addDemo } from './commands/demo.ts'
import { addEnterprise } from './commands/enterprise.ts'
import { addJournal } from './commands/journal.ts'
import { addPublish } from './commands/publish.ts'
import { addRegistry } from './commands/registry.ts'
import { addReplay } from './commands/replay.ts'
import { addStart } from './commands/start.ts'
import { addStatus } from './commands/status.ts'
import { addUser } from './commands/user.ts'
import { exitCodeOf, exitCodes } from './exit-codes.ts'

const program = new Command('tocsin')
  .description('警钟: real-time monitoring and early warning. Relative paths follow the folder you call from.')
  .version('0.1.0')
  .exitOverride()
  .showHelpAfterError('(tocsin --help shows the commands)')
  .configureHelp({ showGlobalOptions: true })

for (const add of [
  addStart,
  addDemo,
  addStatus,
  addPublish,
  addReplay,
  addJournal,
  addRegistry,
  addUser,
  addEnterprise,
]) {
  add(program)
}

try {
  await program.parseAsync(process.argv)
} catch (error) {
  process.exitCode = report(error)
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
  if (error instanceof TocsinError) {
    process.stderr.write(`${error.code}: ${error.message}\n`)
    return exitCodeOf(error.code)
  }
  process.stderr.write(`internal: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return exitCodes.failure
}
