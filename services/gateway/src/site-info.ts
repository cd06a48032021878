/** A site as the console needs it: names, people, villages, and each sensor with the limits in force at it. */

import type { SensorInfo, SiteInfo } from '@tocsin/core/domain/feed.ts'
import { quantityOf } from '@tocsin/core/domain/quantity.ts'
import type { RuleSet } from '@tocsin/core/domain/rule.ts'
import { severityRank } from '@tocsin/core/domain/severity.ts'
import type { Sensor, Site } from '@tocsin/core/domain/site.ts'
import type { InForce } from '@tocsin/core/ports/registry-source.ts'
import { type BoundRule, bindRules, overrideOf } from '@tocsin/core/rules/bind.ts'

type LimitInfo = SensorInfo['limits'][number]

/** What the registry and the rules in force say of the site. */
export function siteInfo(inForce: InForce, site: Site): SiteInfo {
  const { areas, enterprises } = inForce.registry
  return {
    id: site.id,
    name: site.name,
    hazard: site.hazard,
    area: site.area,
    areaName: areas.find(({ code }) => code === site.area)?.name ?? '',
    enterprise: site.enterprise,
    enterpriseName: enterprises.find(({ id }) => id === site.enterprise)?.name ?? '',
    people: site.people,
    groups: site.groups,
    villages: site.villages,
    contacts: site.contacts,
    guidance: site.guidance,
    gateways: site.gateways,
    sensors: site.sensors.map((sensor) => sensorInfo(inForce.rules, site, sensor)),
  }
}

function sensorInfo(rules: RuleSet, site: Site, sensor: Sensor): SensorInfo {
  const { unit, decimals } = quantityOf(sensor.quantity)
  const { id, tag, name, quantity, location, group, gateway, interval, range } = sensor
  const limits = bindRules(rules, site, sensor).flatMap((bound) => limitsOf(bound, rules, sensor))
  limits.sort((a, b) => severityRank(b.severity) - severityRank(a.severity))
  // limits and values are in the canonical unit, whatever the sensor gateway sends
  return { id, tag, name, quantity, unit, decimals, location, group, gateway, interval, range, limits }
}

/** Of threshold rules: a rate's limit stands in another unit than the values, and is no line beside them. */
function limitsOf({ rule }: BoundRule, rules: RuleSet, sensor: Sensor): LimitInfo[] {
  if (rule.kind !== 'threshold') return []
  const written = rules.rules.find((r) => r.rule.id === rule.id)?.rule ?? rule
  return rule.levels.map((level) => {
    const override = overrideOf(written, level.name, sensor)
    return {
      rule: rule.id,
      ruleTitle: rule.title,
      level: level.name,
      severity: level.severity,
      op: level.raise.op,
      value: level.raise.value,
      clear: level.clear ?? null,
      onDelay: level.onDelay,
      offDelay: level.offDelay,
      source: level.source ?? rule.source,
      certainty: level.certainty ?? rule.certainty,
      override: override ? { by: override.by, at: override.at, why: override.why } : null,
    }
  })
}
