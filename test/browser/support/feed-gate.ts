/** Holds back what the feed says to a page, so that a test can act on what the page no longer should believe. */

import type { Page } from 'playwright-core'

export interface FeedGate {
  /** For `logIn`: before the page opens its feed. */
  readonly prepare: (page: Page) => Promise<void>
  hold(): void
  /** What was held goes out, in order. */
  release(): void
}

export function feedGate(): FeedGate {
  const held: (() => void)[] = []
  let isHeld = false
  return {
    prepare: (page) =>
      page.routeWebSocket(/\/feed$/, (socket) => {
        const server = socket.connectToServer()
        server.onMessage((message) => {
          if (isHeld) held.push(() => socket.send(message))
          else socket.send(message)
        })
      }),
    hold: () => {
      isHeld = true
    },
    release: () => {
      isHeld = false
      for (const send of held.splice(0)) send()
    },
  }
}
