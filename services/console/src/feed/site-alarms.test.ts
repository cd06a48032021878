import { expect, test } from 'vitest'
import { sampleAlarm, sampleStart } from '../testing/samples.ts'
import { addCounts, allPinned, isSamePinned, orderSites, siteAlarms } from './site-alarms.ts'

const acknowledged = { severity: 'red', by: 'u1', at: sampleStart } as const
const oneUnit = (): string => ''

test('a site’s alarms stand by level, unacknowledged first, and the colourless last', () => {
  const site = siteAlarms(
    'cx',
    [
      sampleAlarm({ site: 'cx', sensor: 'a', severity: null }),
      sampleAlarm({ site: 'cx', sensor: 'b', severity: 'orange' }),
      sampleAlarm({ site: 'cx', sensor: 'c', severity: 'red', acknowledged }),
      sampleAlarm({ site: 'cx', sensor: 'd', severity: 'red' }),
      sampleAlarm({ site: 'cx', sensor: 'e', severity: 'yellow', active: false }),
    ],
    oneUnit,
  )
  expect(site.alarms.map(({ subject }) => subject.id)).toEqual(['d', 'c', 'b', 'e', 'a'])
  expect(site.counts.red).toEqual({ unacknowledged: 1, acknowledged: 1, returned: 0, stale: 0 })
  expect(site.counts.yellow.returned).toBe(1)
  expect(addCounts([site, site]).red.acknowledged).toBe(2)
})

test('sites stand by their worst alarm; an acknowledged red outranks an unacknowledged orange', () => {
  const sites = [
    siteAlarms('orange', [sampleAlarm({ site: 'orange', sensor: 'a', severity: 'orange' })], oneUnit),
    siteAlarms('calm', [], oneUnit),
    siteAlarms('seen', [sampleAlarm({ site: 'seen', sensor: 'a', acknowledged })], oneUnit),
    siteAlarms('new', [sampleAlarm({ site: 'new', sensor: 'a' })], oneUnit),
  ]
  expect(orderSites(sites).map(({ site }) => site)).toEqual(['new', 'seen', 'orange'])
})

test('the strip pins every red and the unacknowledged orange', () => {
  const site = siteAlarms(
    'cx',
    [
      sampleAlarm({ site: 'cx', sensor: 'a', acknowledged }),
      sampleAlarm({ site: 'cx', sensor: 'b', severity: 'orange' }),
      sampleAlarm({
        site: 'cx',
        sensor: 'c',
        severity: 'orange',
        acknowledged: { ...acknowledged, severity: 'orange' },
      }),
      sampleAlarm({ site: 'cx', sensor: 'd', severity: 'yellow' }),
    ],
    oneUnit,
  )
  const all = allPinned([site, site], 3)
  expect(all.worst.map(({ subject }) => subject.id)).toEqual(['a', 'a', 'b'])
  expect({ red: all.red, orange: all.orange }).toEqual({ red: 2, orange: 2 })
  expect(all.waitingReds.size).toBe(0)
  expect(isSamePinned(site, siteAlarms('cx', site.alarms, oneUnit))).toBe(true)
  expect(isSamePinned(undefined, site)).toBe(false)
})

test('the first of a burst in one unit is marked, a lone alarm is not', () => {
  const at = (sensor: string, minutes: number) =>
    sampleAlarm({ site: 'cx', sensor, onset: sampleStart + minutes * 60_000 })
  const site = siteAlarms('cx', [at('late', 3), at('first', 0), at('lone', 60)], oneUnit)
  const names = [...site.firstOuts].map((id) => id.split('/')[1])
  expect(names).toEqual(['sensor:first'])
})
