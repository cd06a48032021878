/** Sites, sensors and rules for tests: whole and valid, with only what a test is about written out. */

import type { Limit } from '@tocsin/core/domain/limit.ts'
import { quantityOf } from '@tocsin/core/domain/quantity.ts'
import type { Level, RateRule, RuleSelector, SilenceRule, ThresholdRule } from '@tocsin/core/domain/rule.ts'
import type { Severity } from '@tocsin/core/domain/severity.ts'
import type { Sensor, SiteConfig } from '@tocsin/core/domain/site.ts'

/** A chlorine detector that speaks each second through `gw1`, unless told otherwise; its tag and name are its id. */
export function aSensor(id: string, over: Partial<Sensor> = {}): Sensor {
  const quantity = over.quantity ?? 'chlorine'
  return {
    id,
    tag: id,
    name: id,
    quantity,
    unit: quantityOf(quantity).unit,
    range: [0, 100],
    location: 'general',
    group: '',
    interval: 1_000,
    gateway: 'gw1',
    overrides: [],
    ...over,
  }
}

/** A chemical plant with the sensors given; its sensor gateways are those that the sensors name. */
export function aSite(id: string, sensors: readonly Sensor[], over: Partial<SiteConfig> = {}): SiteConfig {
  const gateways = [...new Set(sensors.map((sensor) => sensor.gateway))]
  return {
    id,
    name: id,
    enterprise: 'e1',
    hazard: 'hazchem',
    area: '999901000000',
    gateways: gateways.map((gateway) => ({ id: gateway, name: gateway })),
    sensors,
    ...over,
  }
}

/** A limit as rules write it: `>= 25`, `< 0.25`. */
function aLimit(text: string): Limit {
  const [op, value] = text.split(' ')
  if (op !== '>=' && op !== '>' && op !== '<=' && op !== '<') throw new TypeError(`${text} is no limit`)
  return { op, value: Number(value) }
}

interface LevelOptions {
  readonly clear?: string
  readonly onDelay?: number
  readonly offDelay?: number
}

/** A level that is named after its severity; delays in ms. */
export function aLevel(
  severity: Severity,
  raise: string,
  { clear, onDelay = 0, offDelay = 0 }: LevelOptions = {},
): Level {
  const back = clear === undefined ? {} : { clear: aLimit(clear) }
  return { name: severity, severity, raise: aLimit(raise), ...back, onDelay, offDelay }
}

const common = { source: 'test', certainty: 'I' } as const

export function aThreshold(id: string, select: RuleSelector, levels: readonly Level[]): ThresholdRule {
  return { kind: 'threshold', id, title: id, select, levels, ...common }
}

type RateOptions = Pick<RateRule, 'window' | 'per' | 'minSpan' | 'levels'>

export function aRate(id: string, select: RuleSelector, options: RateOptions): RateRule {
  return { kind: 'rate', id, title: id, select, ...options, ...common }
}

/** @param atLeast ms */
export function aSilence(id: string, select: RuleSelector, atLeast: number): SilenceRule {
  return { kind: 'silence', id, title: id, select, intervals: 3, atLeast, ...common }
}
