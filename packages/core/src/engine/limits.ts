/** Times and sizes that decide what the engine does. They are part of its version: a change needs a new ENGINE_VERSION. */

/** Raised whenever the same log would give another journal (R3, R6). */
export const ENGINE_VERSION = 1

/** Ticks further apart than this are a gap: open time does not run in it (T4). */
export const GAP_MS = 3_000
/** A gap of at least this is one alarm "Tocsin was blind from … to …" (T4). */
export const BLIND_MS = 10_000
/** An ingest whose wall clock is further than this from the engine's is one alarm and moves nothing (T2). */
export const DEPART_MS = 2_000
/** At most this part of the time passed is slewed towards the ingest's wall clock: under a second a minute (T2). */
export const SLEW = 1 / 61
/** An ingest that has not ticked for so long no longer holds its sensor gateways' connections. */
export const INGEST_GONE_MS = 10_000

/** How many readings of a sensor are remembered to know a repeat (I2): 17 bytes each. */
export const MEMORY = 32
/** Held verdicts wait this long for newer readings, open time (L1). */
export const HOLD_MS = 5_000
/** A lag beyond max(3 × interval, this) is late (L1). */
export const LATE_MS = 60_000
/** So many arrivals in a row behind the newest time, at the sensor's pace, are a clock set back (L2). */
export const BEHIND_ARRIVALS = 3
/** A device clock this far from the engine's is an alarm (P5). */
export const CLOCK_MS = 60_000

/** A sensor gateway without a connection and without readings for so long is offline, open time (M3). */
export const GATEWAY_OFFLINE_MS = 60_000
/** So many commands of a site are remembered to know one that stands in the log twice (I3). */
export const ANSWERED_KEPT = 64
/** Returned, unacknowledged occurrences of one rule and subject that stand open at most. */
export const RETURNED_KEPT = 50
