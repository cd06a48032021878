/** What the feed said to a page, as the browser received it. */

import type { FeedFrame } from '@tocsin/core/domain/feed.ts'
import { decodeFeedFrame } from '@tocsin/wire/feed-v1.ts'
import type { Page } from 'playwright-core'

/** Fills as frames come. Call before the page is opened. */
export function recordFrames(page: Page): readonly FeedFrame[] {
  const frames: FeedFrame[] = []
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      const frame = decodeFeedFrame(payload.toString())
      if (frame.ok) frames.push(frame.value)
    })
  })
  return frames
}

/** Numbers of one site's events, each once, in order. */
export function numbersOf(frames: readonly FeedFrame[], site: string): number[] {
  const events = frames.flatMap((frame) => (frame.type === 'events' ? frame.events : []))
  const own = events.filter((event) => event.site === site)
  return [...new Set(own.map(({ n }) => n))].toSorted((a, b) => a - b)
}
