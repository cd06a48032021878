/** `tocsin replay`: a log through the engine once more, its journal out, and whether it is the one that was written. */

import { createWriteStream } from 'node:fs'
import { resolve } from 'node:path'
import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import { type Heads, headsHash, readJournal } from '@tocsin/worker/journal-reader.ts'
import { replay } from '@tocsin/worker/replay.ts'
import type { Command } from 'commander'
import { callerFolder, say, settingsOf } from '../caller.ts'
import { exitCodes } from '../exit-codes.ts'
import { examples, type SettingsOptions, withSettings } from '../options.ts'
import { progressBar } from '../progress.ts'
import { look } from '../stores.ts'

interface ReplayOptions extends SettingsOptions {
  readonly out?: string
  readonly json?: boolean
}

export function addReplay(program: Command): void {
  withSettings(program.command('replay'))
    .description('run the stored log through the engine again and compare with the journal that was written')
    .option('-o, --out <file>', 'write the replayed journal there, one JSON event a line')
    .option('--json', 'one line of JSON')
    .addHelpText(
      'after',
      examples('tocsin replay', 'tocsin replay --out journal.ndjson', 'tocsin replay --set data=var/demo'),
    )
    .action(async (options: ReplayOptions) => run(options))
}

async function run(options: ReplayOptions): Promise<void> {
  const settings = settingsOf(options)
  const { log, contents, close } = await look(settings)
  const out = options.out === undefined ? null : createWriteStream(resolve(callerFolder(), options.out))
  const bar = progressBar('replay', 1)
  try {
    // The journal first: a running system may have written more by the time the replay is over.
    const written: Heads = new Map()
    for await (const { event } of readJournal(log)) written.set(event.site, { n: event.n, hash: event.hash })
    const replayed: Heads = new Map()
    const differing = new Set<string>()
    let events = 0
    const onEvent = (event: AlarmEvent): void => {
      events++
      out?.write(`${JSON.stringify(event)}\n`)
      const last = written.get(event.site)
      if (last?.n === event.n && last.hash !== event.hash) differing.add(event.site)
      if (!last || event.n <= last.n) replayed.set(event.site, { n: event.n, hash: event.hash })
    }
    const { records, readings, begins } = await replay({
      log,
      contents,
      onEvent,
      onProgress: (done, total) => bar.to(done, total),
    })
    bar.stop()
    for (const [site, { n }] of written)
      if ((replayed.get(site)?.n ?? 0) < n && begins.every((b) => b === 0)) differing.add(site)
    const result = {
      same: differing.size === 0,
      records,
      readings,
      events,
      journalHash: headsHash(written),
      replayHash: headsHash(new Map([...replayed].filter(([site]) => written.has(site)))),
      differing: [...differing].sort(),
    }
    if (options.json === true) say(JSON.stringify(result))
    else report(result)
    if (!result.same) process.exitCode = exitCodes.damaged
  } finally {
    bar.stop()
    await new Promise<void>((done) => (out ? out.end(done) : done()))
    await close()
  }
}

function report(result: {
  same: boolean
  records: number
  readings: number
  events: number
  journalHash: string
  differing: readonly string[]
}): void {
  say(`${result.records} records, ${result.readings} readings → ${result.events} events`)
  say(
    result.same
      ? `The journal is the same: ${result.journalHash}`
      : `The journal differs at: ${result.differing.join(', ')}`,
  )
}
