/** One WebSocket of the feed: what it may see, what it still has to get, and when it is given up. */

import type { FeedFrame } from '@tocsin/core/domain/feed.ts'
import type { SiteId } from '@tocsin/core/domain/ids.ts'
import { closeCodes, encodeFeedFrame } from '@tocsin/wire/feed-v1.ts'
import { WebSocket } from 'ws'
import { scopeKey } from '../scope.ts'
import type { Officer } from '../sessions.ts'

/** Client frames between two pings. */
const FRAMES = 100
/** A connection that does not close by itself is cut after so long, ms. */
const CLOSE_TIMEOUT = 2_000

export interface Client {
  readonly officer: Officer
  /** Clients of one key see the same. */
  readonly scope: string
  /** new: before its hello; resuming: what it missed is being read; live: it gets every flush. */
  state: 'new' | 'resuming' | 'live' | 'closed'
  watched: readonly SiteId[]
  /** Of the values it has. */
  version: number
  send(frame: FeedFrame): void
  /** A frame encoded already; kept back while the client resumes. */
  sendLive(text: string): void
  /** To `live`: sends what was kept back, or forgets it because a snapshot holds it. */
  goLive(after: 'resume' | 'snapshot'): void
  /** Whether nothing was sent since the last call. */
  wasIdle(): boolean
  /** Closes with the code; cut when the other side does not answer. */
  close(code: number, reason: string): void
  /** Counts a frame received; closes what sends too many. */
  received(): void
  /** Pings; cuts a connection that did not answer the last one. */
  ping(): void
}

export interface ClientOptions {
  readonly maxBuffered: number
  /** Called once. */
  readonly onClose: (code: number) => void
}

export function createClient(socket: WebSocket, officer: Officer, options: ClientOptions): Client {
  let kept: string[] = []
  let keptLength = 0
  let isAlive = true
  let isIdle = true
  let frames = 0

  function write(text: string): void {
    if (client.state === 'closed') return
    // whoever reads too slowly is dropped; it slows nobody else down and comes back with its cursor
    if (socket.bufferedAmount > options.maxBuffered) return client.close(closeCodes.slow, 'reads too slowly')
    isIdle = false
    socket.send(text)
  }

  function closed(code: number): void {
    if (client.state === 'closed') return
    client.state = 'closed'
    kept = []
    options.onClose(code)
  }

  const client: Client = {
    officer,
    scope: scopeKey(officer.scope),
    state: 'new',
    watched: [],
    version: 0,
    send: (frame) => write(encodeFeedFrame(frame)),
    sendLive(text) {
      if (client.state === 'live') return write(text)
      if (client.state !== 'resuming') return
      kept.push(text)
      keptLength += text.length
      if (keptLength > options.maxBuffered) client.close(closeCodes.slow, 'resumes too slowly')
    },
    goLive(after) {
      if (client.state === 'closed') return
      client.state = 'live'
      if (after === 'resume') for (const text of kept) write(text)
      kept = []
      keptLength = 0
    },
    wasIdle() {
      const was = isIdle
      isIdle = true
      return was
    },
    close(code, reason) {
      if (client.state === 'closed') return
      closed(code)
      socket.close(code, reason)
      const timer = setTimeout(() => socket.terminate(), CLOSE_TIMEOUT)
      socket.once('close', () => clearTimeout(timer))
    },
    received() {
      if (++frames > FRAMES) client.close(closeCodes.badFrame, 'too many frames')
    },
    ping() {
      frames = 0
      if (!isAlive) return socket.terminate()
      isAlive = false
      if (socket.readyState === WebSocket.OPEN) socket.ping()
    },
  }
  socket.on('pong', () => {
    isAlive = true
  })
  socket.on('close', closed)
  // a protocol error closes the connection; ws gives the code
  socket.on('error', () => undefined)
  return client
}
