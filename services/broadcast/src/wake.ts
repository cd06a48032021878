/** A loop's pause that ends when something happened or the time is over. */

export class Wake {
  private woken = false
  private resolve: (() => void) | null = null

  /** Also before the pause: what happened meanwhile is not slept over. */
  now(): void {
    this.woken = true
    this.resolve?.()
  }

  async sleep(ms: number): Promise<void> {
    if (!this.woken) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.resolve = resolve
      const timer = Number.isFinite(ms) ? setTimeout(resolve, Math.max(0, ms)) : undefined
      await promise
      clearTimeout(timer)
      this.resolve = null
    }
    this.woken = false
  }
}
