/** The shape of stored contents, version 1: site configurations and rule sets in canonical units. */

import { hazards } from '@tocsin/core/domain/hazard.ts'
import { quantities } from '@tocsin/core/domain/quantity.ts'
import { severities } from '@tocsin/core/domain/severity.ts'
import { z } from 'zod'

const op = z.enum(['>=', '>', '<=', '<'])
const limit = z.object({ op, value: z.number() })
const millis = z.number().nonnegative()
const hazard = z.enum(hazards)
const quantity = z.enum([...quantities.keys()])
const certainty = z.enum(['S', 'M', 'I'])

const override = z.object({
  rule: z.string(),
  level: z.string(),
  raise: limit,
  clear: limit.exactOptional(),
  onDelay: millis.exactOptional(),
  offDelay: millis.exactOptional(),
  by: z.string(),
  at: z.string(),
  why: z.string(),
})

const sensor = z.object({
  id: z.string(),
  tag: z.string(),
  name: z.string(),
  quantity,
  unit: z.string(),
  range: z.tuple([z.number(), z.number()]),
  location: z.string(),
  group: z.string(),
  interval: millis,
  gateway: z.string(),
  overrides: z.array(override),
})

export const siteContentSchema = z.object({
  v: z.literal(1),
  site: z.object({
    id: z.string(),
    name: z.string(),
    enterprise: z.string(),
    hazard,
    area: z.string(),
    gateways: z.array(z.object({ id: z.string(), name: z.string() })),
    sensors: z.array(sensor),
  }),
})

const levelBase = {
  name: z.string(),
  severity: z.enum(severities),
  onDelay: millis,
  offDelay: millis,
  source: z.string().exactOptional(),
  certainty: certainty.exactOptional(),
}
const level = z.object({ ...levelBase, raise: limit, clear: limit.exactOptional() })
const template = z.object({
  ...levelBase,
  op,
  of: z.string(),
  times: z.number(),
  plus: z.number(),
  fallback: z.number().exactOptional(),
  deadband: z.number(),
})

const ruleBase = {
  id: z.string(),
  title: z.string(),
  select: z.object({
    hazard: hazard.exactOptional(),
    quantity: quantity.exactOptional(),
    locations: z.array(z.string()).exactOptional(),
  }),
  source: z.string(),
  certainty,
  replaces: z.array(z.string()).exactOptional(),
}

export const rulesContentSchema = z.object({
  v: z.literal(1),
  rules: z.array(
    z.discriminatedUnion('kind', [
      z.object({
        ...ruleBase,
        kind: z.literal('threshold'),
        levels: z.array(level),
        perSensor: z.array(template).exactOptional(),
      }),
      z.object({
        ...ruleBase,
        kind: z.literal('rate'),
        window: millis,
        per: millis,
        minSpan: millis,
        levels: z.array(level),
      }),
      z.object({ ...ruleBase, kind: z.literal('silence'), intervals: z.number(), atLeast: millis }),
    ]),
  ),
})
