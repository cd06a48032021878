/** A night in the demo's city, told by readings alone: an hour of history, some thirty alarms, a broadcast, what went silent. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setUser } from '@tocsin/config/credentials.ts'
import { loadRegistry } from '@tocsin/config/registry.ts'
import { loadRules } from '@tocsin/config/rules.ts'
import { hazards } from '@tocsin/core/domain/hazard.ts'
import type { Millis } from '@tocsin/core/domain/ids.ts'
import { quantityOf } from '@tocsin/core/domain/quantity.ts'
import { siteInfo } from '@tocsin/gateway/site-info.ts'
import { packPath } from '@tocsin/rulepacks/packs.ts'
import { type RunningPlatform, startPlatform } from '@tocsin/simulators/platform/platform.ts'
import { root, SECRET, System } from '../../support/system.ts'
import { connectGateway, type SensorGateway } from './sensor-gateway.ts'
import { usualValue } from './usual-value.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Sensor → as usual, before its first limit, at the end of the night; in the unit in which it sends. */
const STORY: Readonly<Record<string, readonly [usual: number, before: number, end: number]>> = {
  'cx-GT-101': [0.1, 0.92, 2.42],
  'cx-GT-102': [0.08, 0.7, 2.1],
  'cx-GT-104': [0.1, 0.4, 1.2],
  'qlc-1203-T0': [0.42, 0.76, 3.05],
  'qlc-1203-T1': [0.38, 0.7, 1.53],
  'qlc-1203-T4': [0.2, 0.34, 0.41],
  'qlc-YS-CO': [6, 18, 26],
  'dp-SW-1': [412.4, 412.46, 413.62],
  'dp-ZK-2': [4.3, 3.96, 3.28],
  'dp-ZK-3': [4.2, 4, 3.5],
  'dp-GT-1': [98, 93, 81],
  'dp-AQ-1': [1.02, 0.94, 0.88],
  'lys-ZHF-CH4': [0.4, 0.55, 0.62],
  'lys-2107-T1': [0.45, 0.7, 0.85],
  'lys-2109-T1': [0.4, 0.7, 1.02],
  'tp-1301-CO': [8, 20, 55],
  'mj-3105-T2': [0.5, 0.72, 0.82],
  'qn-OP-01': [0.1, 0.6, 1.1],
  'mt-NH-02': [4, 15, 24],
  'mt-NH-04': [5, 14, 22],
  'wx-AT-01': [20.9, 20.2, 19.2],
  'wx-GT-03': [3, 18, 27],
  'wx-V-201-P': [1.42, 1.57, 1.705],
  'bl-GT-02': [0.05, 0.6, 1.1],
  'shp-ZK-1': [4.8, 4.5, 4.3],
  'yt-AQ-1': [1, 0.94, 0.9],
}
/** Sensor → the value of a short peak: over by the end, and nobody has acknowledged it. */
const PEAKS: Readonly<Record<string, number>> = { 'tp-1302-T1': 1.02, 'lys-2109-T2': 0.95, 'hnt-ZK-1': 3.3 }
/** Sensor → how long ago it fell silent. */
const SILENT: Readonly<Record<string, Millis>> = { 'cx-GT-103': 18 * MINUTE, 'yt-ZK-5': 44 * MINUTE }
const OFFLINE = 'hnt-gw-2'
/** Village → loudspeakers that still play: one village is not reached, another only in part. */
const FAULTS = { '999904102207': 0, '999904102204': 2 }

export interface Night {
  readonly system: System
  readonly platform: RunningPlatform
  /** Everything as it usually is; an hour of history is there. */
  begin(): Promise<void>
  /** The alarms come, in `steps` steps of `every` ms; from then on the sensors keep saying what they said last. */
  unfold(steps: number, every: Millis): Promise<void>
  stop(): Promise<void>
}

interface Point {
  readonly gateway: SensorGateway
  readonly gatewayId: string
  readonly site: string
  readonly id: string
  readonly tag: string
  readonly usual: number
  readonly isState: boolean
  readonly interval: Millis
}

interface Reading {
  readonly t: Millis
  readonly value: number
}

/** The officer jia and the approver yi may log in. */
export async function startNight(): Promise<Night> {
  const rules = loadRules(hazards.map(packPath))
  const folder = join(root, 'registry/demo')
  const city = loadRegistry(folder, rules)
  const platform = await startPlatform({
    playSeconds: 15,
    rounds: 3,
    villages: city.sites.flatMap(({ villages }) => villages),
  })
  platform.control.tell({ faults: FAULTS })
  const system = await System.create({
    registry: folder,
    enterprises: city.enterprises.map(({ id }) => id),
    set: ['broadcast.pollMs=500ms'],
    console: true,
  })
  const file = join(system.registry, 'broadcast.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace(/url: \S+/, `url: ${platform.url}`))
  const everywhere = { areas: [], enterprises: [] }
  await setUser(system.data, { id: 'jia', name: '甲', role: 'officer', scope: everywhere }, SECRET)
  await setUser(system.data, { id: 'yi', name: '乙', role: 'approver', scope: everywhere }, SECRET)
  await system.start()

  const gateways = new Map<string, SensorGateway>()
  const points: Point[] = []
  for (const site of city.sites) {
    for (const { id: name } of site.gateways) {
      gateways.set(name, await connectGateway(system.mqtt, { enterprise: site.enterprise, gateway: name }))
    }
    const infos = new Map(siteInfo({ registry: city, rules, version: '' }, site).sensors.map((info) => [info.id, info]))
    for (const { id, tag, unit, quantity, interval, gateway: name } of site.sensors) {
      const [gateway, info] = [gateways.get(name), infos.get(id)]
      if (!gateway || !info) throw new Error(`${id} has no sensor gateway`)
      points.push({
        gateway,
        gatewayId: name,
        site: site.id,
        id,
        tag,
        interval,
        isState: quantityOf(quantity).worse === 'state',
        usual: STORY[id]?.[0] ?? usualValue(info, unit),
      })
    }
  }
  const now = new Map(points.map(({ id, usual }) => [id, usual]))
  let keeper: NodeJS.Timeout | undefined
  let isOffline = false

  const groups = Map.groupBy(points, ({ gateway }) => gateway)

  /** One message a sensor gateway, which has one site. */
  async function send(readingsOf: (point: Point) => readonly Reading[]): Promise<void> {
    const messages = [...groups].map(async ([gateway, own]) => {
      const readings = own.flatMap((point) => readingsOf(point).map((reading) => ({ tag: point.tag, ...reading })))
      const [first] = own
      if (first && readings.length > 0) await gateway.publish(first.site, readings)
    })
    await Promise.all(messages)
  }

  /** Each sensor that still speaks, now. */
  async function say(valueOf: (point: Point) => number): Promise<void> {
    const t = Date.now()
    const speaks = ({ id, gatewayId }: Point): boolean =>
      SILENT[id] === undefined && !(isOffline && gatewayId === OFFLINE)
    await send((point) => (speaks(point) ? [{ t, value: valueOf(point) }] : []))
  }

  return {
    system,
    platform,
    async begin() {
      const end = Date.now()
      await send((point) => {
        const span = STORY[point.id] || SILENT[point.id] ? HOUR : 2 * MINUTE
        // Closer than three intervals, or the curve has gaps.
        const step = 2.5 * point.interval
        const count = Math.floor((span - (SILENT[point.id] ?? 0)) / step)
        return Array.from({ length: count }, (_, i) => end - span + i * step).map((t) => ({
          t: Math.round(t),
          value: approach(point, (t - end) / HOUR),
        }))
      })
      await say((point) => approach(point, 0))
    },
    async unfold(steps, every) {
      for (let step = 1; step <= steps; step++) {
        await say((point) => {
          const value = valueAt(point, step / steps)
          now.set(point.id, value)
          return value
        })
        if (step === 1) await gateways.get(OFFLINE)?.status('online')
        await new Promise((resolve) => setTimeout(resolve, every))
      }
      isOffline = true
      await gateways.get(OFFLINE)?.status('offline')
      keeper = setInterval(() => void say((point) => now.get(point.id) ?? point.usual), 5 * SECOND)
    },
    async stop() {
      clearInterval(keeper)
      for (const gateway of gateways.values()) await gateway.end()
      await system.dispose()
      await platform.stop()
    },
  }
}

/** @param share of the story that has passed, 0 to 1; its last tenth stands still */
function valueAt(point: Point, share: number): number {
  const peak = PEAKS[point.id]
  if (peak !== undefined && share < 0.7) return peak
  const start = approach(point, 0)
  const end = STORY[point.id]?.[2]
  return end === undefined ? wave(point, Date.now()) : round(start + (end - start) * Math.min(1, share / 0.9))
}

/** Small and slow, another one at each sensor: no frozen value, no false alarm. A state stays what it is. */
function wave({ id, usual, isState }: Point, t: Millis): number {
  if (isState) return usual
  const phase = Array.from(id).reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0)
  const size = Math.abs(usual) > 100 ? 0.00002 : 0.01
  return round(usual * (1 + size * Math.sin(t / 97_000 + phase) + (size / 2) * Math.sin(t / 31_000 + 2 * phase)))
}

/** In the last twenty minutes the points of the story leave what is usual, and stay short of every limit. */
function approach(point: Point, hours: number): number {
  const quiet = wave(point, hours * HOUR)
  const [usual, before] = STORY[point.id] ?? [0, 0]
  const share = Math.max(0, (hours + 1 / 3) * 3)
  return round(quiet + (before - usual) * share ** 2)
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
