// Runs every test (or those named on the command line) and ends with one plain line: `N passed, N failed[, N skipped]`.

import { relative } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node'
import { createVitest, parseCLI } from 'vitest/node'
import { top } from './sources.ts'
import { countOutcomes } from './tally.ts'
import type { Outcome } from './tally.ts'

/** Collects the outcome of each test, and of each file that could not even be loaded. */
class TallyReporter implements Reporter {
  readonly outcomes: Outcome[] = []
  readonly #ended = Promise.withResolvers<void>()
  readonly ended = this.#ended.promise

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    for (const module of modules) {
      const file = relative(top, module.moduleId)
      const tests = [...module.children.allTests()]
      this.outcomes.push(...tests.map((test) => outcomeOf(file, test)))
      // A file that fails to load, or a hook that throws, fails no single test: it counts as one failure of its own.
      for (const suite of [module, ...module.children.allSuites()]) {
        if (suite.errors().length > 0) this.outcomes.push({ name: `${file} (suite)`, state: 'failed' })
      }
      if (tests.length === 0 && module.errors().length === 0) {
        this.outcomes.push({ name: `${file} (no test in it)`, state: 'failed' })
      }
    }
    // One cause often throws many times: each message counts once.
    for (const [message, errors] of Map.groupBy(unhandled, (error) => error.message)) {
      this.outcomes.push({ name: `unhandled, ${errors.length} times: ${message}`, state: 'failed' })
    }
    this.#ended.resolve()
  }
}

function outcomeOf(file: string, test: TestCase): Outcome {
  const name = `${file} > ${test.fullName}`
  const result = test.result()
  switch (result.state) {
    case 'passed':
    case 'failed':
      return { name, state: result.state }
    case 'skipped':
      return { name, state: 'skipped', why: result.note ?? skippedBy(test) }
    case 'pending':
      return { name: `${name} (never finished)`, state: 'failed' }
  }
}

function skippedBy(test: TestCase): string {
  const { mode } = test.options
  return mode === 'skip' || mode === 'todo' ? `marked ${mode} in the file` : 'its suite failed, or another was chosen'
}

// How long workers may take to end after the last result; a process that a test left behind can hold them for ever.
const graceMs = 15_000

const isCi = process.env['CI'] === 'true'
const tally = new TallyReporter()
const run = runVitest(tally)
const isRunOver = await Promise.race([run, tally.ended.then(() => elapsed(graceMs))])
if (isRunOver === 'elapsed') {
  tally.outcomes.push({
    name: `the workers did not end in ${graceMs / 1000} s: a test leaves a process or a handle`,
    state: 'failed',
  })
}

const { lines, summary, passed, skipped } = countOutcomes(tally.outcomes)
if (lines.length > 0) console.log(lines.join('\n'))
if (skipped && isCi)
  console.log('A skipped test fails this run, because CI=true: what is skipped there is tested nowhere.')
console.log(summary)
process.exit(passed && !(skipped && isCi) ? 0 : 1)

async function runVitest(reporter: TallyReporter): Promise<'over'> {
  try {
    const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)])
    const vitest = await createVitest('test', {
      ...options,
      root: top,
      watch: false,
      passWithNoTests: false,
      allowOnly: !isCi,
      reporters: ['default', reporter],
    })
    await vitest.start(filter)
    await vitest.close()
  } catch (error) {
    console.error(error)
    reporter.outcomes.push({ name: 'the test runner did not start', state: 'failed' })
  }
  return 'over'
}

async function elapsed(ms: number): Promise<'elapsed'> {
  await setTimeout(ms)
  return 'elapsed'
}
