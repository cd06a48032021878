/** How config's tests make folders with real files in them. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A folder of its own with these files, gone after the test. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-config-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

/** The text with one piece of it replaced; throws where the piece is not in it exactly once. */
export function changed(text: string, piece: string, by: string): string {
  const parts = text.split(piece)
  if (parts.length !== 2) throw new RangeError(`"${piece}" stands ${parts.length - 1} times in the text`)
  return parts.join(by)
}

/** A rule file with a rule of each kind. */
export const goodRules = `rules:
  - id: gas
    title: 氯气
    kind: threshold
    select: { hazard: hazchem, quantity: chlorine }
    unit: ppm
    source: 试
    certainty: I
    levels:
      - { name: 一级, severity: yellow, raise: ≥ 1, clear: < 0.8 }
      - { name: 二级, severity: orange, raise: ≥ 2, onDelay: 5s }
  - id: gas-store
    title: 库房氯气
    kind: threshold
    select: { hazard: hazchem, quantity: chlorine, locations: [store] }
    source: 试
    certainty: I
    replaces: [gas]
    levels:
      - { name: 一级, severity: yellow, raise: ≥ 1 }
  - id: pool
    title: 库水位
    kind: threshold
    select: { hazard: tailings, quantity: pool-level }
    unit: m
    source: 试
    certainty: I
    levels:
      - { name: 控制水位, severity: orange, perSensor: { op: ≥ }, deadband: 0.02 }
      - { name: 预警, severity: yellow, perSensor: { op: ≥, of: 控制水位, plus: -0.3 } }
  - id: displacement
    title: 位移速率
    kind: rate
    select: { hazard: tailings, quantity: surface-displacement }
    unit: cm
    source: 试
    certainty: I
    window: 24h
    per: 24h
    minSpan: 12h
    levels:
      - { name: 快, severity: blue, raise: ≥ 0.2 }
  - id: silent
    title: 失联
    kind: silence
    select: {}
    source: 试
    certainty: I
    intervals: 3
    atLeast: 60s
`

/** A registry of two sites in one file. */
export const goodRegistry = `areas:
  - { code: '999901000000', name: 澄溪区 }
  - { code: '999901101201', name: 柳树湾村 }
enterprises:
  - { id: chem, name: 化工, area: '999901000000' }
  - { id: mine, name: 矿业, area: '999901000000' }
sites:
  - id: plant
    name: 北厂
    enterprise: chem
    hazard: hazchem
    area: '999901000000'
    gateways: [{ id: gw-1, name: 采集站 }]
    groups: [{ id: store, name: 库房 }]
    villages:
      - { area: '999901101201', name: 柳树湾村, people: 1206, distanceKm: 0.9, terminals: 12 }
    eventType: 12D02
    eventName: 氯气泄漏
    sensors:
      - id: GT-1
        tag: GT-101
        name: 东侧
        quantity: chlorine
        unit: ppm
        range: [0, 10]
        location: store
        group: store
        interval: 2s
        gateway: gw-1
      - id: GT-2
        tag: GT-102
        name: 西侧
        quantity: chlorine
        range: [0, 30]
        interval: 2000
        gateway: gw-1
        overrides:
          - { rule: gas, level: 一级, raise: ≥ 0.5, unit: ppm, by: 设计单位, at: 2026-03-02, why: 设计值 }
  - id: pond
    name: 大坪
    spokenName: 大坪尾矿库
    enterprise: mine
    hazard: tailings
    area: '999901000000'
    people: null
    gateways: [{ id: gw-2, name: 坝上 }]
    eventType: 12B04
    eventName: 尾矿库险情
    sensors:
      - id: SW-1
        tag: SW-1
        name: 水尺
        quantity: pool-level
        unit: cm
        range: [40000, 42000]
        interval: 10s
        gateway: gw-2
        overrides:
          - { rule: pool, level: 控制水位, raise: ≥ 41300, by: 设计单位, at: 2026-03-02, why: 设计值 }
platforms:
  - id: city
    name: 平台
    url: http://127.0.0.1:18180/eb
    sourceEbrId: '39999000000000103010101'
    platformEbrId: '39999000000000314010101'
    senderName: 应急局
    senderCode: '39999000000000001010101'
    areas: ['9999']
policy:
  - { site: pond, severities: [red], warning: automatic }
`
