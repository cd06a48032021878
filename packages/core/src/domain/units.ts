/** Which unit converts to a quantity's canonical one, by which factor and under which conditions. */

import { type Quantity, quantityOf, type QuantityId } from './quantity.ts'
import { fail, ok, type Result } from './result.ts'

/** Molar volume of an ideal gas at 20 ℃ and 101.325 kPa, L/mol: GB/T 50493 and GBZ 2.1 give mg/m³ at 20 ℃. */
const MOLAR_VOLUME_20C = 24.055

export interface Conversion {
  /** canonical = value × factor + offset */
  readonly factor: number
  readonly offset: number
  /** Said beside the converted value, '' where there is none. */
  readonly condition: string
}

const same: Conversion = { factor: 1, offset: 0, condition: '' }

/** Units that mean the same whatever is measured: [from, to, factor]. */
const factors: readonly (readonly [string, string, number])[] = [
  ['MPa', 'kPa', 1000],
  ['Pa', 'kPa', 0.001],
  ['m', 'mm', 1000],
  ['cm', 'mm', 10],
  ['mm', 'm', 0.001],
  ['cm', 'm', 0.01],
  ['%vol', '%', 1],
  ['%', '%vol', 1],
  ['m³/h', 'L/s', 1 / 3.6],
  ['ppm', '%', 0.0001],
]

function molar(quantity: Quantity, from: string): Conversion | undefined {
  if (quantity.molarMass === undefined) return undefined
  const ratio = quantity.molarMass / MOLAR_VOLUME_20C
  const condition = '20 ℃, 101.325 kPa'
  if (from === 'ppm' && quantity.unit === 'mg/m³') return { factor: ratio, offset: 0, condition }
  if (from === 'mg/m³' && quantity.unit === 'ppm') return { factor: 1 / ratio, offset: 0, condition }
  if (from === '%' && quantity.unit === 'ppm') return { factor: 10_000, offset: 0, condition: '' }
  return undefined
}

/**
 * How a value in `unit` becomes one in the quantity's canonical unit.
 * @returns the conversion, or the units that would have been taken
 */
export function conversion(id: QuantityId, unit: string): Result<Conversion, readonly string[]> {
  const quantity = quantityOf(id)
  if (unit === quantity.unit) return ok(same)
  const found = factors.find(([from, to]) => from === unit && to === quantity.unit)
  if (found) return ok({ factor: found[2], offset: 0, condition: '' })
  const gas = molar(quantity, unit)
  if (gas) return ok(gas)
  const takes = factors.filter(([, to]) => to === quantity.unit).map(([from]) => from)
  const gases = ['ppm', 'mg/m³', '%'].filter((from) => molar(quantity, from) !== undefined)
  return fail([...new Set([quantity.unit, ...takes, ...gases])])
}

/** The value in the canonical unit, to 12 significant digits so that 24 ppm and its product compare as people expect. */
export function convert({ factor, offset }: Conversion, value: number): number {
  if (factor === 1 && offset === 0) return value
  return Number((value * factor + offset).toPrecision(12))
}
