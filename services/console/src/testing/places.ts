// Decides the site and the sensor that the tests of the console speak of.

import type { SensorInfo, SiteInfo } from '@tocsin/core/domain/feed.ts'

const limit = {
  rule: 'gas',
  ruleTitle: '有毒气体',
  clear: null,
  onDelay: 0,
  offDelay: 0,
  source: 's',
  certainty: 'S',
  override: null,
} as const

export const sampleSensor: SensorInfo = {
  id: 'GT-101',
  tag: 'GT-101',
  name: '氯气 东侧',
  quantity: 'chlorine',
  unit: 'mg/m³',
  decimals: 1,
  location: '库区',
  group: 'g1',
  gateway: 'gw1',
  interval: 1000,
  range: [0, 10],
  limits: [
    { ...limit, level: '二级', severity: 'red', op: '>=', value: 3 },
    { ...limit, level: '一级', severity: 'orange', op: '>=', value: 2 },
  ],
}

export const sampleSite: SiteInfo = {
  id: 'cx',
  name: '澄溪化工北厂',
  hazard: 'hazchem',
  area: '999901000000',
  areaName: '澄溪区',
  enterprise: 'e1',
  enterpriseName: '澄溪化工',
  people: null,
  groups: [{ id: 'g1', name: '液氯库房' }],
  villages: [{ area: '999901101201', name: '柳树湾村', people: 1206, distanceKm: 0.8, terminals: 5, contacts: [] }],
  contacts: [],
  guidance: [],
  gateways: [{ id: 'gw1', name: '1# 分站' }],
  sensors: [sampleSensor],
}
