/** A sensor gateway whose login would not be let in any more is cut off from the running system within seconds (P10). */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeCredential, setEnterprise } from '@tocsin/config/credentials.ts'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterEach, expect, test } from 'vitest'
import { SECRET, System } from '../support/system.ts'
import { bad, enterprises, steady, writeTwoEnterprises } from './two-enterprises.ts'

const NEW_SECRET = 'quite-another-battery-staple'
const WITHIN = 5_000

let system: System | null = null
let folder = ''
afterEach(async () => {
  await system?.dispose()
  rmSync(folder, { recursive: true, force: true })
})

test('its secret changed, its enterprise without one, itself out of the registry: closed, and its neighbour stays', async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-revoke-'))
  const running = await System.create({ registry: writeTwoEnterprises(join(folder, 'registry')), enterprises })
  system = running
  await running.start()
  const neighbour = await steady(running.mqtt)
  const connect = (password: string): Promise<MqttClient> =>
    connectAsync(running.mqtt, { clientId: bad.gateway, username: bad.enterprise, password, reconnectPeriod: 0 })
  /** ms from the change to the end of the connection. */
  const cut = async (client: MqttClient, change: () => unknown): Promise<number> => {
    const closed = new Promise<void>((resolve) => client.once('close', resolve))
    await change()
    const begun = performance.now()
    await closed
    return performance.now() - begun
  }

  const first = await connect(SECRET)
  expect(await cut(first, () => setEnterprise(running.data, bad.enterprise, NEW_SECRET))).toBeLessThan(WITHIN)
  await expect(connect(SECRET)).rejects.toMatchObject({ code: 4 })

  const second = await connect(NEW_SECRET)
  expect(await cut(second, () => removeCredential(running.data, 'enterprises', bad.enterprise))).toBeLessThan(WITHIN)
  await expect(connect(NEW_SECRET)).rejects.toMatchObject({ code: 4 })

  await setEnterprise(running.data, bad.enterprise, SECRET)
  const third = await connect(SECRET)
  const file = join(running.registry, 'registry.yaml')
  const text = readFileSync(file, 'utf8')
  const without = text.replaceAll(bad.gateway, 'reckless-new-gw')
  expect(await cut(third, () => writeFileSync(file, without))).toBeLessThan(WITHIN)
  await expect(connect(SECRET)).rejects.toMatchObject({ code: 5 })

  const before = neighbour.acknowledged.size
  await expect.poll(() => neighbour.acknowledged.size).toBeGreaterThan(before)
  await neighbour.stop()
  expect(await running.stop()).toBe(0)
})
