/** What a scenario file may say (design.md rule 14): its sites and rules, then what happens when, and what follows. */

import type { Rule } from '@tocsin/core/domain/rule.ts'
import type { SiteConfig } from '@tocsin/core/domain/site.ts'
import { parseDuration } from '@tocsin/config/durations.ts'
import { duration, hazard, id, limit, quantity, severity } from '@tocsin/config/fields.ts'
import { convertRule } from '@tocsin/config/rule-convert.ts'
import { ruleFile } from '@tocsin/config/rule-schema.ts'
import { parse } from 'yaml'
import { z } from 'zod'
import { aSensor, aSite } from './builders.ts'

/*
 * scenario = name why [packs] [sites] [rules] [links] steps
 *   sites   site id → {hazard, gateways, sensors: sensor id → {quantity, interval, gateway, location, overrides}}
 *   rules   as in a rule pack; title, source and certainty may be left out
 *   links   none: no sensor gateway is connected when the scenario begins; else each is, as connection c0
 *   steps   each: [at], then any of the words below, done in this order
 * at          hh:mm:ss[.mmm] since the begin; each whole second on the way is ticked, and steady sensors speak
 * device      gateway → by how much its clock (or its link) is off from now on: -5m
 * buffer      gateway: what its sensors say is kept back; resume: from now on it is not; flush: what was kept is sent
 * ingest      "start in2", "stop in1" (it is killed), "step in1 +1h" (its wall clock is set)
 * link        "gw1 online c1 [via in2]", "gw1 offline c1 [will]"
 * blind       "site 2m": an ingest says that its silence is to be held
 * config      sites (null: removed) and rules that change
 * steady      "GT-101 2.4 [quality]" from now on, at its interval; "GT-101 off": no more
 * readings    "GT-101 2.4 [quality] [@hh:mm:ss]", once; several in one list are one message
 * resend      the messages of the last so much time, once more
 * acknowledge, unacknowledge, comment   alarm: GT-101/toxic#1
 * gap, down   intake is not open for so long; after `down` it is a new boot
 * expect      every event since the last one, in order, by words that are among its words; "nothing"
 * table       every open alarm, the same way; "empty"
 */

const signed = z
  .string()
  .regex(/^[+-]/, { error: 'expected a sign' })
  .transform((text, context): number => {
    const ms = parseDuration(text.slice(1))
    if (ms === undefined) context.addIssue('expected a duration such as +1h or -5m')
    return (text.startsWith('-') ? -1 : 1) * (ms ?? 0)
  })

/** `00:01:30.5` as ms. */
export function parseTime(text: string): number | undefined {
  const [, h, m, s] = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(text) ?? []
  return s === undefined ? undefined : Math.round((Number(h) * 3_600 + Number(m) * 60 + Number(s)) * 1_000)
}

const time = z.string().transform((text, context): number => {
  const ms = parseTime(text)
  if (ms === undefined) context.addIssue('expected a time such as 00:01:30')
  return ms ?? 0
})

const lines = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value))

const override = z.strictObject({
  rule: id,
  level: z.string(),
  raise: limit,
  clear: limit.exactOptional(),
})
const sensor = z.strictObject({
  quantity,
  interval: duration.default(1_000),
  gateway: id.default('gw1'),
  location: id.default('general'),
  overrides: z.array(override).default([]),
})
const site = z.strictObject({
  hazard: hazard.default('hazchem'),
  gateways: z.array(id).exactOptional(),
  sensors: z.record(id, sensor),
})
const sites = z.record(id, site)

const rule = z.preprocess(
  (value) => (typeof value === 'object' && value !== null ? { ...defaultsOf(value), ...value } : value),
  ruleFile,
)

function defaultsOf(value: object): object {
  return { title: 'id' in value ? value.id : '', source: 'scenario', certainty: 'I' }
}

const onAlarm = { alarm: z.string(), by: z.string().default('officer') }

const step = z.strictObject({
  at: time.exactOptional(),
  device: z.record(id, signed).exactOptional(),
  buffer: lines.exactOptional(),
  resume: lines.exactOptional(),
  ingest: lines.exactOptional(),
  link: lines.exactOptional(),
  blind: z.string().exactOptional(),
  config: z
    .strictObject({ sites: z.record(id, site.nullable()).exactOptional(), rules: z.array(rule).exactOptional() })
    .exactOptional(),
  steady: lines.exactOptional(),
  readings: lines.exactOptional(),
  flush: lines.exactOptional(),
  resend: duration.exactOptional(),
  acknowledge: z.strictObject({ ...onAlarm, severity: severity.nullable(), revision: z.int() }).exactOptional(),
  unacknowledge: z.strictObject({ ...onAlarm, why: z.string() }).exactOptional(),
  comment: z.strictObject({ ...onAlarm, text: z.string() }).exactOptional(),
  gap: duration.exactOptional(),
  down: duration.exactOptional(),
  expect: lines.exactOptional(),
  table: lines.exactOptional(),
})

const scenario = z.strictObject({
  name: z.string().min(1),
  why: z.string().min(1),
  packs: z.array(z.string()).default([]),
  sites: sites.default({}),
  rules: z.array(rule).default([]),
  links: z.literal('none').exactOptional(),
  steps: z.array(step).min(1),
})

export type ScenarioStep = z.infer<typeof step>
export type Scenario = z.infer<typeof scenario>
export type ScenarioSite = z.infer<typeof site>
type ScenarioRule = z.infer<typeof rule>

/** Reads a scenario. @throws Error that names the file and every field that is wrong */
export function readScenario(file: string, text: string): Scenario {
  const result = scenario.safeParse(parse(text))
  if (result.success) return result.data
  throw new Error(`${file}: ${result.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ')}`)
}

export function siteConfigFrom(siteId: string, written: ScenarioSite): SiteConfig {
  const sensors = Object.entries(written.sensors).map(([sensorId, { overrides, ...rest }]) =>
    aSensor(sensorId, {
      ...rest,
      overrides: overrides.map((o) => ({ ...o, by: 'scenario', at: '2026-01-01', why: '' })),
    }),
  )
  const named = written.gateways?.map((gateway) => ({ id: gateway, name: gateway }))
  return aSite(siteId, sensors, { hazard: written.hazard, ...(named ? { gateways: named } : {}) })
}

/** In canonical units, as the loader of rule packs makes them. */
export function rulesFrom(written: readonly ScenarioRule[]): Rule[] {
  return written.map((one) => {
    const { rule: converted, problems } = convertRule(one, (path, { expected, found }) => {
      throw new Error(`rule ${one.id}, ${path.join('.')}: expected ${expected}, found ${found}`)
    })
    if (problems.length > 0) throw new Error(`rule ${one.id} is wrong`)
    return converted
  })
}
