/** What registry files may say: areas, enterprises, sites, platforms and the broadcast policy, in any split of files. */

import { z } from 'zod'
import { areaCode, day, duration, ebrId, hazard, id, limit, note, quantity, severity, text } from './fields.ts'

export const areaFile = z.strictObject({ code: areaCode, name: text })

const contact = z.strictObject({
  role: text,
  name: text.describe('A name, or the duty post that answers.'),
  phone: z.string({ error: 'expected a telephone number in quotes' }).trim().min(2).max(40),
})

export const enterpriseFile = z.strictObject({
  id: id.describe('Also the user name with which its sensor gateways log in.'),
  name: text,
  area: areaCode,
  contacts: z.array(contact).default([]),
})

const overrideFile = z.strictObject({
  rule: id,
  level: text.describe('A level of the rule, or a design value that its levels follow from.'),
  raise: limit,
  clear: limit.exactOptional(),
  unit: z.string().exactOptional().describe("Absent: the sensor's own unit."),
  onDelay: duration.exactOptional(),
  offDelay: duration.exactOptional(),
  by: text.describe('Who decided it: a role or an institute.'),
  at: day,
  why: text,
})

export const sensorFile = z.strictObject({
  id: id.describe('Survives renaming; unique in the registry.'),
  tag: text.max(64).describe("测点编号, the enterprise's own; unique in its site."),
  name: text,
  quantity,
  unit: z.string().exactOptional().describe('In which the sensor gateway sends; absent: the canonical unit.'),
  range: z.tuple([z.number(), z.number()], { error: 'expected two numbers [low, high]' }).describe('In `unit`.'),
  location: id.default('general').describe('A word that rules select by.'),
  group: z.union([id, z.literal('')]).default(''),
  interval: duration.pipe(
    z
      .number()
      .min(100, { error: 'expected at least 100ms' })
      .max(7 * 86_400_000, { error: 'expected at most 7d' }),
  ),
  gateway: id,
  overrides: z.array(overrideFile).default([]),
})

const villageFile = z.strictObject({
  area: areaCode,
  name: text,
  people: z.int().nonnegative(),
  distanceKm: z.number().nonnegative(),
  terminals: z.int().nonnegative().describe('Loudspeakers in the village.'),
  contacts: z.array(contact).default([]),
})

const namedFile = z.strictObject({ id, name: text })

const siteFields = {
  id,
  name: text,
  spokenName: text.exactOptional().describe('How a loudspeaker speaks of the place; absent: the name.'),
  enterprise: id,
  hazard,
  area: areaCode,
  people: z.int().nonnegative().nullable().default(null).describe('On the premises or underground.'),
  gateways: z.array(namedFile).describe('Sensor gateways; the id is the MQTT client id.'),
  groups: z.array(namedFile).default([]),
  villages: z.array(villageFile).default([]).describe('At risk of the site.'),
  contacts: z.array(contact).default([]),
  guidance: z.array(text).default([]).describe('处置指引, one step a line.'),
  instruction: note.default('').describe('What villagers must do, spoken.'),
  eventType: z.string().regex(/^[0-9A-Z]{5}$/, { error: 'expected an event code of 5 characters such as 12D02' }),
  eventName: text.describe('Spoken, e.g. 氯气泄漏.'),
}

/** A site whose sensors are judged one by one. */
export const siteShell = z.strictObject({
  ...siteFields,
  sensors: z.array(z.unknown(), { error: 'expected a list of sensors' }),
})
const siteFile = z.strictObject({ ...siteFields, sensors: z.array(sensorFile) })

export const platformFile = z.strictObject({
  id,
  name: text,
  url: z.url({ protocol: /^https?$/, error: 'expected an http or https address' }),
  sourceEbrId: ebrId,
  platformEbrId: ebrId,
  senderName: text,
  senderCode: ebrId,
  areas: z
    .array(
      z
        .string({ error: 'expected the first 2 to 12 digits of area codes, in quotes' })
        .regex(/^\d{2,12}$/, { error: 'expected the first 2 to 12 digits of area codes, in quotes' }),
    )
    .min(1),
  dialect: z.literal('gdj-2018').default('gdj-2018'),
  duration: duration.pipe(z.number().min(60_000, { error: 'expected at least 1m' })).default(1_800_000),
})

const action = z.enum(['automatic', 'approval', 'none'])

export const policyFile = z.strictObject({
  site: id.exactOptional(),
  hazard: hazard.exactOptional(),
  severities: z.array(severity).min(1),
  warning: action,
  allClear: z.enum(['automatic', 'approval']).default('approval'),
})

/** A whole file, for editors. */
export const registryFile = z.strictObject({
  areas: z.array(areaFile).exactOptional(),
  enterprises: z.array(enterpriseFile).exactOptional(),
  sites: z.array(siteFile).exactOptional(),
  platforms: z.array(platformFile).exactOptional(),
  policy: z
    .array(policyFile)
    .exactOptional()
    .describe('The first rule that matches decides; without one an approver must.'),
})

const list = (name: string) => z.array(z.unknown(), { error: `expected a list of ${name}` }).default([])

/** A whole file, its entries judged one by one. */
export const registryShell = z.strictObject({
  areas: list('areas'),
  enterprises: list('enterprises'),
  sites: list('sites'),
  platforms: list('platforms'),
  policy: list('policy rules'),
})

export type SensorFile = z.infer<typeof sensorFile>
export type SiteShell = z.infer<typeof siteShell>
