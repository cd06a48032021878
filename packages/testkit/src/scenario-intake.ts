/** The ingests of a scenario: their ticks, their boots and the connections that they hold (T1, T2, M3). */

import type { Millis } from '@tocsin/core/domain/ids.ts'
import type { LinkRecord, TickRecord } from '@tocsin/core/domain/site-record.ts'
import { parseDuration } from '@tocsin/config/durations.ts'
import { VirtualClock } from './clock.ts'

interface Ingest {
  readonly name: string
  boot: string
  readonly clock: VirtualClock
}

/** A monotonic zero that is nobody else's; not whole, as real ones are not. */
const MONO = 5_000.25

export class Intake {
  readonly #ingests = new Map<string, Ingest>()
  readonly #connections = new Map<string, string>()
  #boots = 0

  start(name: string, wall: Millis): void {
    this.#ingests.set(name, { name, boot: this.#boot(name), clock: new VirtualClock(wall, MONO * (this.#boots + 1)) })
  }

  /** `start in2`, `stop in1`, `step in1 +1h`. */
  told(line: string, wall: Millis): void {
    const [what, name = '', by = ''] = line.split(/\s+/)
    const known = this.#ingests.get(name)
    if (what === 'start') this.start(name, wall)
    else if (what === 'stop' && known) this.#ingests.delete(name)
    else if (what === 'step' && known)
      known.clock.step((by.startsWith('-') ? -1 : 1) * (parseDuration(by.slice(1)) ?? NaN))
    else throw new Error(`ingest: ${line}`)
  }

  advance(ms: number): void {
    for (const { clock } of this.#ingests.values()) clock.advance(ms)
  }

  /** Every ingest starts anew: no boot and no connection of before is left. */
  reboot(wall: Millis): void {
    for (const name of this.#ingests.keys()) this.start(name, wall)
  }

  ticks(): TickRecord[] {
    return [...this.#ingests.values()].map(({ name, boot, clock }) => ({
      kind: 'tick',
      ingest: name,
      boot,
      mono: clock.mono(),
      wall: clock.wall(),
    }))
  }

  /** `gw1 online c1 [via in2]`, `gw1 offline c1 [will]`; `sites`: those that the sensor gateway serves. */
  link(line: string, sites: (gateway: string) => readonly string[], received: Millis): LinkRecord[] {
    const [gateway = '', state, name = '', ...rest] = line.split(/\s+/)
    if (state === 'online')
      return this.#records(
        { gateway, connection: this.#connect(gateway, name, rest[1]), state, cause: 'connect', received },
        sites,
      )
    const cause = rest[0] === 'will' ? 'will' : 'close'
    const connection = this.#connections.get(`${gateway} ${name}`)
    if (state !== 'offline' || connection === undefined) throw new Error(`link: ${line}`)
    return this.#records({ gateway, connection, state, cause, received }, sites)
  }

  #records(link: Omit<LinkRecord, 'kind' | 'site'>, sites: (gateway: string) => readonly string[]): LinkRecord[] {
    return sites(link.gateway).map((site) => ({ kind: 'link', site, ...link }))
  }

  /** The connection's full name is that of the ingest's boot and its own; told again, it is the same one. */
  #connect(gateway: string, name: string, via: string | undefined): string {
    const key = `${gateway} ${name}`
    const known = this.#connections.get(key)
    if (known !== undefined) return known
    const ingest = via === undefined ? [...this.#ingests.values()][0] : this.#ingests.get(via)
    if (!ingest) throw new Error(`no ingest ${via ?? ''}`)
    const connection = `${ingest.boot}.${gateway}-${name}`
    this.#connections.set(key, connection)
    return connection
  }

  #boot(name: string): string {
    this.#boots++
    return `${name}-boot${this.#boots}`
  }
}
