/** Decides whether a JSON file is the checked Registry, as far as a fleet needs it, or which field is wrong. */

import { type Hazard, hazards } from '@tocsin/core/domain/hazard.ts'
import type { Comparison } from '@tocsin/core/domain/limit.ts'
import { isQuantityId, type QuantityId } from '@tocsin/core/domain/quantity.ts'
import { fail, ok, type Result } from '@tocsin/core/domain/result.ts'
import type { Override, Sensor, SensorGateway, SiteConfig } from '@tocsin/core/domain/site.ts'

/** What a fleet needs of a Registry: the sites as the engine has them. */
export interface FleetRegistry {
  readonly sites: readonly SiteConfig[]
}

class FieldError extends Error {}

/** @returns the registry, or the path of the first wrong field */
export function parseRegistry(json: string): Result<FleetRegistry, string> {
  return attempt(() => {
    const root = asObject(JSON.parse(json), '')
    return { sites: list(root, 'sites', site) }
  })
}

/** @returns enterprise → secret, or what is wrong */
export function parseSecrets(json: string): Result<ReadonlyMap<string, string>, string> {
  return attempt(() => {
    const root = asObject(JSON.parse(json), '')
    return new Map(Object.keys(root).map((enterprise) => [enterprise, text(root, enterprise, '')]))
  })
}

function attempt<T>(parse: () => T): Result<T, string> {
  try {
    return ok(parse())
  } catch (error) {
    if (error instanceof FieldError || error instanceof SyntaxError) return fail(error.message)
    throw error
  }
}

type Fields = Record<string, unknown>

function site(fields: Fields, path: string): SiteConfig {
  return {
    id: text(fields, 'id', path),
    name: text(fields, 'name', path),
    enterprise: text(fields, 'enterprise', path),
    hazard: hazard(fields, path),
    area: text(fields, 'area', path),
    gateways: list(fields, `${path}.gateways`, gateway),
    sensors: list(fields, `${path}.sensors`, sensor),
  }
}

function gateway(fields: Fields, path: string): SensorGateway {
  return { id: text(fields, 'id', path), name: text(fields, 'name', path) }
}

function sensor(fields: Fields, path: string): Sensor {
  const range: readonly unknown[] = Array.isArray(fields['range']) ? fields['range'] : []
  const [low, high] = range
  if (typeof low !== 'number' || typeof high !== 'number') throw new FieldError(`${path}.range: not two numbers`)
  return {
    id: text(fields, 'id', path),
    tag: text(fields, 'tag', path),
    name: text(fields, 'name', path),
    quantity: quantity(fields, path),
    unit: text(fields, 'unit', path),
    range: [low, high],
    location: text(fields, 'location', path),
    group: text(fields, 'group', path),
    interval: number(fields, 'interval', path),
    gateway: text(fields, 'gateway', path),
    overrides: list(fields, `${path}.overrides`, override),
  }
}

/** Only what a simulated sensor keeps away from: rule, level and limit. */
function override(fields: Fields, path: string): Override {
  const raise = asObject(fields['raise'], `${path}.raise`)
  return {
    rule: text(fields, 'rule', path),
    level: text(fields, 'level', path),
    raise: { op: comparison(raise, `${path}.raise`), value: number(raise, 'value', `${path}.raise`) },
    by: text(fields, 'by', path),
    at: text(fields, 'at', path),
    why: text(fields, 'why', path),
  }
}

/** The list in the last field of the path. */
function list<T>(fields: Fields, path: string, item: (fields: Fields, path: string) => T): T[] {
  const value = fields[path.slice(path.lastIndexOf('.') + 1)]
  if (!Array.isArray(value)) throw new FieldError(`${path}: not a list`)
  return value.map((entry: unknown, index) => item(asObject(entry, `${path}.${index}`), `${path}.${index}`))
}

function text(fields: Fields, key: string, path: string): string {
  const value = fields[key]
  if (typeof value !== 'string') throw new FieldError(`${path}.${key}: not a text`)
  return value
}

function number(fields: Fields, key: string, path: string): number {
  const value = fields[key]
  if (typeof value !== 'number') throw new FieldError(`${path}.${key}: not a number`)
  return value
}

function hazard(fields: Fields, path: string): Hazard {
  const found = hazards.find((known) => known === fields['hazard'])
  if (found === undefined) throw new FieldError(`${path}.hazard: not a hazard`)
  return found
}

function quantity(fields: Fields, path: string): QuantityId {
  const value = text(fields, 'quantity', path)
  if (!isQuantityId(value)) throw new FieldError(`${path}.quantity: not a quantity`)
  return value
}

const comparisons: readonly Comparison[] = ['>=', '>', '<=', '<']

function comparison(fields: Fields, path: string): Comparison {
  const found = comparisons.find((known) => known === fields['op'])
  if (found === undefined) throw new FieldError(`${path}.op: not a comparison`)
  return found
}

function asObject(value: unknown, path: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new FieldError(`${path}: not an object`)
  return { ...value }
}
