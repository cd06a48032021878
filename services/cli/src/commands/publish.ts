/** `tocsin publish`: a real series from a CSV file into MQTT, as a sensor gateway would send it. */

import { resolve } from 'node:path'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import { type Command, Option } from 'commander'
import { callerFolder, say } from '../caller.ts'
import { exitCodes } from '../exit-codes.ts'
import { collect, examples } from '../options.ts'
import { progressBar } from '../progress.ts'
import { publishSeries } from '../publish/publisher.ts'
import { scheduleOf, type TimeMode } from '../publish/schedule.ts'
import { parseMapping, readSeries, type TimeUnit } from '../publish/series.ts'

interface PublishOptions {
  readonly csv: string
  readonly map: string[]
  readonly url: string
  readonly enterprise: string
  readonly secret?: string
  readonly gateway: string
  readonly speed: number
  readonly time: TimeMode
  readonly timeColumn?: string
  readonly timeUnit: TimeUnit
}

export function addPublish(program: Command): void {
  program
    .command('publish')
    .description('publish a CSV series over MQTT as a sensor gateway')
    .requiredOption('--csv <file>', 'the series, with a header line')
    .requiredOption('--map <column=site/tag>', 'which column is which point (repeatable)', collect, [])
    .option('--url <url>', 'the intake', 'mqtt://127.0.0.1:1883')
    .requiredOption('--enterprise <id>', 'the enterprise that logs in')
    .requiredOption('--gateway <id>', 'the sensor gateway: one that the registry has at the site')
    .option('--secret <secret>', 'the enterprise’s secret (better: the environment variable TOCSIN_SECRET)')
    .option('--speed <n>', 'how many times as fast as it happened', positive, 1)
    .addOption(
      new Option(
        '--time <mode>',
        'shift: the series ends now; compress: spacing divided by the speed; keep: as in the file',
      )
        .choices(['shift', 'compress', 'keep'])
        .default('shift'),
    )
    .option('--time-column <name>', 'where the times are (default: the first column)')
    .addOption(new Option('--time-unit <unit>', 'what they are in').choices(['s', 'ms', 'iso']).default('s'))
    .addHelpText(
      'after',
      examples(
        'TOCSIN_SECRET=… tocsin publish --csv methane.csv --map MM116_pct=qilichong/T2 \\',
        '  --enterprise qilichong-coal --gateway qlc-gw1 --speed 6000 --time compress',
      ),
    )
    .action(async (options: PublishOptions) => run(options))
}

function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new TocsinError('config-invalid', `--speed: expected a number above 0, found "${text}"`)
  return value
}

async function run(options: PublishOptions): Promise<void> {
  const secret = options.secret ?? process.env['TOCSIN_SECRET']
  if (secret === undefined) throw new TocsinError('config-invalid', 'no secret: set TOCSIN_SECRET or --secret')
  const rows = await readSeries({
    file: resolve(callerFolder(), options.csv),
    mappings: options.map.map(parseMapping),
    timeColumn: options.timeColumn ?? null,
    timeUnit: options.timeUnit,
  })
  const times = rows.map(({ t }) => t)
  const slots = scheduleOf(times, { mode: options.time, speed: options.speed, start: Date.now() })
  const bar = progressBar('publish', rows.length)
  const { url, enterprise, gateway } = options
  const onProgress = (done: number): void => bar.to(done)
  const published = await publishSeries(rows, slots, { url, enterprise, secret, gateway, onProgress }).finally(() =>
    bar.stop(),
  )
  say(`${published.messages} messages with ${published.readings} readings acknowledged`)
  for (const text of new Set(published.rejections)) say(`rejected: ${text}`)
  if (published.rejections.length > 0) process.exitCode = exitCodes.invalid
}
