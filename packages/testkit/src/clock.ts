/** A clock that stands still until a test moves it: even progress, and a wall that can be stepped apart from it (X2). */

import type { Clock } from '@tocsin/core/ports/clock.ts'

export class VirtualClock implements Clock {
  #wall: number
  #mono: number

  /** @param wall UTC ms  @param mono ms since some zero of its own */
  constructor(wall: number, mono = 0) {
    this.#wall = wall
    this.#mono = mono
  }

  wall(): number {
    return this.#wall
  }

  mono(): number {
    return this.#mono
  }

  /** Time passes. */
  advance(ms: number): void {
    this.#wall += ms
    this.#mono += ms
  }

  /** Somebody sets the wall clock; no time passes. */
  step(ms: number): void {
    this.#wall += ms
  }
}
