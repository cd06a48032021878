/** The simulated loudspeaker platform as a process: flags, one line with its addresses, a clean end. */

import { parseArgs } from 'node:util'
import { isPlatformMode, platformModes } from './modes.ts'
import { startPlatform } from './platform.ts'

const help = `A simulated 应急广播 loudspeaker platform (GD/J 083 over HTTP, loopback only).

  node simulators/src/platform/main.ts [--port 9301] [--mode normal] [--speed 1]

  --port N       0: any free one (default)
  --mode MODE    ${platformModes.join(' | ')}
  --speed N      1: as in life; 10: ten times faster
  --fail-rate N  share of terminals that do not work, 0 to 1 (default 0.08)
  --ebr-id ID    its own EBRID, 23 digits
  --states WAY   same: states on the asker's connection; push: brought to its SRC/URL
  --ledger FILE  everything heard, as JSON, written at each change

It prints one line of JSON with its addresses once it listens, and ends on SIGINT or SIGTERM.
Exit codes: 0 ended as asked, 1 it could not start, 2 wrong flags.
`

function flags() {
  return parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      mode: { type: 'string', default: 'normal' },
      speed: { type: 'string', default: '1' },
      'fail-rate': { type: 'string', default: '0.08' },
      'ebr-id': { type: 'string' },
      states: { type: 'string', default: 'same' },
      ledger: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  }).values
}

function number(text: string, name: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw new Error(`--${name} ${text} is not a number`)
  return value
}

async function main(): Promise<void> {
  const given = flags()
  if (given.help) {
    process.stdout.write(help)
    return
  }
  const { mode, states, ledger } = given
  if (!isPlatformMode(mode)) throw new Error(`--mode is one of ${platformModes.join(', ')}`)
  if (states !== 'same' && states !== 'push') throw new Error('--states is same or push')
  const options = {
    port: number(given.port, 'port'),
    speed: Math.max(0.01, number(given.speed, 'speed')),
    failRate: Math.min(1, number(given['fail-rate'], 'fail-rate')),
    mode,
    states,
    ...(given['ebr-id'] === undefined ? {} : { ebrId: given['ebr-id'] }),
    ...(ledger === undefined ? {} : { ledger }),
  } as const
  const platform = await startPlatform(options).catch((error: unknown) => {
    process.stderr.write(`loudspeaker platform: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  })
  process.stdout.write(`${JSON.stringify({ url: platform.url, control: platform.controlUrl })}\n`)
  const stop = (): void => {
    platform.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${help}`)
  process.exit(2)
})
