/** Where the rule packs stand, by the hazard that they are for. */

import { fileURLToPath } from 'node:url'
import type { Hazard } from '@tocsin/core/domain/hazard.ts'

/** Absolute path of the pack's YAML file. */
export function packPath(hazard: Hazard): string {
  return fileURLToPath(new URL(`../${hazard}.yaml`, import.meta.url))
}
