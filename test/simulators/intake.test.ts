import { harness, until } from '@tocsin/ingest/harness.test-support.ts'
import { startFleet } from '@tocsin/simulators/fleet/fleet.ts'
import { calm } from '@tocsin/simulators/fleet/plan.ts'
import { parseRegistry } from '@tocsin/simulators/fleet/registry-json.ts'
import { expect, test } from 'vitest'
import { city, rules } from './city.ts'

test('the whole demo city, through the real intake: every sensor heard in its canonical unit, nothing rejected', async () => {
  const read = parseRegistry(JSON.stringify(city))
  if (!read.ok) throw new Error(read.error)
  const current = { registry: city, rules, version: '1' }
  const intake = await harness({
    registry: { current: () => current, onChange: () => () => undefined, close: () => undefined },
    credentials: {
      verifyEnterprise: async (enterprise, secret) => secret === `secret of ${enterprise}`,
      enterpriseSecretId: (enterprise) => enterprise,
    },
    clock: { wall: () => Date.now(), mono: () => performance.now() },
  })
  const secrets = new Map(city.enterprises.map(({ id }) => [id, `secret of ${id}`]))
  const gateways = city.sites.reduce((sum, site) => sum + site.gateways.length, 0)
  const url = `mqtt://127.0.0.1:${intake.ingest.port}`
  const fleet = startFleet({ registry: read.value, secrets, url, seed: 1, plan: calm })
  try {
    await until(() => fleet.stats().messages >= 2 * gateways)
    expect(fleet.stats()).toMatchObject({ connected: gateways, rejected: 0 })
    await fleet.stop()
    expect(await intake.rejected()).toEqual([])
    const log = await intake.siteLog()
    const values = new Map(
      log.flatMap((record) =>
        record.kind === 'readings' ? record.sensors.map((id, i) => [id, record.values[i]]) : [],
      ),
    )
    for (const { id, range } of city.sites.flatMap(({ sensors }) => sensors)) {
      // A hair for the digits of the sensor's own unit.
      expect(values.get(id), id).toBeGreaterThanOrEqual(range[0] - 1e-6)
      expect(values.get(id), id).toBeLessThanOrEqual(range[1] + 1e-6)
    }
    const links = log.flatMap((record) => (record.kind === 'link' ? [record.state] : []))
    expect(links.filter((state) => state === 'online')).toHaveLength(gateways)
    expect(links.filter((state) => state === 'offline')).toHaveLength(gateways)
  } finally {
    await fleet.stop({ crash: true })
    await intake.close()
  }
})
