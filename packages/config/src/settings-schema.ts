/** What settings there are, with their defaults: the shape of tocsin.yaml. */

import { hazards } from '@tocsin/core/domain/hazard.ts'
import { z } from 'zod'
import { duration, text } from './fields.ts'

const port = z.int().min(0).max(65_535)

const tls = z
  .strictObject({ cert: text.describe('PEM file.'), key: text.describe('PEM file.') })
  .nullable()
  .default(null)

function listener(defaultPort: number) {
  return {
    host: text.default('127.0.0.1'),
    port: port.default(defaultPort).describe('0: any free one.'),
    tls,
    insecure: z
      .boolean()
      .default(false)
      .describe('Allows a listener without TLS outside loopback; the console shows it.'),
  }
}

export const settingsFile = z.strictObject({
  data: text.default('./var').describe('Folder of the log, history and credentials.'),
  registry: text.nullable().default(null).describe('Folder of the registry; null: `registry` in the data folder.'),
  rules: z
    .strictObject({
      packs: z
        .array(z.enum(hazards))
        .default([...hazards])
        .describe('Rule packs that come with Tocsin.'),
      paths: z.array(text).default([]).describe('Further rule files or folders.'),
    })
    .prefault({}),
  mqtt: z
    .strictObject({
      ...listener(1883),
      maxPayload: z
        .int()
        .min(1024)
        .max(268_435_456)
        .default(1_048_576)
        .describe('Bytes; a longer message is rejected.'),
    })
    .prefault({}),
  http: z
    .strictObject({
      ...listener(8080),
      allowedOrigins: z
        .array(z.url({ protocol: /^https?$/, error: 'expected an origin such as https://console.example' }))
        .default([])
        .describe('Further origins that may post and open the feed.'),
      trustProxy: z.boolean().default(false).describe('Behind a proxy that sets X-Forwarded-For, and only there.'),
      sessionHours: z.number().positive().max(168).default(12),
      loginsPerMinute: z.int().min(1).max(1000).default(10).describe('Of one name from one address.'),
    })
    .prefault({}),
  log: z
    .strictObject({
      partitions: z
        .int()
        .min(1)
        .max(64)
        .default(2)
        .describe('Of site-log and alarm-events; fixed once the data folder has a log.'),
      retentionDays: z
        .int()
        .min(1)
        .max(36_500)
        .default(30)
        .describe('Of site-log, behind a base from which all sites can be recovered; the journal stays.'),
    })
    .prefault({}),
  history: z
    .strictObject({
      retentionDays: z
        .int()
        .min(1)
        .max(36_500)
        .default(90)
        .describe('Older readings are dropped; the journal never is.'),
    })
    .prefault({}),
  engine: z
    .strictObject({
      baseEvery: duration.default(21_600_000).describe('How often a base of all sites is written (R8).'),
    })
    .prefault({}),
  broadcast: z
    .strictObject({
      timeoutMs: duration.default(20_000).describe("How long a platform's answer is waited for."),
      pollMs: duration.default(2_000).describe('How often a running broadcast is asked about.'),
      staleIntentMinutes: z
        .number()
        .positive()
        .default(10)
        .describe('A broadcast not sent within this needs an approval anew (B8).'),
      abandonAfter: duration
        .default(86_400_000)
        .describe('A message of which the platform says nothing is given up this long after its end.'),
      drill: z.boolean().default(false).describe('Everything is spoken and sent as a drill.'),
    })
    .prefault({}),
  logLevel: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
})

export type SettingsFile = z.infer<typeof settingsFile>
