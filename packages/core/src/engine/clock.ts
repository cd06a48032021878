/** The engine's clock: what the ticks of the partition's ingests make of time (T1, T2, T4). */

import type { TickRecord } from '../domain/site-record.ts'
import { BLIND_MS, DEPART_MS, GAP_MS, INGEST_GONE_MS, SLEW } from './limits.ts'

interface IngestClock {
  boot: string
  mono: number
  /** now = mono + base, as this boot counts. */
  base: number
  /** Open time of its last tick. */
  up: number
  departed: boolean
  /** It has not ticked for long while others did. */
  gone: boolean
}

/**
 * `now`: UTC ms, runs on monotonic progress; null before the first tick. `up`: open time, ms in which intake was open;
 * deadlines are counted in it, so that a gap in the ticks moves them all (T4) and a stepped wall clock none (T2).
 */
export interface ClockState {
  now: number | null
  up: number
  /** Open time at the end of the last gap, or when an ingest started anew: deadlines count from there at the earliest. */
  rearm: number
  ingests: Map<string, IngestClock>
}

/** What a tick brought to light. `ended`: the connections of that ingest's boot are no more (M3). */
export type ClockFinding =
  | { readonly kind: 'ended'; readonly boot: string }
  | { readonly kind: 'blind'; readonly ingest: string; readonly from: number; readonly to: number }
  | { readonly kind: 'departed' | 'returned'; readonly ingest: string; readonly off: number }

export function newClock(): ClockState {
  return { now: null, up: 0, rearm: 0, ingests: new Map() }
}

/** Applies a tick; a repeat or an older one of the same boot changes nothing. */
export function applyTick(clock: ClockState, tick: TickRecord): ClockFinding[] {
  const known = clock.ingests.get(tick.ingest)
  if (known && known.boot === tick.boot) {
    if (tick.mono <= known.mono) return []
    return [...progress(clock, tick, known), ...gone(clock)]
  }
  return [...start(clock, tick, known), ...gone(clock)]
}

function gone(clock: ClockState): ClockFinding[] {
  const findings: ClockFinding[] = []
  for (const ingest of clock.ingests.values()) {
    if (ingest.gone || clock.up - ingest.up <= INGEST_GONE_MS) continue
    ingest.gone = true
    findings.push({ kind: 'ended', boot: ingest.boot })
  }
  return findings
}

function start(clock: ClockState, tick: TickRecord, known: IngestClock | undefined): ClockFinding[] {
  const others = [...clock.ingests.values()].some((i) => i !== known && clock.up - i.up <= GAP_MS)
  const before = clock.now
  // The first ingest's wall time sets the clock; so does that of one that starts when no other runs, unless it is behind.
  const now = before !== null && (others || tick.wall < before) ? before : tick.wall
  const state: IngestClock = {
    boot: tick.boot,
    mono: tick.mono,
    base: now - tick.mono,
    up: clock.up,
    departed: false,
    gone: false,
  }
  clock.ingests.set(tick.ingest, state)
  clock.now = now
  const findings: ClockFinding[] = known && !known.gone ? [{ kind: 'ended', boot: known.boot }] : []
  if (!others && before !== null) {
    clock.up += Math.min(now - before, 1_000)
    clock.rearm = clock.up
    if (now - before >= BLIND_MS) findings.push({ kind: 'blind', ingest: tick.ingest, from: before, to: now })
  }
  state.up = clock.up
  if (known?.departed) findings.push({ kind: 'returned', ingest: tick.ingest, off: 0 })
  return [...findings, ...departure(state, tick, now)]
}

function progress(clock: ClockState, tick: TickRecord, known: IngestClock): ClockFinding[] {
  const passed = tick.mono - known.mono
  known.mono = tick.mono
  known.gone = false
  const before = clock.now ?? tick.wall
  const off = tick.wall - (known.base + tick.mono)
  if (Math.abs(off) < DEPART_MS) known.base += Math.max(-passed * SLEW, Math.min(passed * SLEW, off))
  const now = Math.max(before, known.base + tick.mono)
  const findings: ClockFinding[] = []
  const advance = now - before
  clock.now = now
  if (advance > GAP_MS) {
    clock.up += 1_000
    clock.rearm = clock.up
    if (advance >= BLIND_MS) findings.push({ kind: 'blind', ingest: tick.ingest, from: before, to: now })
  } else {
    clock.up += advance
  }
  known.up = clock.up
  return [...findings, ...departure(known, tick, known.base + tick.mono)]
}

function departure(ingest: IngestClock, tick: TickRecord, now: number): ClockFinding[] {
  const off = Math.round(tick.wall - now)
  const departed = Math.abs(off) >= DEPART_MS
  if (departed === ingest.departed) return []
  ingest.departed = departed
  return [{ kind: departed ? 'departed' : 'returned', ingest: tick.ingest, off }]
}
