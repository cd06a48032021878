/** A registry made for a test: chlorine plants with villages around them, as many and as large as it wants. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'

export interface PlantSpec {
  readonly id: string
  readonly name: string
  readonly enterprise: string
  /** One of `AREAS`. */
  readonly area: string
  /** Sensors GT-1 … GT-n. */
  readonly sensors: number
  readonly villages: readonly VillageSpec[]
}

export interface VillageSpec {
  readonly area: string
  readonly name: string
  readonly people: number
  readonly terminals: number
}

export const CHENGXI = '999901000000'
export const YANKOU = '999903000000'

export const VILLAGES: readonly VillageSpec[] = [
  { area: '999901101201', name: '柳树湾村', people: 1206, terminals: 12 },
  { area: '999901101202', name: '新塘村', people: 1048, terminals: 9 },
  { area: '999901101205', name: '桥背村', people: 873, terminals: 8 },
]

const AREAS = [
  { code: '999900000000', name: '邵屏市' },
  { code: CHENGXI, name: '澄溪区' },
  { code: YANKOU, name: '岩口县' },
  ...VILLAGES.map(({ area, name }) => ({ code: area, name })),
]

/** Writes the registry into the folder; `platformUrl` null: no loudspeakers. @returns the folder */
export function writePlants(folder: string, plants: readonly PlantSpec[], platformUrl: string | null): string {
  mkdirSync(folder, { recursive: true })
  const enterprises = [...new Set(plants.map(({ enterprise }) => enterprise))].map((id) => ({
    id,
    name: `试验企业 ${id}`,
    area: plants.find(({ enterprise }) => enterprise === id)?.area ?? CHENGXI,
    contacts: [],
  }))
  // JSON where it is large: it is YAML, and much sooner read.
  writeFileSync(join(folder, 'sites.yaml'), JSON.stringify({ sites: plants.map(site) }))
  const rest = { areas: AREAS, enterprises, ...(platformUrl === null ? {} : loudspeakers(platformUrl)) }
  writeFileSync(join(folder, 'registry.yaml'), stringify(rest))
  return folder
}

export function gatewayOf(plant: Pick<PlantSpec, 'id'>): string {
  return `${plant.id}-gw`
}

function site(plant: PlantSpec): object {
  const { id, name, enterprise, area, villages } = plant
  return {
    id,
    name,
    spokenName: name,
    enterprise,
    hazard: 'hazchem',
    area,
    people: 186,
    gateways: [{ id: gatewayOf(plant), name: '采集站' }],
    groups: [{ id: 'store', name: '液氯库房' }],
    contacts: [{ role: '企业值班室', name: '企业值班室', phone: '9999-1201' }],
    villages: villages.map((village, i) => ({
      ...village,
      distanceKm: 1 + i,
      contacts: [{ role: '村网格员', name: `${village.name}网格员`, phone: `9999-320${i}` }],
    })),
    guidance: ['致电企业，现场复核', '持续超限：提请播发'],
    instruction: '请村民立即向上风方向的高处转移，听从村干部指挥。',
    eventType: '12D02',
    eventName: '氯气泄漏',
    sensors: Array.from({ length: plant.sensors }, (_, i) => ({
      id: `${id}-GT-${i + 1}`,
      tag: `GT-${i + 1}`,
      name: `库房 ${i + 1}#`,
      quantity: 'chlorine',
      range: [0, 30],
      group: 'store',
      // So long that no sensor falls silent while a test runs.
      interval: '10m',
      gateway: gatewayOf(plant),
    })),
  }
}

function loudspeakers(url: string): object {
  return {
    platforms: [
      {
        id: 'simulated',
        name: '应急广播平台（模拟）',
        url,
        sourceEbrId: '39999000000000103010101',
        platformEbrId: '39999000000000314010101',
        senderName: '邵屏市应急管理局',
        senderCode: '39999000000000001010101',
        areas: ['9999'],
        duration: '30m',
      },
    ],
    policy: [
      { severities: ['red'], warning: 'approval', allClear: 'approval' },
      { severities: ['orange', 'yellow', 'blue'], warning: 'none' },
    ],
  }
}
