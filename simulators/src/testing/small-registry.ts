/** Decides the small registry that the simulators' tests play on: one site of each hazard, with design values. */

import type { Override, Sensor, SiteConfig } from '@tocsin/core/domain/site.ts'

type Given = Pick<Sensor, 'tag' | 'quantity' | 'unit' | 'range'> & Partial<Sensor>

function site(rest: Pick<SiteConfig, 'id' | 'name' | 'hazard'>, sensors: readonly Given[]): SiteConfig {
  const gateway = `${rest.id}-gw`
  return {
    ...rest,
    enterprise: `${rest.id}-co`,
    area: '999901000000',
    gateways: [{ id: gateway, name: '采集网关' }],
    sensors: sensors.map((given) => ({
      id: `${rest.id}.${given.tag}`,
      name: given.tag,
      location: '',
      group: '',
      interval: 1000,
      gateway,
      overrides: [],
      ...given,
    })),
  }
}

/** A design value. */
function design(op: Override['raise']['op'], value: number): Override {
  return { rule: 'pack', level: `${op}${value}`, raise: { op, value }, by: '设计院', at: '2026-01-01', why: '设计值' }
}

const chlorine = { quantity: 'chlorine', unit: 'ppm', range: [0, 29.5], group: 'store' } as const
const state = { unit: '', range: [0, 1] } as const

export const smallSites: readonly SiteConfig[] = [
  site({ id: 'north', name: '北厂', hazard: 'hazchem' }, [
    { tag: 'GT-101', ...chlorine },
    { tag: 'GT-102', ...chlorine },
    { tag: 'GT-103', ...chlorine },
    { tag: 'GT-201', quantity: 'combustible-gas', unit: '%LEL', range: [0, 100] },
    { tag: 'OX-1', quantity: 'oxygen', unit: '%vol', range: [0, 25] },
    {
      tag: 'LT-1',
      quantity: 'tank-level',
      unit: '%',
      range: [0, 100],
      group: 'tanks',
      overrides: [design('>=', 85), design('>=', 90), design('<=', 12)],
    },
    { tag: 'TT-1', quantity: 'tank-temperature', unit: '℃', range: [-20, 80] },
    { tag: 'PT-1', quantity: 'tank-pressure', unit: 'kPa', range: [-1, 3] },
    { tag: 'PT-2', quantity: 'tank-pressure', unit: 'MPa', range: [0, 2000] },
    { tag: 'XV-1', quantity: 'valve-state', ...state, group: 'tanks' },
  ]),
  site({ id: 'mine', name: '一号煤矿', hazard: 'coal' }, [
    { tag: 'MM-1', quantity: 'methane', unit: '%', range: [0, 4], location: 'return-corner', group: 'face' },
    { tag: 'MM-2', quantity: 'methane', unit: '%', range: [0, 4], location: 'face-return', group: 'face' },
    { tag: 'CO-1', quantity: 'mine-carbon-monoxide', unit: 'ppm', range: [0, 500] },
    { tag: 'TM-1', quantity: 'mine-temperature', unit: '℃', range: [0, 50], location: 'coal-face' },
    { tag: 'TM-2', quantity: 'mine-temperature', unit: '℃', range: [0, 50], location: 'machinery-room' },
    { tag: 'WS-1', quantity: 'wind-speed', unit: 'm/s', range: [0, 15], location: 'coal-face' },
    { tag: 'O2-1', quantity: 'mine-oxygen', unit: '%', range: [0, 25] },
    { tag: 'CD-1', quantity: 'carbon-dioxide', unit: '%', range: [0, 5] },
    { tag: 'NP-1', quantity: 'negative-pressure', unit: 'kPa', range: [0, 5] },
    { tag: 'DU-1', quantity: 'dust', unit: 'mg/m³', range: [0, 1000] },
    { tag: 'FN-1', quantity: 'fan-state', ...state },
    { tag: 'FD-1', quantity: 'feed-state', ...state, group: 'face' },
    { tag: 'DR-1', quantity: 'door-state', ...state },
  ]),
  site({ id: 'pond', name: '一号尾矿库', hazard: 'tailings' }, [
    { tag: 'GN-1', quantity: 'surface-displacement', unit: 'mm', range: [-500, 500] },
    { tag: 'IN-1', quantity: 'internal-displacement', unit: 'mm', range: [-500, 500] },
    {
      tag: 'PZ-1',
      quantity: 'phreatic-depth',
      unit: 'm',
      range: [0, 30],
      overrides: [design('<=', 6)],
    },
    {
      tag: 'WL-1',
      quantity: 'pool-level',
      unit: 'm',
      range: [380, 420],
      overrides: [design('>=', 413), design('>=', 414)],
    },
    { tag: 'BL-1', quantity: 'beach-length', unit: 'm', range: [0, 400], overrides: [design('<=', 70)] },
    { tag: 'FB-1', quantity: 'freeboard', unit: 'm', range: [0, 10], overrides: [design('<=', 0.7)] },
    { tag: 'RF-1', quantity: 'rainfall', unit: 'mm', range: [0, 200] },
    { tag: 'SF-1', quantity: 'seepage-flow', unit: 'L/s', range: [0, 100] },
    { tag: 'TU-1', quantity: 'turbidity', unit: 'NTU', range: [0, 100] },
  ]),
]

/** Enterprise → secret of the small registry. */
export const smallSecrets: ReadonlyMap<string, string> = new Map(
  smallSites.map(({ enterprise }) => [enterprise, `secret of ${enterprise}`]),
)

/** A site of the small registry. @throws RangeError */
export function siteOf(id: string): SiteConfig {
  const found = smallSites.find((own) => own.id === id)
  if (!found) throw new RangeError(`no site ${id}`)
  return found
}
