/** What intake needs to know of the registry, indexed: whose a site is, and which sensor a tag means. */

import type { EnterpriseId, GatewayId, SensorId, SiteId } from '@tocsin/core/domain/ids.ts'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import { quantityOf } from '@tocsin/core/domain/quantity.ts'
import type { SiteConfig } from '@tocsin/core/domain/site.ts'
import { conversion, type Conversion } from '@tocsin/core/domain/units.ts'

export interface SensorView {
  readonly id: SensorId
  /** From the sensor gateway's unit to the quantity's canonical one. */
  readonly conversion: Conversion
  /** Its values are integers: valve, fan, feed. */
  readonly state: boolean
}

export interface SiteView {
  readonly id: SiteId
  readonly enterprise: EnterpriseId
  readonly byTag: ReadonlyMap<string, SensorView>
}

/** One version of the registry; a change gives another view, so that no message sees half of each. */
export interface RegistryView {
  findSite(id: SiteId): SiteView | undefined
  /** The enterprise's sites that the sensor gateway serves; none: it is not registered there. */
  sitesOf(enterprise: EnterpriseId, gateway: GatewayId): readonly SiteId[]
}

/** @throws TocsinError `registry-invalid` when a sensor's unit does not convert: the registry's check refuses that first */
export function registryView(sites: readonly SiteConfig[]): RegistryView {
  const byId = new Map<SiteId, SiteView>()
  const served = new Map<string, SiteId[]>()
  for (const site of sites) {
    byId.set(site.id, { id: site.id, enterprise: site.enterprise, byTag: sensorsByTag(site) })
    for (const gateway of site.gateways) {
      const key = servedKey(site.enterprise, gateway.id)
      served.set(key, [...(served.get(key) ?? []), site.id])
    }
  }
  return {
    findSite: (id) => byId.get(id),
    sitesOf: (enterprise, gateway) => served.get(servedKey(enterprise, gateway)) ?? [],
  }
}

/** Ids hold no slash. */
function servedKey(enterprise: EnterpriseId, gateway: GatewayId): string {
  return `${enterprise}/${gateway}`
}

function sensorsByTag(site: SiteConfig): ReadonlyMap<string, SensorView> {
  return new Map(
    site.sensors.map((sensor): [string, SensorView] => {
      const converted = conversion(sensor.quantity, sensor.unit)
      if (!converted.ok) {
        const message = `sensor ${sensor.id} of site ${site.id}: ${sensor.unit} does not convert, ${converted.error.join(', ')} do`
        throw new TocsinError('registry-invalid', message)
      }
      const state = quantityOf(sensor.quantity).worse === 'state'
      return [sensor.tag, { id: sensor.id, conversion: converted.value, state }]
    }),
  )
}
