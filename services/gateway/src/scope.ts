/** Which sites a session may see: the one function that every read, feed and command passes (P10). */

import type { Scope } from '@tocsin/core/domain/feed.ts'
import { TOCSIN_SITE, type AreaCode, type EnterpriseId, type SiteId } from '@tocsin/core/domain/ids.ts'
import type { Registry } from '@tocsin/core/domain/site.ts'
import type { RegistrySource } from '@tocsin/core/ports/registry-source.ts'

interface Place {
  readonly area: AreaCode
  readonly enterprise: EnterpriseId
}

export type Visible = (scope: Scope, site: SiteId) => boolean

/**
 * Whether the scope holds the site. The pseudo-site is everyone's: who cannot trust the screen must know. A site that
 * the registry no longer has is seen only without a narrowed scope.
 */
export function createVisible(source: RegistrySource): Visible {
  let { registry } = source.current()
  let places = placesOf(registry)
  return (scope, site) => {
    if (site === TOCSIN_SITE || isUnscoped(scope)) return true
    if (source.current().registry !== registry) {
      registry = source.current().registry
      places = placesOf(registry)
    }
    const place = places.get(site)
    return place !== undefined && holds(scope, place)
  }
}

/** Without areas and enterprises: sees everything. */
export function isUnscoped(scope: Scope): boolean {
  return scope.areas.length === 0 && scope.enterprises.length === 0
}

/** Whether a scope holds other sites in one registry than in the other; the one without a narrowed scope sees all in both. */
export function seesOtherSites(scope: Scope, before: Registry, after: Registry): boolean {
  if (isUnscoped(scope)) return false
  const held = sitesOf(scope, before)
  const holdsNow = sitesOf(scope, after)
  return held.size !== holdsNow.size || [...held].some((site) => !holdsNow.has(site))
}

function sitesOf(scope: Scope, registry: Registry): ReadonlySet<SiteId> {
  return new Set(registry.sites.filter((site) => holds(scope, site)).map(({ id }) => id))
}

/** Sessions of one key see the same. */
export function scopeKey(scope: Scope): string {
  return JSON.stringify([scope.areas.toSorted(), scope.enterprises.toSorted()])
}

function placesOf(registry: Registry): ReadonlyMap<SiteId, Place> {
  return new Map(registry.sites.map(({ id, area, enterprise }) => [id, { area, enterprise }]))
}

function holds(scope: Scope, place: Place): boolean {
  if (scope.enterprises.length > 0 && !scope.enterprises.includes(place.enterprise)) return false
  return scope.areas.length === 0 || scope.areas.some((area) => place.area.startsWith(areaPrefix(area)))
}

/**
 * The digits that an area's own parts share: GB/T 2260 has two each for province, city and county, GB/T 10114 three each
 * for town and village, and a superior area fills the lower places with zeros.
 */
export function areaPrefix(code: AreaCode): string {
  if (code.length !== 12) return code
  const ends = [12, 9, 6, 4, 2]
  const end = ends.find((length, i) => !/^0+$/.test(code.slice(ends[i + 1] ?? 0, length)))
  return code.slice(0, end ?? 12)
}
