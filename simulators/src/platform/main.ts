#!/usr/bin/env node
/** Decides how the simulated platform runs as a process: its flags, its signals and exit codes (0 ended, 2 wrong use). */

import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { isPlatformMode, platformModes } from './behaviour.ts'
import { startPlatform } from './platform.ts'
import { parseVillages, type VillageSpec } from './reach.ts'

const usage = `A simulated loudspeaker platform (GD/J 082 and 083, 2018), on loopback.

  node simulators/src/platform/main.ts --port 18180

  --port N                 0 (default): any free port; the address is the first line of standard output
  --villages-json FILE     {"999901101201": {"name": "柳树湾村", "terminals": 12}, …}
                           (default: villages are learnt from the messages, with twelve terminals each)
  --play-seconds N         length of one round (default 6)
  --rounds N               rounds of a message, unless its time ends before (default 3)
  --speed N                rounds and relays run so much faster (default 1)
  --seed N                 other villages have faults (default 1)
  --fail-rate N            share of villages with a fault, 0 to 1 (default 0.25)
  --mode MODE              ${platformModes.join(' | ')}
  --slow-ms N              of --mode slow (default 3000)
  --states WAY             same: states on the asker's connection (default); push: brought to its SRC/URL
  --end-with-stdin         end when standard input closes, so that no platform outlives who started it
  --log-level LEVEL        pino's levels, to standard error (default info)

While it runs: GET / shows its villages, GET /ledger what they heard, and
POST /control {"mode": …, "slowMs": …, "forget": true, "faults": {"999901101201": 0}} changes it.
SIGINT and SIGTERM end it within 1 s.
`

class UsageError extends Error {}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      'villages-json': { type: 'string' },
      'play-seconds': { type: 'string', default: '6' },
      rounds: { type: 'string', default: '3' },
      speed: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      'fail-rate': { type: 'string', default: '0.25' },
      mode: { type: 'string', default: 'normal' },
      'slow-ms': { type: 'string', default: '3000' },
      states: { type: 'string', default: 'same' },
      'end-with-stdin': { type: 'boolean', default: false },
      'log-level': { type: 'string', default: 'info' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(usage)
    return
  }
  const { mode, states } = values
  if (!isPlatformMode(mode)) throw new UsageError(`--mode ${mode}: not one of ${platformModes.join(', ')}`)
  if (states !== 'same' && states !== 'push') throw new UsageError(`--states ${states}: not one of same, push`)
  const number = (flag: keyof typeof values, above: number, below = Infinity): number => {
    const value = Number(values[flag])
    if (!(value > above) || !(value < below)) throw new UsageError(`--${flag} ${String(values[flag])}: out of range`)
    return value
  }
  const file = values['villages-json']
  const platform = await startPlatform({
    port: number('port', -1, 65_536),
    ...(file === undefined ? {} : { villages: readVillages(file) }),
    playSeconds: number('play-seconds', 0),
    rounds: number('rounds', 0),
    speed: number('speed', 0),
    seed: number('seed', -Infinity),
    failRate: number('fail-rate', -Number.EPSILON, 1 + Number.EPSILON),
    mode,
    slowMs: number('slow-ms', -1),
    states,
    log: pino({ name: 'loudspeakers', level: values['log-level'] }, pino.destination(2)),
  })
  process.stdout.write(`Loudspeaker platform: ${platform.url}\n`)

  let isEnding = false
  function end(): void {
    if (isEnding) return
    isEnding = true
    void platform.stop().then(() => process.exit(0))
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
  if (values['end-with-stdin']) process.stdin.on('end', end).on('error', end).resume()
}

function readVillages(path: string): readonly VillageSpec[] {
  const parsed = parseVillages(readFileSync(path, 'utf8'))
  if (!parsed.ok) throw new UsageError(`${path}: ${parsed.error}`)
  return parsed.value
}

try {
  await main()
} catch (error) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const isExpected = error instanceof UsageError || code.startsWith('ERR_PARSE_ARGS') || code === 'ENOENT'
  if (code === 'EADDRINUSE' && error instanceof Error) process.stderr.write(`${error.message}; choose another --port\n`)
  else if (isExpected && error instanceof Error) process.stderr.write(`${error.message}\n${usage}`)
  else throw error
  process.exitCode = 2
}
