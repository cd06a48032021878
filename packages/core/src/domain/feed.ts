/** What the officers' gateway tells the console over the WebSocket, and what the console may ask over HTTP. */

import type { AlarmEvent } from './alarm-event.ts'
import type { AlarmView } from './alarm-view.ts'
import type { MessageId, MessageView } from './broadcast.ts'
import type { AlarmId, AreaCode, EnterpriseId, GatewayId, Millis, SensorId, SiteId } from './ids.ts'
import type { QuantityId } from './quantity.ts'
import type { Quality } from './reading.ts'
import type { Contact, VillageAtRisk } from './site.ts'
import type { Hazard } from './hazard.ts'
import type { Severity } from './severity.ts'

export type Role = 'viewer' | 'officer' | 'approver' | 'administrator'

/** Which sites a session may see; empty lists do not narrow. */
export interface Scope {
  readonly areas: readonly AreaCode[]
  readonly enterprises: readonly EnterpriseId[]
}

export interface Session {
  readonly user: string
  readonly name: string
  readonly role: Role
  readonly scope: Scope
}

/** A site as the console needs it, without what is secret. */
export interface SiteInfo {
  readonly id: SiteId
  readonly name: string
  readonly hazard: Hazard
  readonly area: AreaCode
  readonly areaName: string
  readonly enterprise: EnterpriseId
  readonly enterpriseName: string
  readonly people: number | null
  readonly groups: readonly { readonly id: string; readonly name: string }[]
  readonly villages: readonly VillageAtRisk[]
  readonly contacts: readonly Contact[]
  readonly guidance: readonly string[]
  readonly gateways: readonly { readonly id: GatewayId; readonly name: string }[]
  readonly sensors: readonly SensorInfo[]
}

export interface SensorInfo {
  readonly id: SensorId
  readonly tag: string
  readonly name: string
  readonly quantity: QuantityId
  readonly unit: string
  readonly decimals: number
  readonly location: string
  readonly group: string
  readonly gateway: GatewayId
  readonly interval: Millis
  readonly range: readonly [number, number]
  /** Of the threshold rules in force at this sensor: overrides applied, graver first. */
  readonly limits: readonly {
    readonly rule: string
    readonly ruleTitle: string
    readonly level: string
    readonly severity: Severity
    readonly op: '>=' | '>' | '<=' | '<'
    readonly value: number
    readonly clear: { readonly op: '>=' | '>' | '<=' | '<'; readonly value: number } | null
    readonly onDelay: Millis
    readonly offDelay: Millis
    readonly source: string
    readonly certainty: 'S' | 'M' | 'I'
    readonly override: { readonly by: string; readonly at: string; readonly why: string } | null
  }[]
}

/** Newest value of a sensor. */
export interface LatestValue {
  readonly site: SiteId
  readonly sensor: SensorId
  readonly t: Millis
  readonly value: number
  readonly quality: Quality
  /** The gateway's wall clock at receipt by intake. */
  readonly received: Millis
}

/** What the top bar shows. */
export interface SystemState {
  /** Engine clock of the oldest partition's newest progress mark (F1); null before the first. */
  readonly engineNow: Millis | null
  /** Sensors without data: open alarms without a colour, sensors behind an offline sensor gateway counted once each. */
  readonly blindSensors: number
  readonly blindSites: number
  readonly sensors: number
  /** Listeners bound without TLS outside loopback. */
  readonly insecure: readonly string[]
  /** Faults of the system itself, worded by code. */
  readonly faults: readonly { readonly code: string; readonly detail: string }[]
  readonly rejectedLastHour: number
}

/** A rejected message, as officers see it (P8). */
export interface RejectedView {
  readonly at: Millis
  readonly gateway: GatewayId
  readonly site: SiteId | null
  readonly topic: string
  readonly code: string
  readonly field: string
  readonly detail: string
  readonly bytes: number
}

/** Server → console. Every frame with `cursor` moves the client's place; clients fold events by (site, n) (F3). */
export type FeedFrame =
  | {
      readonly type: 'snapshot'
      readonly v: 1
      readonly cursor: string
      readonly serverNow: Millis
      readonly session: Session
      readonly alarms: readonly AlarmView[]
      readonly messages: readonly MessageView[]
      readonly system: SystemState
      /** Changes when sites or rules changed: fetch /api/sites again. */
      readonly registryVersion: string
    }
  | { readonly type: 'events'; readonly cursor: string; readonly events: readonly AlarmEvent[] }
  | { readonly type: 'messages'; readonly cursor: string; readonly messages: readonly MessageView[] }
  /** At least each second while the engine lives: the light (F1) goes by its arrival, on the page's own clock. */
  | {
      readonly type: 'progress'
      readonly cursor: string
      readonly serverNow: Millis
      readonly system: SystemState
      readonly registryVersion: string
    }
  | { readonly type: 'values'; readonly values: readonly LatestValue[] }
  | {
      readonly type: 'resumed'
      readonly v: 1
      readonly cursor: string
      readonly serverNow: Millis
      readonly session: Session
      readonly system: SystemState
      readonly registryVersion: string
    }

/** Console → server over the WebSocket. The first frame is `hello`; without a cursor (or with one too old) a snapshot comes. */
export type ClientFrame =
  | { readonly type: 'hello'; readonly v: 1; readonly cursor: string | null }
  /** Latest values of these sites from now on; an empty list stops them. */
  | { readonly type: 'watch'; readonly sites: readonly SiteId[] }

/** Body of POST /api/commands: 202 {id} once it is durable; the answer comes through the feed (I3). */
export type OfficerCommand =
  | {
      readonly id: string
      readonly command: 'acknowledge'
      readonly alarm: AlarmId
      readonly severity: Severity | null
      readonly revision: number
    }
  | { readonly id: string; readonly command: 'unacknowledge'; readonly alarm: AlarmId; readonly why: string }
  | { readonly id: string; readonly command: 'comment'; readonly alarm: AlarmId; readonly text: string }
  | { readonly id: string; readonly command: 'request-broadcast'; readonly alarm: AlarmId }
  | { readonly id: string; readonly command: 'approve'; readonly message: MessageId }
  | { readonly id: string; readonly command: 'reject'; readonly message: MessageId; readonly why: string }
  | { readonly id: string; readonly command: 'stop-broadcast'; readonly message: MessageId; readonly why: string }
