// Decides how often what depends on time is looked at again; the times themselves come from clocks, never from ticks.

export interface Ticker {
  readonly subscribe: (listener: () => void) => () => void
  readonly stop: () => void
}

/** Calls its listeners four times a second, and at once when a hidden page is seen again. */
export function startTicker(): Ticker {
  const listeners = new Set<() => void>()
  const tick = (): void => {
    for (const listener of listeners) listener()
  }
  const timer = setInterval(tick, 250)
  document.addEventListener('visibilitychange', tick)
  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop() {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', tick)
    },
  }
}
