/** What a rule file may say: the shape of `rules:` before units are converted. */

import { z } from 'zod'
import { certainty, comparison, duration, hazard, id, limit, quantity, severity, text } from './fields.ts'

const delays = {
  onDelay: duration
    .default(0)
    .describe("How long the limit must hold before the level is reached, by the device's clock."),
  offDelay: duration
    .default(0)
    .describe("How long the value must be back before the level is left, by the device's clock."),
}

const levelFile = z.strictObject({
  name: text.describe("The field's own name of the level, e.g. 一级, 报警, 断电."),
  severity,
  raise: limit.exactOptional().describe('Reached when the value is at or past it. Either this or perSensor.'),
  perSensor: z
    .strictObject({
      op: comparison,
      of: text
        .exactOptional()
        .describe("The design value's name, given by a sensor's override; absent: the level's own name."),
      times: z.number().positive().default(1),
      plus: z.number().default(0).describe("In the rule's unit."),
    })
    .exactOptional()
    .describe(
      'The limit follows from a design value of the sensor: value × times + plus. Without one there is no verdict.',
    ),
  clear: limit.exactOptional().describe('When the level is left; absent: when raise no longer holds.'),
  deadband: z
    .number()
    .positive()
    .exactOptional()
    .describe('Instead of clear: how far past the limit the value must return.'),
  ...delays,
  source: text.exactOptional().describe("Where this limit comes from, if not from the rule's source."),
  certainty: certainty.exactOptional(),
})

const select = z
  .strictObject({
    hazard: hazard.exactOptional(),
    quantity: quantity.exactOptional(),
    locations: z.array(id).min(1).exactOptional().describe("The sensor's location is one of these."),
  })
  .describe('Which sensors the rule is for; what is absent does not narrow.')

const common = {
  id,
  title: text,
  source: text.describe('Standard and clause.'),
  certainty: certainty.describe('S: source text seen. M: from memory. I: ours, to be confirmed.'),
  replaces: z.array(id).min(1).exactOptional().describe('Rules that do not apply where this one does.'),
}

/** Threshold and rate rules compare numbers, so they name their quantity. */
const measured = {
  ...common,
  select: select.extend({ quantity }),
  unit: z.string().exactOptional().describe('In which limits are written; absent: the canonical unit of the quantity.'),
  levels: z.array(levelFile).min(1).max(24),
}

export const ruleFile = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('threshold'),
    ...measured,
    design: z
      .record(z.string(), z.number())
      .exactOptional()
      .describe('Design values that hold until an override gives better ones.'),
  }),
  z.strictObject({
    kind: z.literal('rate'),
    ...measured,
    window: duration.describe('Over which the change is measured.'),
    per: duration.describe('The unit of time of the limits: 1h for m/h, 24h for mm/d.'),
    minSpan: duration.describe('No verdict while the readings span less.'),
  }),
  z.strictObject({
    kind: z.literal('silence'),
    ...common,
    select,
    intervals: z.number().positive().describe("Silent after this many of the sensor's intervals …"),
    atLeast: duration.describe('… but not sooner than this.'),
  }),
])

export type RuleFile = z.infer<typeof ruleFile>
export type LevelFile = z.infer<typeof levelFile>

/** A whole file, for editors. */
export const rulesFile = z.strictObject({ rules: z.array(ruleFile) })
/** A whole file, its rules judged one by one. */
export const rulesFileShell = z.strictObject({ rules: z.array(z.unknown(), { error: 'expected a list of rules' }) })
