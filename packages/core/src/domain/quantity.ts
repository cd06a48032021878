/** What can be measured, each quantity's one canonical unit, and which units convert to it under which conditions. */

export interface Quantity {
  readonly id: QuantityId
  readonly zh: string
  readonly en: string
  /** The unit in which readings are stored and limits are compared. */
  readonly unit: string
  /** Decimals shown to an officer. */
  readonly decimals: number
  /** Which way is dangerous; `state` values are compared for equality only. */
  readonly worse: 'high' | 'low' | 'both' | 'state'
  /** g/mol, for ppm ↔ mg/m³. */
  readonly molarMass?: number
}

type Row = readonly [
  zh: string,
  en: string,
  unit: string,
  decimals: number,
  worse: Quantity['worse'],
  molarMass?: number,
]

const rows = {
  // hazards.md §1.1: major hazard sources
  'tank-level': ['液位', 'Tank level', '%', 1, 'both'],
  'tank-temperature': ['温度', 'Tank temperature', '℃', 1, 'high'],
  'tank-pressure': ['压力', 'Tank pressure', 'kPa', 2, 'both'],
  'combustible-gas': ['可燃气体', 'Combustible gas', '%LEL', 1, 'high'],
  'open-path-gas': ['线型可燃气体', 'Open-path combustible gas', 'LEL·m', 2, 'high'],
  oxygen: ['氧气', 'Oxygen', '%vol', 1, 'both'],
  chlorine: ['氯气', 'Chlorine', 'mg/m³', 2, 'high', 70.906],
  ammonia: ['氨气', 'Ammonia', 'mg/m³', 1, 'high', 17.031],
  'hydrogen-sulfide': ['硫化氢', 'Hydrogen sulfide', 'mg/m³', 1, 'high', 34.081],
  'carbon-monoxide': ['一氧化碳', 'Carbon monoxide', 'mg/m³', 1, 'high', 28.01],
  'sulfur-dioxide': ['二氧化硫', 'Sulfur dioxide', 'mg/m³', 1, 'high', 64.066],
  'nitrogen-dioxide': ['二氧化氮', 'Nitrogen dioxide', 'mg/m³', 1, 'high', 46.006],
  'hydrogen-chloride': ['氯化氢', 'Hydrogen chloride', 'mg/m³', 1, 'high', 36.461],
  'hydrogen-cyanide': ['氰化氢', 'Hydrogen cyanide', 'mg/m³', 2, 'high', 27.025],
  phosgene: ['光气', 'Phosgene', 'mg/m³', 2, 'high', 98.916],
  methanol: ['甲醇', 'Methanol', 'mg/m³', 1, 'high', 32.042],
  'valve-state': ['紧急切断阀', 'Emergency shut-off valve', '', 0, 'state'],
  'pump-state': ['泵', 'Pump', '', 0, 'state'],
  // hazards.md §2.1: coal mines. CO underground is regulated in ppm (24), at chemical plants in mg/m³: two quantities,
  // so that each officer sees the number that stands in the rule.
  methane: ['甲烷', 'Methane', '%', 2, 'high'],
  'mine-carbon-monoxide': ['一氧化碳', 'Carbon monoxide (mine)', 'ppm', 1, 'high', 28.01],
  'mine-temperature': ['温度', 'Temperature (mine)', '℃', 1, 'high'],
  'wind-speed': ['风速', 'Wind speed', 'm/s', 2, 'both'],
  'mine-oxygen': ['氧气', 'Oxygen (mine)', '%', 1, 'low'],
  'carbon-dioxide': ['二氧化碳', 'Carbon dioxide', '%', 2, 'high'],
  'negative-pressure': ['负压', 'Negative pressure', 'kPa', 2, 'both'],
  dust: ['粉尘', 'Dust', 'mg/m³', 2, 'high'],
  'fan-state': ['风机开停', 'Fan', '', 0, 'state'],
  'feed-state': ['馈电', 'Power feed', '', 0, 'state'],
  'door-state': ['风门', 'Air door', '', 0, 'state'],
  // hazards.md §3.2: tailings ponds
  'surface-displacement': ['表面位移', 'Surface displacement', 'mm', 1, 'high'],
  'internal-displacement': ['内部位移', 'Internal displacement', 'mm', 2, 'high'],
  'phreatic-depth': ['浸润线埋深', 'Phreatic line depth', 'm', 2, 'low'],
  'pool-level': ['库水位', 'Pool level', 'm', 2, 'high'],
  'beach-length': ['干滩长度', 'Beach length', 'm', 1, 'low'],
  freeboard: ['安全超高', 'Freeboard', 'm', 2, 'low'],
  rainfall: ['降雨量', 'Rainfall', 'mm', 1, 'high'],
  'seepage-flow': ['渗流量', 'Seepage flow', 'L/s', 2, 'high'],
  turbidity: ['浊度', 'Turbidity', 'NTU', 1, 'high'],
} satisfies Record<string, Row>

export type QuantityId = keyof typeof rows

export const quantities: ReadonlyMap<QuantityId, Quantity> = new Map(
  (Object.entries(rows) as [QuantityId, Row][]).map(([id, [zh, en, unit, decimals, worse, molarMass]]) => [
    id,
    { id, zh, en, unit, decimals, worse, ...(molarMass === undefined ? {} : { molarMass }) },
  ]),
)

export function isQuantityId(text: string): text is QuantityId {
  return Object.hasOwn(rows, text)
}

/** The quantity's row; total over {@link QuantityId}. */
export function quantityOf(id: QuantityId): Quantity {
  const [zh, en, unit, decimals, worse, molarMass]: Row = rows[id]
  return { id, zh, en, unit, decimals, worse, ...(molarMass === undefined ? {} : { molarMass }) }
}
