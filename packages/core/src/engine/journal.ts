/** How an event gets its number, its time and its place in the site's chain (A2). */

import type { AlarmEvent, EventContent } from '../domain/alarm-event.ts'
import { type AlarmView, applyEvent } from '../domain/alarm-view.ts'
import { canonical } from '../domain/canonical.ts'
import type { Hash, Millis } from '../domain/ids.ts'
import type { SiteState } from './state.ts'

/** SHA-256 of the text's UTF-8, lower-case hex; handed in, so that core needs no library. */
export type Sha256 = (text: string) => Hash

/** Where events of one step go. */
export interface Output {
  readonly sha256: Sha256
  /** Engine clock, UTC ms; null before the first tick. */
  readonly engineNow: number | null
  /** The same, whole; 0 before the first tick. */
  readonly now: Millis
  readonly events: AlarmEvent[]
}

/** The hash of an event: of the canonical JSON of all but the hash itself, `prev` included. */
function eventHash(sha256: Sha256, event: Omit<AlarmEvent, 'hash'>): Hash {
  return sha256(
    canonical({ v: 1, site: event.site, n: event.n, at: event.at, prev: event.prev, content: event.content }),
  )
}

/** Numbers and chains the event, changes the site's alarm table by it and hands it out. */
export function emit(site: SiteState, out: Output, content: EventContent): AlarmView | null {
  const body = { site: site.id, n: site.n + 1, at: out.now, prev: site.head, content }
  const event: AlarmEvent = { ...body, hash: eventHash(out.sha256, body) }
  site.n = event.n
  site.head = event.hash
  out.events.push(event)
  return applyEvent(site.table, event)
}

export type ChainFault =
  | { readonly kind: 'gap'; readonly site: string; readonly expected: number; readonly found: number }
  | { readonly kind: 'chain' | 'hash'; readonly site: string; readonly n: number }

/** Follows one site's events and says where the chain breaks; `null` while it holds. Starts anywhere (an anchor). */
export function chainVerifier(sha256: Sha256): (event: AlarmEvent) => ChainFault | null {
  const heads = new Map<string, { n: number; hash: Hash }>()
  return (event) => {
    const head = heads.get(event.site)
    heads.set(event.site, { n: event.n, hash: event.hash })
    if (head && event.n !== head.n + 1) return { kind: 'gap', site: event.site, expected: head.n + 1, found: event.n }
    if (head && event.prev !== head.hash) return { kind: 'chain', site: event.site, n: event.n }
    const { hash, ...body } = event
    return eventHash(sha256, body) === hash ? null : { kind: 'hash', site: event.site, n: event.n }
  }
}
