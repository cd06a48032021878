/** Names of things, and how an alarm's id is built. */

export type SiteId = string
export type SensorId = string
export type GatewayId = string
export type EnterpriseId = string
export type RuleId = string
export type AlarmId = string
/** Lower-case hex SHA-256. */
export type Hash = string
/** UTC milliseconds since 1970. */
export type Millis = number
/** 12 digits: 6 of GB/T 2260, 6 of town and village (GB/T 10114). */
export type AreaCode = string

/** The pseudo-site whose alarms are about Tocsin itself (T4); it has a key of its own in the log. */
export const TOCSIN_SITE: SiteId = 'tocsin'

/** What an alarm is about: a sensor, a sensor gateway, or Tocsin's own intake. */
export type Subject =
  | { readonly kind: 'sensor'; readonly id: SensorId }
  | { readonly kind: 'gateway'; readonly id: GatewayId }
  | { readonly kind: 'intake'; readonly id: string }

/** What is counted from one on: each time the rule raises for the subject (A1). */
export interface AlarmKey {
  readonly site: SiteId
  readonly subject: Subject
  readonly rule: RuleId
  readonly occurrence: number
}

/**
 * The alarm's id, `site/sensor:GT-101/rule/3` (A1). Site, subject and rule ids hold no slash (the registry and the rule
 * loader refuse one), so the id splits back without doubt.
 */
export function alarmId(key: AlarmKey): AlarmId {
  return `${key.site}/${key.subject.kind}:${key.subject.id}/${key.rule}/${key.occurrence}`
}

/** Letters, digits, dot, hyphen, underscore; 1 to 64: what every id in the registry and in rules must match. */
export const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
