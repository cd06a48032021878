// P10: a sensor gateway that would not be let in any more does not stay, and nobody else is disturbed.

import type { MqttClient } from 'mqtt'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { batch, type Harness, harness, NORTH, reading, sites, until } from './harness.test-support.ts'

let h: Harness
let client: MqttClient
let bystander: MqttClient
beforeEach(async () => {
  h = await harness()
  client = await h.connect('cx-gw-1')
  bystander = await h.connect('dp-gw-1')
})
afterEach(() => h.close())

async function causes(): Promise<string[]> {
  const records = await h.siteLog()
  return records.flatMap((record) =>
    record.kind === 'link' && record.state === 'offline' ? [`${record.site} ${record.gateway} ${record.cause}`] : [],
  )
}

/** The client's connection ends within the seconds given, and the other one serves on. */
async function closes(seconds: number): Promise<void> {
  const closed = new Promise<void>((resolve) => client.once('close', resolve))
  for (let i = 0; i < seconds; i++) h.second()
  await closed
  expect(bystander.connected).toBe(true)
  await bystander.publishAsync('tocsin/v1/dp-mine/dp-pond/readings', batch([reading('GT-101')]), { qos: 1 })
}

test('a sensor gateway that was removed from the registry: closed, told as such, and not let in again', async () => {
  await client.publishAsync(NORTH, batch([reading('GT-101')]), { qos: 1 })
  h.swap(sites.map((site) => ({ ...site, gateways: site.gateways.filter(({ id }) => id !== 'cx-gw-1') })))
  await closes(2)
  await until(async () => (await causes()).length === 2)
  expect(await causes()).toEqual(['cx-north cx-gw-1 revoked', 'cx-south cx-gw-1 revoked'])
  await expect(h.connect('cx-gw-1')).rejects.toMatchObject({ code: 5 })
  expect(h.ingest.metrics()).toMatchObject({ connections: 1, blinds: 0 })
})

test('one that now belongs to another enterprise', async () => {
  h.swap(sites.map((site) => ({ ...site, enterprise: site.enterprise === 'cx-chem' ? 'zj-chem' : site.enterprise })))
  await closes(2)
  await expect(h.connect('cx-gw-1')).rejects.toMatchObject({ code: 5 })
})

test.each([
  ['changed', 'another secret', 4],
  ['removed', null, 4],
] as const)("the enterprise's secret was %s: the old one no longer serves", async (_what, secret, code) => {
  h.setSecret('cx-chem', secret)
  await closes(2)
  await expect(h.connect('cx-gw-1', { password: 'cx-secret' })).rejects.toMatchObject({ code })
  if (secret !== null) expect((await h.connect('cx-gw-1')).connected).toBe(true)
})

test('what is gone for one look only, as a file that is being written, closes nothing', async () => {
  h.setSecret('cx-chem', null)
  h.second()
  h.setSecret('cx-chem', 'cx-secret')
  h.second()
  h.setSecret('cx-chem', null)
  h.second()
  h.setSecret('cx-chem', 'cx-secret')
  h.second()
  await client.publishAsync(NORTH, batch([reading('GT-101')]), { qos: 1 })
  expect(client.connected).toBe(true)
})
