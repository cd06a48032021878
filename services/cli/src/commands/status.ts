/** `tocsin status`: how a running Tocsin does. */

import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { Command } from 'commander'
import { z } from 'zod'
import { say, settingsOf } from '../caller.ts'
import { exitCodes } from '../exit-codes.ts'
import { examples, type SettingsOptions, withSettings } from '../options.ts'

interface StatusOptions extends SettingsOptions {
  readonly json?: boolean
  readonly url?: string
}

const count = z.int()
const statusSchema = z.object({
  ready: z.boolean(),
  reasons: z.array(z.object({ code: z.string(), detail: z.string() })),
  readings: count,
  rejected: count,
  raised: z.object({ red: count, orange: count, yellow: count, blue: count }),
  broadcasts: z.record(z.string(), count),
  engineLagMs: z.number().nullable(),
})

export function addStatus(program: Command): void {
  withSettings(program.command('status'))
    .description('readings, rejections, alarms and broadcasts of a running Tocsin; exit code 5 when it is not ready')
    .option('--url <url>', 'where it is (default: from the settings)')
    .option('--json', 'one line of JSON')
    .addHelpText(
      'after',
      examples('tocsin status', 'tocsin status --json', 'tocsin status --url http://127.0.0.1:8080'),
    )
    .action(async (options: StatusOptions) => run(options))
}

async function run(options: StatusOptions): Promise<void> {
  const { http } = settingsOf(options)
  const url = options.url ?? `${http.tls ? 'https' : 'http'}://${http.host}:${http.port}`
  const status = await ask(url)
  if (options.json === true) say(JSON.stringify(status))
  else {
    const { ready, reasons, readings, rejected, raised, broadcasts, engineLagMs } = status
    say(`${url}: ${ready ? 'ready' : `not ready (${reasons.map((r) => r.detail).join('; ')})`}`)
    say(`readings ${readings}, rejected ${rejected}, engine behind by ${engineLagMs ?? '?'} ms`)
    say(`raised: red ${raised.red}, orange ${raised.orange}, yellow ${raised.yellow}, blue ${raised.blue}`)
    const states = Object.entries(broadcasts).map(([state, n]) => `${state} ${n}`)
    say(`broadcasts: ${states.length === 0 ? 'none' : states.join(', ')}`)
  }
  if (!status.ready) process.exitCode = exitCodes.unavailable
}

async function ask(url: string): Promise<z.infer<typeof statusSchema>> {
  const answer = await fetch(new URL('/statusz', url), { signal: AbortSignal.timeout(5_000) })
    .then(async (response) => statusSchema.safeParse(await response.json()))
    .catch((cause: unknown) => {
      throw new TocsinError('log-unavailable', `${url} does not answer: is Tocsin running there?`, { cause })
    })
  if (!answer.success)
    throw new TocsinError('log-unavailable', `${url} is not a Tocsin: ${z.prettifyError(answer.error)}`)
  return answer.data
}
