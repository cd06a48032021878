/** A state stored at any offset and restored goes on as if nothing had happened (P2, P3, R5, R6). */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AlarmEvent } from '../domain/alarm-event.ts'
import { canonical } from '../domain/canonical.ts'
import { TOCSIN_SITE } from '../domain/ids.ts'
import type { SiteRecord } from '../domain/site-record.ts'
import { encodeSiteState, restoreSite, scheduleAll, storedClock, storedHashes } from './state-v1.ts'
import { newEngine } from './step.ts'
import { siteIds, storedContents } from './stream-contents.test-support.ts'
import { stepAt, streams } from './streams.test-support.ts'

type Saved = Map<string, { readonly offset: number; readonly n: number; readonly text: string }>

/** The undisturbed run, and each site's state as it was stored before its offset. */
function undisturbed(records: readonly SiteRecord[], offsets: ReadonlyMap<string, number>) {
  const engine = newEngine()
  const events: AlarmEvent[] = []
  const saved: Saved = new Map()
  for (const [offset, record] of records.entries()) {
    for (const [id, at] of offsets) {
      const site = engine.sites.get(id)
      if (at === offset && site) saved.set(id, { offset, n: site.n, text: encodeSiteState(site, engine.clock) })
    }
    events.push(...stepAt(engine, record, offset))
  }
  return { events, saved }
}

/** As a taker does: every site from its own state, the clock of the one that lags most, records from there on. */
function restored(records: readonly SiteRecord[], saved: Saved): AlarmEvent[] {
  const engine = newEngine()
  let from = Infinity
  let clockText = ''
  for (const [id, { offset, text }] of saved) {
    const hashes = storedHashes(text)
    if (!hashes.ok) throw new Error(hashes.error)
    const contents = storedContents(id, hashes.value)
    const result = restoreSite(engine, { text, from: offset, contents })
    if (!result.ok) throw new Error(result.error)
    if (offset < from) [from, clockText] = [offset, text]
  }
  const clock = storedClock(clockText)
  if (clock.ok) Object.assign(engine.clock, clock.value)
  scheduleAll(engine)
  return records.slice(from).flatMap((record, i) => stepAt(engine, record, from + i))
}

test('P2, R6: each site restored at an offset of its own gives the undisturbed journal', () => {
  const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 })
  let events = 0
  fc.assert(
    fc.property(streams(), places, (records, where) => {
      const ids = [...siteIds, TOCSIN_SITE]
      const last = records.length - 1
      // Not before the first tick: a checkpoint follows a mark, and a mark a tick.
      const offsets = new Map(ids.map((id, i) => [id, Math.max(4, Math.floor((where[i] ?? 0) * last))]))
      const whole = undisturbed(records, offsets)
      events += whole.events.length
      const again = restored(records, whole.saved)
      for (const id of ids) {
        const from = whole.saved.get(id)?.n ?? 0
        const theirs = whole.events.filter((event) => event.site === id && event.n > from)
        expect(again.filter((event) => event.site === id).map(canonical)).toEqual(theirs.map(canonical))
      }
    }),
    { numRuns: 300 },
  )
  expect(events).toBeGreaterThan(1_000)
})
