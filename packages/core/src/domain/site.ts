/** What the registry says of a site and of what surrounds it. */

import type { Hazard } from './hazard.ts'
import type { AreaCode, EnterpriseId, GatewayId, Millis, RuleId, SensorId, SiteId } from './ids.ts'
import type { QuantityId } from './quantity.ts'
import type { Limit } from './limit.ts'
import type { Severity } from './severity.ts'

/** Another limit for one level of one rule at one sensor: the design value outranks the pack (hazards.md §0.1). */
export interface Override {
  readonly rule: RuleId
  /** A level of the rule, or a design value that levels of the rule follow from. */
  readonly level: string
  readonly raise: Limit
  readonly clear?: Limit
  readonly onDelay?: Millis
  readonly offDelay?: Millis
  readonly by: string
  readonly at: string
  readonly why: string
}

export interface Sensor {
  /** Survives renaming. */
  readonly id: SensorId
  /** 测点编号, the enterprise's own; unique in its site. */
  readonly tag: string
  readonly name: string
  readonly quantity: QuantityId
  /** The unit in which the sensor gateway sends; converted to the canonical one at intake. */
  readonly unit: string
  /** In the canonical unit. */
  readonly range: readonly [low: number, high: number]
  /** A word that rules select by, e.g. `return-corner`. */
  readonly location: string
  /** Which hazard unit of the site it stands in, '' for none. */
  readonly group: string
  readonly interval: Millis
  readonly gateway: GatewayId
  readonly overrides: readonly Override[]
}

/** A device at an enterprise that publishes readings; its secret is not here. */
export interface SensorGateway {
  readonly id: GatewayId
  readonly name: string
}

/** The part of the registry that the engine needs of one site; its canonical JSON is hashed (I4). */
export interface SiteConfig {
  readonly id: SiteId
  readonly name: string
  readonly enterprise: EnterpriseId
  readonly hazard: Hazard
  readonly area: AreaCode
  readonly gateways: readonly SensorGateway[]
  readonly sensors: readonly Sensor[]
}

export interface Contact {
  readonly role: string
  readonly name: string
  readonly phone: string
}

/** A village at risk of a site. */
export interface VillageAtRisk {
  readonly area: AreaCode
  readonly name: string
  readonly people: number
  readonly distanceKm: number
  /** How many loudspeaker terminals the village has. */
  readonly terminals: number
  readonly contacts: readonly Contact[]
}

export interface Area {
  readonly code: AreaCode
  readonly name: string
}

export interface Enterprise {
  readonly id: EnterpriseId
  readonly name: string
  readonly area: AreaCode
  readonly contacts: readonly Contact[]
}

/** Everything the registry says of a site: what the engine needs and what people need. */
export interface Site extends SiteConfig {
  /** How a loudspeaker speaks of the place. */
  readonly spokenName: string
  /** People underground or on the premises, null where unknown. */
  readonly people: number | null
  readonly groups: readonly { readonly id: string; readonly name: string }[]
  readonly villages: readonly VillageAtRisk[]
  readonly contacts: readonly Contact[]
  /** 处置指引, one step a line. */
  readonly guidance: readonly string[]
  /** What villagers must do, spoken; by severity where it differs. */
  readonly instruction: string
  /** 12D02 危化品泄漏 … broadcast.md §1.4. */
  readonly eventType: string
  /** Fall-back words for the spoken event, e.g. 氯气泄漏. */
  readonly eventName: string
}

/** automatic: sent at once; approval: an approver must say so; none: not broadcast. */
export type BroadcastPolicyAction = 'automatic' | 'approval' | 'none'

/** First match wins; without a match: approval. */
export interface BroadcastPolicyRule {
  readonly site?: SiteId
  readonly hazard?: Hazard
  readonly severities: readonly Severity[]
  readonly warning: BroadcastPolicyAction
  readonly allClear: 'automatic' | 'approval'
}

/** A loudspeaker platform of the 应急广播 system. */
export interface LoudspeakerPlatform {
  readonly id: string
  readonly name: string
  readonly url: string
  /** 23 digits (GD/J 080): ours as the source, theirs as the destination. */
  readonly sourceEbrId: string
  readonly platformEbrId: string
  readonly senderName: string
  /** 23 digits of the issuing unit. */
  readonly senderCode: string
  /** Areas whose terminals it drives: prefixes of area codes. */
  readonly areas: readonly string[]
  readonly dialect: 'gdj-2018'
  /** How long a warning plays unless it is cancelled, ms. */
  readonly duration: Millis
}

/** The whole registry, checked. */
export interface Registry {
  readonly areas: readonly Area[]
  readonly enterprises: readonly Enterprise[]
  readonly sites: readonly Site[]
  readonly platforms: readonly LoudspeakerPlatform[]
  readonly policy: readonly BroadcastPolicyRule[]
}
