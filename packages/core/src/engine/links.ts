/** What the comings and goings of connections mean for a site's sensor gateways (M3, T4). */

import type { BlindRecord, LinkRecord } from '../domain/site-record.ts'
import { gatewayBack, gatewayDue } from './deadlines.ts'
import type { GatewayState } from './state.ts'
import type { Place, Turn } from './turn.ts'
import { scheduleGateway } from './wheel.ts'

/** Ended connections are remembered so far: an id never comes back, and notices do not come much later. */
const ENDED_KEPT = 16

export function newGateway(id: string, up: number): GatewayState {
  return { id, connection: null, ended: [], down: false, offlineUp: up, lastUp: -Infinity, alarm: null }
}

export function onLink(at: Turn, link: LinkRecord): void {
  const gateway = at.site.gateways.get(link.gateway)
  if (!gateway) return
  if (link.state === 'online') {
    if (gateway.ended.includes(link.connection) || gateway.connection === link.connection) return
    if (gateway.connection !== null) end(gateway, gateway.connection)
    gateway.connection = link.connection
    gatewayBack(at, gateway)
    return
  }
  end(gateway, link.connection)
  if (gateway.connection !== link.connection) return // of another connection: an old will, a late notice
  away(at, gateway)
}

/** An ingest's boot is over, and with it all its connections, whose end nobody notified. */
export function onBootEnded(place: Place, boot: string): void {
  for (const gateway of place.site.gateways.values()) {
    const { connection } = gateway
    if (connection === null || !connection.startsWith(`${boot}.`)) continue
    end(gateway, connection)
    away(place, gateway)
  }
}

/** A reading by way of a sensor gateway shows that it lives, whatever was heard of its connection. */
export function onHeard(at: Turn, gateway: GatewayState): void {
  // Never heard of before, it was awaited, and that covered its sensors' silence: they are looked at again.
  const isFirst = gateway.connection === null && gateway.lastUp === -Infinity
  gateway.lastUp = at.engine.clock.up
  if (gateway.alarm !== null || gateway.down || isFirst) gatewayBack(at, gateway)
  if (gateway.connection === null) scheduleGateway(at, gateway, gatewayDue(at.engine, gateway))
}

/** T4: an ingest lost most of its connections; silence is not the sensors' doing. */
export function onBlind({ engine, site }: Place, record: BlindRecord): void {
  site.blindUntil = Math.max(site.blindUntil, engine.clock.up + record.hold)
}

function away(place: Place, gateway: GatewayState): void {
  const { engine } = place
  gateway.connection = null
  gateway.down = true
  gateway.offlineUp = engine.clock.up
  scheduleGateway(place, gateway, gatewayDue(engine, gateway))
}

function end(gateway: GatewayState, connection: string): void {
  if (gateway.ended.includes(connection)) return
  gateway.ended.push(connection)
  if (gateway.ended.length > ENDED_KEPT) gateway.ended.shift()
}
