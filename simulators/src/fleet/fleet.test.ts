import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Heard, startBroker, type TestBroker } from '../testing/broker.ts'
import { siteOf, smallSecrets, smallSites } from '../testing/small-registry.ts'
import { type Fleet, type FleetOptions, startFleet } from './fleet.ts'
import { calm } from './plan.ts'
import { createSensorGateway } from './sensor-gateway.ts'
import { createStage } from './stage.ts'

let broker: TestBroker
let fleets: Fleet[]

beforeEach(async () => {
  broker = await startBroker()
  fleets = []
})

afterEach(async () => {
  for (const fleet of fleets) await fleet.stop({ crash: true })
  await broker.stop()
})

function start(options: Partial<FleetOptions> = {}): Fleet {
  const registry = { sites: smallSites }
  const fleet = startFleet({ registry, secrets: smallSecrets, url: broker.url, seed: 1, plan: calm, ...options })
  fleets.push(fleet)
  return fleet
}

const one = { registry: { sites: [siteOf('mine')] } }

function scans(heard: readonly Heard[], site: string): Heard[] {
  return heard.filter(({ topic }) => topic === `tocsin/v1/${site}-co/${site}/readings`)
}

function states(heard: readonly Heard[], site: string): Heard['state'][] {
  return heard.filter(({ topic }) => topic === `tocsin/v1/${site}-co/status/${site}-gw`).map(({ state }) => state)
}

test('each sensor gateway logs in with its enterprise and secret, says online and sends the whole scan of its site', async () => {
  start()
  const heard = await broker.until((all) => smallSites.every(({ id }) => scans(all, id).length >= 2))
  expect(broker.logins.toSorted()).toEqual([
    'mine-gw mine-co secret of mine-co',
    'north-gw north-co secret of north-co',
    'pond-gw pond-co secret of pond-co',
  ])
  for (const site of smallSites) {
    expect(states(heard, site.id)).toEqual(['online'])
    const [first, second] = scans(heard, site.id)
    expect(first?.client).toBe(`${site.id}-gw`)
    expect(first?.scan).toMatchObject({ seq: 0, batch: true, rejections: [] })
    expect(first?.scan?.boot).toMatch(/^[0-9a-f]{4}$/)
    expect(first?.scan?.readings.map((reading) => reading?.tag)).toEqual(site.sensors.map(({ tag }) => tag))
    expect(second?.scan).toMatchObject({ seq: 1, boot: first?.scan?.boot })
  }
  // 0.68 MPa of liquid chlorine and ppm of its gas: values go out in the sensor's own unit.
  const north = new Map(scans(heard, 'north')[0]?.scan?.readings.map((reading) => [reading?.tag, reading?.value]))
  expect(north.get('PT-2')).toBeGreaterThan(0.5)
  expect(north.get('PT-2')).toBeLessThan(0.8)
  expect(north.get('GT-101')).toBeLessThan(0.034)
})

test('a stop says offline once everything is acknowledged, and takes less than 2 s', async () => {
  const fleet = start(one)
  await broker.until((all) => scans(all, 'mine').length >= 1)
  const before = performance.now()
  await fleet.stop()
  expect(performance.now() - before).toBeLessThan(2000)
  expect(states(broker.heard, 'mine')).toEqual(['online', 'offline'])
  expect(fleet.stats()).toMatchObject({ connected: 0, waiting: 0, inFlight: 0 })
})

test('a stop while nothing is acknowledged takes less than 2 s too', async () => {
  broker.hold()
  const fleet = start()
  await broker.until((all) => smallSites.every(({ id }) => scans(all, id).length >= 1))
  const before = performance.now()
  await fleet.stop()
  expect(performance.now() - before).toBeLessThan(2000)
})

test('a crash says nothing itself: the broker publishes the last will', async () => {
  const fleet = start(one)
  await broker.until((all) => scans(all, 'mine').length >= 1)
  await fleet.stop({ crash: true })
  const heard = await broker.until((all) => states(all, 'mine').includes('offline'))
  expect(heard.findLast(({ topic }) => topic.includes('/status/'))?.state).toBe('offline')
})

test('what had no PUBACK when the connection broke is sent again, then the backlog, nothing lost, window kept', async () => {
  broker.hold()
  const fleet = start({ ...one, window: 3, rate: { messages: 200 } })
  await broker.until((all) => scans(all, 'mine').length >= 1)
  await broker.shut()
  expect(fleet.stats()).toMatchObject({ messages: 0 })
  await broker.listen()
  broker.release()
  await broker.until((all) => scans(all, 'mine').length >= 200)
  expect(fleet.stats().inFlight).toBeLessThanOrEqual(3)
  const again = broker.heard.findLastIndex(({ state }) => state === 'online')
  const numbers = scans(broker.heard.slice(again), 'mine').map(({ scan }) => scan?.seq)
  expect(numbers).toEqual(numbers.map((_, index) => index))
  expect(states(broker.heard, 'mine').filter((state) => state === 'online')).toHaveLength(2)
})

test('a gateway drop: the will is published', async () => {
  const fleet = start({ ...one, rate: { messages: 50, batch: 1 } })
  await broker.until((all) => scans(all, 'mine').length >= 5)
  const script = fleet.play({ scenario: 'gateway-drop' })
  expect(script?.drops).toMatchObject([{ gateway: 'mine-gw', from: 0, until: 100_000, shuffled: 5 }])
  await broker.until((all) => states(all, 'mine').includes('offline'))
})

test('after a drop every message kept comes in order, but for the last ones', async () => {
  const site = siteOf('mine')
  const feed = { site, sensors: site.sensors.slice(0, 1) }
  const gateway = createSensorGateway({
    id: 'mine-gw',
    enterprise: 'mine-co',
    feeds: [feed],
    secret: 'x',
    url: broker.url,
    seed: 1,
    stage: createStage([site], 1),
    now: Date.now,
    log: pino({ level: 'silent' }),
    capacity: 100,
    window: 4,
    onAcknowledged: () => {},
    onError: () => {},
  })
  gateway.start(false)
  await broker.until((all) => states(all, 'mine').includes('online'))
  gateway.drop()
  await broker.until((all) => states(all, 'mine').includes('offline'))
  for (let count = 0; count < 20; count += 1) gateway.publish(feed, feed.sensors)
  expect(gateway.state()).toEqual({ up: false, waiting: 20, inFlight: 0, overflowed: 0 })
  gateway.restore(5)
  const heard = await broker.until((all) => scans(all, 'mine').length === 20)
  gateway.crash()
  const numbers = scans(heard, 'mine').map(({ scan }) => scan?.seq ?? -1)
  const inOrder = Array.from({ length: 20 }, (_, index) => index)
  expect(numbers.slice(0, 15)).toEqual(inOrder.slice(0, 15))
  expect(numbers).not.toEqual(inOrder)
  expect(numbers.toSorted((a, b) => a - b)).toEqual(inOrder)
  const times = scans(heard, 'mine').map(({ scan }) => scan?.readings[0]?.t)
  expect(new Set(times).size).toBe(20)
})

test('a scenario shows at once, and more often than the sensor is usually read', async () => {
  const site = siteOf('pond')
  const slow = { ...site, sensors: site.sensors.map((sensor) => ({ ...sensor, interval: 600_000 })) }
  const fleet = start({ registry: { sites: [slow] } })
  await broker.until((all) => scans(all, 'pond').length >= 1)
  expect(fleet.play({ scenario: 'storm' })?.site).toBe('pond')
  const heard = await broker.until((all) => scans(all, 'pond').length >= 4)
  const levels = scans(heard, 'pond').flatMap(
    ({ scan }) => scan?.readings.filter((reading) => reading?.tag === 'WL-1') ?? [],
  )
  expect(levels.length).toBeGreaterThanOrEqual(3)
  expect(levels.at(-1)?.value).toBeGreaterThan(levels[0]?.value ?? Number.NaN)
})

test('what is said on the error topic is logged as a warning and counted', async () => {
  const lines: string[] = []
  const into = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const fleet = start({ ...one, log: pino({ level: 'warn' }, into) })
  await broker.until((all) => scans(all, 'mine').length >= 2)
  const topic = 'tocsin/v1/mine-co/mine/readings'
  const rejections = [{ code: 'unknown-sensor', field: 'readings[0].tag', detail: 'MM-9' }]
  const error = { v: 1, received: 1, topic, boot: 'b7f3', seq: 7, rejections }
  broker.say('tocsin/v1/mine-co/errors/mine-gw', JSON.stringify(error))
  broker.say('tocsin/v1/mine-co/errors/mine-gw', '{')
  await broker.until(() => fleet.stats().rejected === 2)
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { level: 40, msg: 'rejected', gateway: 'mine-gw', topic, seq: 7, rejections },
    { level: 40, msg: 'rejected', gateway: 'mine-gw', text: '{' },
  ])
})

test('a rate is kept over the whole fleet, and PUBACKs are timed', async () => {
  const fleet = start({ rate: { messages: 400, batch: 2 } })
  const from = performance.now()
  await broker.until((all) => all.filter(({ topic }) => topic.endsWith('/readings')).length >= 800)
  const took = performance.now() - from
  expect(took).toBeGreaterThan(1000)
  expect(took).toBeLessThan(6000)
  await fleet.stop()
  const stats = fleet.stats()
  expect(stats.readings).toBeGreaterThan(stats.messages)
  expect(stats.p50).toBeGreaterThan(0)
  expect(stats.p99).toBeGreaterThanOrEqual(stats.p50 ?? 0)
})

test('an enterprise without a secret is a wrong setting', () => {
  expect(() => start({ secrets: new Map() })).toThrow(/no secret for the enterprise/)
})
