/** A registry of two enterprises in two counties, for the gateway's tests: all that is south's has `south` in its id. */

import type { AreaCode } from '@tocsin/core/domain/ids.ts'
import type { RuleSet } from '@tocsin/core/domain/rule.ts'
import type { Registry, Site } from '@tocsin/core/domain/site.ts'
import type { InForce, RegistryChange, RegistrySource } from '@tocsin/core/ports/registry-source.ts'

const northArea: AreaCode = '999901001001'
const southArea: AreaCode = '999902001001'

function site(id: string, enterprise: string, area: AreaCode): Site {
  return {
    id,
    name: `${id} 化工厂`,
    enterprise,
    hazard: 'hazchem',
    area,
    gateways: [{ id: `${id}-gw`, name: '采集仪' }],
    sensors: ['1', '2'].map((n) => ({
      id: `${id}-s${n}`,
      tag: `GT-${n}`,
      name: '氯气',
      quantity: 'chlorine',
      unit: 'mg/m³',
      range: [0, 50],
      location: 'yard',
      group: '',
      interval: 10_000,
      gateway: `${id}-gw`,
      overrides: [],
    })),
    spokenName: id,
    people: 10,
    groups: [],
    villages: [{ area, name: `${id} 村`, people: 200, distanceKm: 1, terminals: 4, contacts: [] }],
    contacts: [],
    guidance: [],
    instruction: '请向上风向撤离',
    eventType: '12D02',
    eventName: '氯气泄漏',
  }
}

const registry: Registry = {
  areas: [
    { code: northArea, name: '北村' },
    { code: southArea, name: '南村' },
  ],
  enterprises: [
    { id: 'north', name: '北厂', area: northArea, contacts: [] },
    { id: 'south', name: 'south 厂', area: southArea, contacts: [] },
  ],
  sites: [
    site('north-a', 'north', northArea),
    site('north-b', 'north', northArea),
    site('south-a', 'south', southArea),
  ],
  platforms: [
    {
      id: 'platform-1',
      name: '市平台',
      url: 'http://127.0.0.1:1',
      sourceEbrId: '0'.repeat(23),
      platformEbrId: '1'.repeat(23),
      senderName: '应急局',
      senderCode: '2'.repeat(23),
      areas: ['9999'],
      dialect: 'gdj-2018',
      duration: 600_000,
    },
  ],
  policy: [],
}

const rules: RuleSet = {
  hash: 'rules',
  rules: [
    {
      hash: 'rule',
      rule: {
        id: 'chlorine',
        kind: 'threshold',
        title: '氯气',
        select: { quantity: 'chlorine' },
        source: '试',
        certainty: 'I',
        levels: [
          { name: '一级', severity: 'yellow', raise: { op: '>=', value: 1 }, onDelay: 0, offDelay: 0 },
          { name: '二级', severity: 'red', raise: { op: '>=', value: 2 }, onDelay: 0, offDelay: 0 },
        ],
      },
    },
  ],
}

/** A source that a test may change. */
export function testRegistry(): RegistrySource & { swap(next: Registry): void } {
  let current: InForce = { registry, rules, version: 'v1' }
  const listeners = new Set<(change: RegistryChange) => void>()
  return {
    current: () => current,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => listeners.clear(),
    swap(next) {
      current = { ...current, registry: next, version: `${current.version}+` }
      for (const listener of listeners) listener({ kind: 'swapped', current })
    },
  }
}
