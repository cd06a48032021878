/** Which alarms are broadcast, by themselves or after an approval, where, and through which platform. */

import type { TargetArea } from '../domain/broadcast.ts'
import type { AreaCode } from '../domain/ids.ts'
import type { Severity } from '../domain/severity.ts'
import type { BroadcastPolicyAction, BroadcastPolicyRule, LoudspeakerPlatform, Site } from '../domain/site.ts'

export interface PolicyAnswer {
  readonly warning: BroadcastPolicyAction
  readonly allClear: 'automatic' | 'approval'
}

/** The first rule that matches; without one everything needs an approval; an alarm without a colour is not broadcast. */
export function policyFor(
  policy: readonly BroadcastPolicyRule[],
  site: Pick<Site, 'id' | 'hazard'>,
  severity: Severity | null,
): PolicyAnswer {
  if (severity === null) return { warning: 'none', allClear: 'approval' }
  const rule = policy.find(
    (candidate) =>
      (candidate.site === undefined || candidate.site === site.id) &&
      (candidate.hazard === undefined || candidate.hazard === site.hazard) &&
      candidate.severities.includes(severity),
  )
  return rule ? { warning: rule.warning, allClear: rule.allClear } : { warning: 'approval', allClear: 'approval' }
}

/** The villages at risk of the site whose loudspeakers the platform drives, nearest first. */
export function targetsOf(
  platform: Pick<LoudspeakerPlatform, 'areas'>,
  site: Pick<Site, 'villages'>,
): readonly TargetArea[] {
  return site.villages
    .filter(({ area }) => serves(platform, area))
    .toSorted((a, b) => a.distanceKm - b.distanceKm)
    .map(({ area, name, people, terminals }) => ({ area, name, people, terminals }))
}

/** The platforms that drive loudspeakers in any of the site's villages: a `request` goes to each of them. */
export function platformsOf(
  platforms: readonly LoudspeakerPlatform[],
  site: Pick<Site, 'villages'>,
): readonly LoudspeakerPlatform[] {
  return platforms.filter((platform) => site.villages.some(({ area }) => serves(platform, area)))
}

function serves(platform: Pick<LoudspeakerPlatform, 'areas'>, area: AreaCode): boolean {
  return platform.areas.some((prefix) => area.startsWith(prefix))
}
