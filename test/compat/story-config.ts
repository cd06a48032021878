/** The recorded story's own places and rules: apart from the packs and the demo, so that those may change. */

import type { Rule } from '@tocsin/core/domain/rule.ts'
import type { Sensor, SiteConfig } from '@tocsin/core/domain/site.ts'

const SECOND = 1_000

function sensor(
  given: Pick<Sensor, 'id' | 'tag' | 'name' | 'quantity' | 'unit' | 'gateway'> & Partial<Sensor>,
): Sensor {
  return { range: [0, 100], location: 'general', group: '', interval: 5 * SECOND, overrides: [], ...given }
}

/** Chlorine store: levels, an override, a rate, a valve, two sensor gateways. */
export const plant: SiteConfig = {
  id: 'cx-north',
  name: '澄溪化工北厂',
  enterprise: 'chengxi-chem',
  hazard: 'hazchem',
  area: '999901000000',
  gateways: [
    { id: 'cx-gw-1', name: '液氯库房采集站' },
    { id: 'cx-gw-2', name: '罐区采集站' },
  ],
  sensors: [
    sensor({ id: 'cx-GT-101', tag: 'GT-101', name: '库房东侧', quantity: 'chlorine', unit: 'ppm', gateway: 'cx-gw-1' }),
    sensor({
      id: 'cx-GT-102',
      tag: 'GT-102',
      name: '库房西侧',
      quantity: 'chlorine',
      unit: 'mg/m³',
      gateway: 'cx-gw-1',
      overrides: [
        {
          rule: 'story-chlorine',
          level: '一级',
          raise: { op: '>=', value: 1.5 },
          by: '设计单位',
          at: '2026-03-02',
          why: '设计值',
        },
      ],
    }),
    sensor({ id: 'cx-LT-201', tag: 'LT-201', name: '1 号罐', quantity: 'tank-level', unit: '%', gateway: 'cx-gw-2' }),
    sensor({ id: 'cx-XV-201', tag: 'XV-201', name: '1 号罐', quantity: 'valve-state', unit: '', gateway: 'cx-gw-2' }),
  ],
}

/** A mine: methane with delays, and a sensor that never speaks. */
export const mine: SiteConfig = {
  id: 'qilichong',
  name: '七里冲煤矿',
  enterprise: 'qilichong-coal',
  hazard: 'coal',
  area: '999903000000',
  gateways: [{ id: 'qlc-gw-1', name: '井下分站' }],
  sensors: [
    sensor({
      id: 'qlc-T1',
      tag: 'T1',
      name: '回风隅角',
      quantity: 'methane',
      unit: '%',
      location: 'return-corner',
      gateway: 'qlc-gw-1',
    }),
    sensor({ id: 'qlc-T2', tag: 'T2', name: '回风流', quantity: 'methane', unit: '%', gateway: 'qlc-gw-1' }),
  ],
}

/** After the change: one detector is gone, another has other limits. */
export const changedPlant: SiteConfig = {
  ...plant,
  sensors: plant.sensors
    .filter(({ id }) => id !== 'cx-XV-201' && id !== 'cx-LT-201')
    .map((each) => (each.id === 'cx-GT-102' ? { ...each, overrides: [] } : each)),
}

export const rules: readonly Rule[] = [
  {
    id: 'story-chlorine',
    title: '氯气浓度',
    kind: 'threshold',
    select: { hazard: 'hazchem', quantity: 'chlorine' },
    source: '故事',
    certainty: 'I',
    levels: [
      {
        name: '一级',
        severity: 'yellow',
        raise: { op: '>=', value: 1 },
        clear: { op: '<', value: 0.8 },
        onDelay: 0,
        offDelay: 0,
      },
      {
        name: '二级',
        severity: 'red',
        raise: { op: '>=', value: 2 },
        onDelay: 0,
        offDelay: 0,
        source: '故事',
        certainty: 'M',
      },
    ],
  },
  {
    id: 'story-level',
    title: '液位变化',
    kind: 'rate',
    select: { quantity: 'tank-level' },
    source: '故事',
    certainty: 'I',
    window: 60 * SECOND,
    per: 60 * SECOND,
    minSpan: 10 * SECOND,
    levels: [{ name: '快', severity: 'orange', raise: { op: '>=', value: 10 }, onDelay: 0, offDelay: 0 }],
  },
  {
    id: 'story-methane',
    title: '甲烷浓度',
    kind: 'threshold',
    select: { hazard: 'coal', quantity: 'methane' },
    source: '故事',
    certainty: 'I',
    levels: [
      {
        name: '报警',
        severity: 'yellow',
        raise: { op: '>=', value: 1 },
        clear: { op: '<', value: 1 },
        onDelay: 0,
        offDelay: 0,
      },
      {
        name: '断电',
        severity: 'orange',
        raise: { op: '>=', value: 1.5 },
        clear: { op: '<', value: 1 },
        onDelay: 5 * SECOND,
        offDelay: 5 * SECOND,
      },
    ],
  },
  {
    id: 'story-methane-corner',
    title: '隅角甲烷浓度',
    kind: 'threshold',
    select: { hazard: 'coal', quantity: 'methane', locations: ['return-corner'] },
    source: '故事',
    certainty: 'I',
    replaces: ['story-methane'],
    levels: [{ name: '报警', severity: 'blue', raise: { op: '>=', value: 1 }, onDelay: 0, offDelay: 0 }],
    perSensor: [
      {
        name: '设计值',
        severity: 'red',
        op: '>=',
        of: '设计上限',
        times: 0.9,
        plus: 0.1,
        fallback: 3,
        deadband: 0.2,
        onDelay: 0,
        offDelay: 0,
      },
    ],
  },
  {
    id: 'story-silence',
    title: '失联',
    kind: 'silence',
    select: {},
    source: '故事',
    certainty: 'I',
    intervals: 3,
    atLeast: 15 * SECOND,
  },
]
