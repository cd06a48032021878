/** Decides what the fleet's tests play on: the demo's registry under the packs that the demo runs with. */

import { fileURLToPath } from 'node:url'
import { loadRegistry } from '@tocsin/config/registry.ts'
import { loadRules } from '@tocsin/config/rules.ts'
import { hazards } from '@tocsin/core/domain/hazard.ts'
import { packPath } from '@tocsin/rulepacks/packs.ts'

export const rules = loadRules(hazards.map(packPath))

export const city = loadRegistry(fileURLToPath(new URL('../../registry/demo', import.meta.url)), rules)

export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour
