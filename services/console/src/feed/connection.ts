// Decides how the feed is kept: hello with the cursor, back-off, a silent connection dropped, a gap answered by a snapshot (P9).

import type { FeedFrame } from '@tocsin/core/domain/feed.ts'
import type { SiteId } from '@tocsin/core/domain/ids.ts'
import { closeCodes, decodeFeedFrame, encodeClientFrame, MAX_WATCHED } from '@tocsin/wire/feed-v1.ts'

/** A connection that says nothing for this long is dead, whatever TCP believes (a stopped process keeps its sockets). */
const silentAfter = 12_000
const openWithin = 5000
const backOff = [300, 1000, 2000, 4000, 8000] as const

export interface Link {
  readonly connected: boolean
  /** Attempts since the connection was lost. */
  readonly attempts: number
}

export interface Connection {
  readonly link: () => Link
  readonly subscribe: (listener: () => void) => () => void
  /** Latest values of these sites from now on. */
  readonly watch: (sites: readonly SiteId[]) => void
  readonly stop: () => void
}

export interface ConnectionOptions {
  readonly url: string
  readonly cursor: () => string | null
  /** @returns whether the page has everything; false asks for a snapshot */
  readonly onFrame: (frame: FeedFrame) => boolean
  readonly onSessionEnded: () => void
}

export function openConnection({ url, cursor, onFrame, onSessionEnded }: ConnectionOptions): Connection {
  const listeners = new Set<() => void>()
  let link: Link = { connected: false, attempts: 0 }
  let socket: WebSocket | null = null
  let watched: readonly SiteId[] = []
  let needsSnapshot = false
  let stopped = false
  let timer: ReturnType<typeof setTimeout> | undefined

  const setLink = (next: Link): void => {
    link = next
    for (const listener of listeners) listener()
  }

  const limit = (ms: number): void => {
    clearTimeout(timer)
    timer = setTimeout(drop, ms)
  }

  function connect(): void {
    const own = new WebSocket(url)
    socket = own
    own.addEventListener('open', () => {
      if (socket !== own) return
      own.send(encodeClientFrame({ type: 'hello', v: 1, cursor: needsSnapshot ? null : cursor() }))
      if (watched.length > 0) own.send(encodeClientFrame({ type: 'watch', sites: watched }))
      limit(silentAfter)
    })
    own.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (socket === own && typeof data === 'string') take(data)
    })
    own.addEventListener('close', ({ code }) => {
      if (socket !== own) return
      if (code === closeCodes.sessionEnded) onSessionEnded()
      drop()
    })
    limit(openWithin)
  }

  function take(data: string): void {
    limit(silentAfter)
    const frame = decodeFeedFrame(data)
    if (!frame.ok) {
      // A frame that cannot be read leaves a hole in what is known.
      needsSnapshot = true
      drop()
      return
    }
    if (frame.value.type === 'snapshot') needsSnapshot = false
    if (!link.connected) setLink({ connected: true, attempts: 0 })
    if (onFrame(frame.value)) return
    needsSnapshot = true
    drop()
  }

  function drop(): void {
    clearTimeout(timer)
    const old = socket
    socket = null
    old?.close()
    if (stopped) return
    const attempts = link.attempts + 1
    setLink({ connected: false, attempts })
    const wait = backOff[Math.min(attempts, backOff.length) - 1] ?? 8000
    timer = setTimeout(connect, wait * (0.8 + Math.random() * 0.4))
  }

  connect()
  return {
    link: () => link,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    watch(sites) {
      watched = sites.slice(0, MAX_WATCHED)
      if (socket?.readyState === WebSocket.OPEN) socket.send(encodeClientFrame({ type: 'watch', sites: watched }))
    },
    stop() {
      stopped = true
      drop()
    },
  }
}
