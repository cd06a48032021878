/** Loads a registry whole: every file parsed, every reference checked, or not at all. */

import { canonical } from '@tocsin/core/domain/canonical.ts'
import type { Hash } from '@tocsin/core/domain/ids.ts'
import type { RuleSet } from '@tocsin/core/domain/rule.ts'
import type { Registry, Site } from '@tocsin/core/domain/site.ts'
import { contentHash } from './content.ts'
import { hasErrors, inOrder, type Path, type Problem, problemsError } from './problems.ts'
import { advice } from './registry-advice.ts'
import { readEntries } from './registry-read.ts'
import { referenceProblems } from './registry-refs.ts'
import { convertSensor } from './registry-sensors.ts'
import { readRules } from './rules.ts'
import type { Complaint } from './yaml.ts'

export interface LoadedRegistry {
  /** null where a problem is an error. */
  readonly registry: Registry | null
  /** By file and line; warnings among them. */
  readonly problems: readonly Problem[]
}

/** Reads and checks the folder; with `rules`, also what the registry says of them. */
export function readRegistry(folder: string, rules: RuleSet | null): LoadedRegistry {
  const entries = readEntries(folder)
  const problems: Problem[] = [...entries.problems, ...referenceProblems(entries)]
  const places = new Map<string, (field: Path, complaint: Complaint) => Problem>()
  const sites = entries.sites.map(({ site, sensors }): Site => {
    places.set(site.value.id, (field, complaint) => site.file.problem([...site.path, ...field], complaint))
    const converted = sensors.map((sensor) => convertSensor(sensor, site, rules))
    problems.push(...converted.flatMap((sensor) => sensor.problems))
    const { sensors: _, spokenName = site.value.name, ...rest } = site.value
    return { ...rest, spokenName, sensors: converted.map(({ sensor }) => sensor) }
  })
  const registry: Registry = {
    areas: entries.areas.map(({ value }) => value),
    enterprises: entries.enterprises.map(({ value }) => value),
    sites,
    platforms: entries.platforms.map(({ value }) => value),
    policy: entries.policy.map(({ value }) => value),
  }
  // Indexes into a site's list of sensors only mean the same in the file once each of them is right.
  if (!hasErrors(problems)) {
    problems.push(...advice(registry, rules, (site, field, complaint) => placeOf(places, site)(field, complaint)))
  }
  return { registry: hasErrors(problems) ? null : registry, problems: inOrder(problems) }
}

function placeOf<T>(places: ReadonlyMap<string, T>, site: Site): T {
  const place = places.get(site.id)
  if (place === undefined) throw new TypeError(`site ${site.id} was not read from a file`)
  return place
}

/**
 * Loads the folder's *.yaml files, in any split.
 * @throws TocsinError `registry-invalid` that lists every problem with file, line and field
 */
export function loadRegistry(folder: string, rules: RuleSet | null = null): Registry {
  const { registry, problems } = readRegistry(folder, rules)
  if (registry === null) throw problemsError('registry-invalid', problems)
  return registry
}

/** Changes whenever anything in the registry or in the rules does. */
export function versionOf(registry: Registry, rules: RuleSet): Hash {
  return contentHash(`${canonical(registry)}\n${rules.hash}`)
}

/** Everything that `tocsin registry check` says of a registry and its rules: errors and warnings, by file and line. */
export function registryProblems(folder: string, rulePaths: readonly string[]): readonly Problem[] {
  const rules = readRules(rulePaths)
  const { problems } = readRegistry(folder, rules.ok ? rules.value : null)
  return inOrder([...(rules.ok ? [] : rules.problems), ...problems])
}
