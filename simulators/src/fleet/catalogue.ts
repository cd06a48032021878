/** Decides which scenarios there are, what each is for, and at which site of the registry one plays. */

import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { Severity } from '@tocsin/core/domain/severity.ts'
import type { SiteConfig } from '@tocsin/core/domain/site.ts'
import { keyOf, uniform } from '../models/noise.ts'
import {
  calibrationBump,
  clockSkew,
  frozenValue,
  gatewayDrop,
  undeclaredCalibration,
  wireBreak,
} from './scenarios/devices.ts'
import { gasLeak } from './scenarios/gas-leak.ts'
import { coSpike, fanStop, methaneRise } from './scenarios/mine.ts'
import { storm } from './scenarios/storm.ts'
import { tankOverfill } from './scenarios/tank-overfill.ts'
import type { Scenario, Script } from './script.ts'

/** Each scenario with the strength it has when none is asked for. */
const catalogue = {
  'gas-leak': [gasLeak, 'red'],
  'tank-overfill': [tankOverfill, 'orange'],
  'methane-rise': [methaneRise, 'orange'],
  'fan-stop': [fanStop, 'yellow'],
  'co-spike': [coSpike, 'blue'],
  storm: [storm, 'red'],
  'gateway-drop': [gatewayDrop, 'blue'],
  'clock-skew': [clockSkew, 'blue'],
  'calibration-bump': [calibrationBump, 'blue'],
  'undeclared-calibration': [undeclaredCalibration, 'yellow'],
  'frozen-value': [frozenValue, 'blue'],
  'wire-break': [wireBreak, 'blue'],
} satisfies Record<string, readonly [Scenario, Severity]>

export type ScenarioName = keyof typeof catalogue

export const scenarioNames: readonly ScenarioName[] = Object.keys(catalogue).filter(isScenarioName)

export function isScenarioName(text: string): text is ScenarioName {
  return Object.hasOwn(catalogue, text)
}

/** A scenario to play: `site` is an id, or part of a name; without it, a site that has what it needs, by the seed. */
export interface Request {
  readonly scenario: ScenarioName
  readonly site?: string
  readonly strength?: Severity
}

/**
 * The script of a request in a registry. A site that is named but not there, or lacks what the scenario needs, gives way
 * to another one unless `strict`.
 * @returns null when no site of the registry can play it
 * @throws TocsinError `config-invalid` when `strict` and the named site cannot
 */
export function scriptOf(
  request: Request,
  sites: readonly SiteConfig[],
  { seed, strict = false }: { readonly seed: number; readonly strict?: boolean },
): Script | null {
  const [play, usual] = catalogue[request.scenario]
  const scripts = (among: readonly SiteConfig[]): Script[] =>
    among.flatMap((site) => play({ site, seed, strength: request.strength ?? usual }) ?? [])
  const wanted = request.site
  if (wanted !== undefined) {
    const named = scripts(sites.filter(({ id, name }) => id === wanted || name.includes(wanted)))[0]
    if (named) return named
    if (strict) throw new TocsinError('config-invalid', `no site ${wanted} can play the scenario ${request.scenario}`)
  }
  const possible = scripts(sites)
  return possible[Math.floor(uniform(keyOf(seed, request.scenario), 0) * possible.length)] ?? null
}
