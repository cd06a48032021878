#!/usr/bin/env node
/** Decides how a fleet runs as a process: its flags, its signals and its exit codes (0 ended, 2 wrong use). */

import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { Result } from '@tocsin/core/domain/result.ts'
import { severities } from '@tocsin/core/domain/severity.ts'
import { pino } from 'pino'
import { isScenarioName, scenarioNames } from './catalogue.ts'
import { startFleet } from './fleet.ts'
import { type Entry, type Plan, plans } from './plan.ts'
import { parseRegistry, parseSecrets } from './registry-json.ts'

const usage = `Simulated sensor gateways for the sites of a registry.

  node simulators/src/fleet/main.ts --registry-json FILE --credentials-json FILE --mqtt mqtt://127.0.0.1:1883

  --registry-json FILE     the checked registry as JSON
  --credentials-json FILE  {"enterprise": "secret", …}
  --mqtt URL               mqtt://host:port or mqtts://host:port
  --seed N                 another seed, other series (default 1)
  --plan NAME              ${Object.keys(plans).join(' | ')} (default calm)
  --scenario NAME[@SECONDS][:SITE][=COLOUR]   plays once; may be repeated; SITE is an id or part of a name
                           ${scenarioNames.join(' ')}
  --rate N                 N messages a second over the fleet, in place of the sensors' intervals
  --batch N                readings in a message with --rate (default: the site's whole scan)
  --report SECONDS         logs the counts so often (default 0: only at the end)
  --crash                  end without saying offline: the broker publishes the last wills
  --end-with-stdin         end when standard input closes, so that no fleet outlives who started it
  --log-level LEVEL        pino's levels (default info)

SIGINT and SIGTERM end it within 2 s.
`

/** ms */
const END_WITHIN = 2_000

class UsageError extends Error {}

function main(): void {
  const { values } = parseArgs({
    options: {
      'registry-json': { type: 'string' },
      'credentials-json': { type: 'string' },
      mqtt: { type: 'string' },
      seed: { type: 'string', default: '1' },
      plan: { type: 'string', default: 'calm' },
      scenario: { type: 'string', multiple: true, default: [] },
      rate: { type: 'string' },
      batch: { type: 'string' },
      report: { type: 'string', default: '0' },
      crash: { type: 'boolean', default: false },
      'end-with-stdin': { type: 'boolean', default: false },
      'log-level': { type: 'string', default: 'info' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(usage)
    return
  }
  const log = pino({ name: 'fleet', level: values['log-level'] })
  const plan = plans[values.plan]
  if (!plan) throw new UsageError(`--plan ${values.plan}: not one of ${Object.keys(plans).join(', ')}`)
  const batch = values.batch === undefined ? {} : { batch: positive('--batch', values.batch) }
  const fleet = startFleet({
    registry: read('--registry-json', values['registry-json'], parseRegistry),
    secrets: read('--credentials-json', values['credentials-json'], parseSecrets),
    url: required('--mqtt', values.mqtt),
    seed: Number(values.seed),
    plan: withScenarios(plan, values.scenario),
    log,
    ...(values.rate === undefined ? {} : { rate: { messages: positive('--rate', values.rate), ...batch } }),
  })
  const seconds = Number(values.report)
  const report = seconds > 0 ? setInterval(() => log.info(fleet.stats(), 'counts'), seconds * 1000) : undefined

  let isEnding = false
  function end(): void {
    if (isEnding) return
    isEnding = true
    clearInterval(report)
    // Whoever started it may be gone, and with it the reader of our output and the broker: it ends all the same.
    setTimeout(() => process.exit(1), END_WITHIN)
    log.info(fleet.stats(), 'ending')
    void fleet.stop({ crash: values.crash }).then(() => process.exit(0))
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
  if (values['end-with-stdin']) process.stdin.on('end', end).on('error', end).resume()
}

function required(flag: string, value: string | undefined): string {
  if (value === undefined) throw new UsageError(`${flag} is missing`)
  return value
}

function positive(flag: string, value: string): number {
  const number = Number(value)
  if (!(number > 0)) throw new UsageError(`${flag} ${value}: not a number above 0`)
  return number
}

function read<T>(flag: string, file: string | undefined, parse: (json: string) => Result<T, string>): T {
  const path = required(flag, file)
  const parsed = parse(readFileSync(path, 'utf8'))
  if (!parsed.ok) throw new UsageError(`${path}: ${parsed.error}`)
  return parsed.value
}

function withScenarios(plan: Plan, asked: readonly string[]): Plan {
  return asked.length === 0 ? plan : { ...plan, entries: [...plan.entries, ...asked.map(entry)] }
}

function entry(text: string): Entry {
  const match = /^(?<scenario>[a-z-]+)(?:@(?<at>[\d.]+))?(?::(?<site>[^=]+))?(?:=(?<colour>[a-z]+))?$/.exec(text)
  const { scenario = '', at = '0', site, colour } = match?.groups ?? {}
  if (!isScenarioName(scenario)) throw new UsageError(`--scenario ${text}: not one of ${scenarioNames.join(', ')}`)
  const strength = severities.find((severity) => severity === colour)
  if (colour !== undefined && !strength) throw new UsageError(`--scenario ${text}: not one of ${severities.join(', ')}`)
  return {
    at: Number(at) * 1000,
    scenario,
    ...(site === undefined ? {} : { site }),
    ...(strength === undefined ? {} : { strength }),
  }
}

try {
  main()
} catch (error) {
  const isExpected =
    error instanceof UsageError ||
    error instanceof TocsinError ||
    (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
  if (!isExpected && !(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  process.stderr.write(`${error.message}\n${usage}`)
  process.exitCode = 2
}
