/** What the top bar shows of the system, as far as a session may see it: engine, blind sensors, faults, rejections. */

import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import type { Scope, SystemState } from '@tocsin/core/domain/feed.ts'
import type { SensorId, SiteId } from '@tocsin/core/domain/ids.ts'
import type { Registry } from '@tocsin/core/domain/site.ts'
import type { Clock } from '@tocsin/core/ports/clock.ts'
import type { RegistrySource } from '@tocsin/core/ports/registry-source.ts'
import type { Rejections } from './rejections.ts'
import { isUnscoped, type Visible } from './scope.ts'
import type { JournalView } from './view/journal-view.ts'

/** The engine is silent when no mark moved on for so long. */
export const ENGINE_SILENT = 10_000
/** The engine's clock is behind, or ahead, when it is so far from this machine's. */
export const ENGINE_OFF = 30_000
/** The engine's built-in rule for a sensor gateway without a connection. */
const GATEWAY_OFFLINE = 'gateway-offline'

type Faults = SystemState['faults']

export interface SystemStateDeps {
  readonly journal: JournalView
  readonly registry: RegistrySource
  readonly rejections: Rejections
  readonly visible: Visible
  readonly clock: Clock
  readonly insecure: readonly string[]
  /** Faults of the log, of broadcasts and of other stages. */
  readonly faults: () => Faults
}

export function createSystemState(deps: SystemStateDeps): (scope: Scope) => SystemState {
  const { journal, registry, rejections, visible, clock } = deps
  return (scope) => {
    const sites = registry.current().registry.sites.filter((site) => visible(scope, site.id))
    const behind = createSensorsBehind(sites)
    const blind = new Map<SiteId, Set<SensorId>>()
    for (const alarm of journal.alarms.values()) {
      if (!visible(scope, alarm.site)) continue
      for (const sensor of blindedBy(alarm, behind)) {
        blind.set(alarm.site, (blind.get(alarm.site) ?? new Set()).add(sensor))
      }
    }
    // the detail of a fault may name what lies outside a narrowed scope
    const told = isUnscoped(scope) ? (f: Faults[number]) => f : ({ code }: Faults[number]) => ({ code, detail: '' })
    return {
      engineNow: journal.light.oldest(),
      blindSensors: [...blind.values()].reduce((sum, sensors) => sum + sensors.size, 0),
      blindSites: blind.size,
      sensors: sites.reduce((sum, site) => sum + site.sensors.length, 0),
      insecure: deps.insecure,
      faults: [...engineFaults(journal, clock), ...[...journal.faults(), ...deps.faults()].map(told)],
      rejectedLastHour: rejections.lastHour(scope),
    }
  }
}

function engineFaults({ light }: JournalView, clock: Clock): Faults {
  const silent = light.silentFor()
  if (silent > ENGINE_SILENT) return [{ code: 'engine-silent', detail: `${Math.round(silent / 1000)} s` }]
  const lag = clock.wall() - (light.oldest() ?? clock.wall())
  const detail = `${Math.round(Math.abs(lag) / 1000)} s`
  if (lag > ENGINE_OFF) return [{ code: 'engine-behind', detail }]
  // T2: a first start under a wrong clock; live readings count as late until time has caught up with it.
  return lag < -ENGINE_OFF ? [{ code: 'engine-ahead', detail }] : []
}

type SensorsBehind = (site: SiteId, gateway: string) => readonly SensorId[]

function createSensorsBehind(sites: Registry['sites']): SensorsBehind {
  const byId = new Map(sites.map((site) => [site.id, site]))
  return (site, gateway) =>
    (byId.get(site)?.sensors ?? []).filter((sensor) => sensor.gateway === gateway).map((sensor) => sensor.id)
}

/** Sensors that the alarm says are without data; a sensor gateway's alarm covers those behind it (M3). */
function blindedBy(alarm: AlarmView, behind: SensorsBehind): readonly SensorId[] {
  if (!alarm.active || alarm.severity !== null) return []
  const { site, subject, rule } = alarm
  if (subject.kind === 'gateway') return rule.id === GATEWAY_OFFLINE ? behind(site, subject.id) : []
  return subject.kind === 'sensor' && rule.kind === 'silence' ? [subject.id] : []
}
