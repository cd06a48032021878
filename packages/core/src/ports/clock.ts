/** The two clocks of a process, as a port so that tests can step them (X2). */

export interface Clock {
  /** UTC ms by the machine's wall clock; may jump. */
  wall(): number
  /** ms that only grow, from an arbitrary zero. */
  mono(): number
}
