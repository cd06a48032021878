/** Who may open the feed, and what a client may send on it. */

import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { closeCodes, decodeClientFrame, MAX_CLIENT_FRAME } from '@tocsin/wire/feed-v1.ts'
import type { FastifyInstance } from 'fastify'
import { type WebSocket, WebSocketServer } from 'ws'
import { isOwnOrigin } from '../http/origin.ts'
import { COOKIE } from '../http/routes.ts'
import type { Officer, Sessions } from '../sessions.ts'
import { createClient } from './client.ts'
import type { Hub } from './hub.ts'

/** A client says hello within so long, ms. */
const HELLO = 10_000

export interface FeedDeps {
  readonly hub: Hub
  readonly sessions: Sessions
  readonly allowedOrigins: readonly string[]
  readonly maxBuffered: number
  /** Feeds of one session at this gateway. */
  readonly maxFeeds: number
  /** Called when a client reads too slowly. */
  readonly onSlow: () => void
}

/** Answers upgrades at /feed; every other one is refused. */
export function serveFeed(
  app: FastifyInstance,
  { hub, sessions, allowedOrigins, maxBuffered, maxFeeds, onSlow }: FeedDeps,
): void {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_CLIENT_FRAME, perMessageDeflate: false })

  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    if (request.url?.split('?')[0] !== '/feed') return refuse(socket, 404)
    if (!isOwnOrigin(request.headers, allowedOrigins)) return refuse(socket, 403)
    const upgrade = (officer: Officer | null): void => {
      if (!officer) return refuse(socket, 401)
      // in the turn of its counting, so that none is counted twice or not at all
      if (hub.feedsOf(officer.id) >= maxFeeds) return refuse(socket, 429)
      server.handleUpgrade(request, socket, head, (ws) => accept(ws, officer))
    }
    sessions
      .find(app.parseCookie(request.headers.cookie ?? '')[COOKIE])
      .then(upgrade)
      .catch(() => refuse(socket, 503))
  })

  function accept(socket: WebSocket, officer: Officer): void {
    const timer = setTimeout(() => client.close(closeCodes.badFrame, 'no hello'), HELLO)
    const client = createClient(socket, officer, {
      maxBuffered,
      onClose(code) {
        clearTimeout(timer)
        hub.remove(client)
        if (code === closeCodes.slow) onSlow()
      },
    })
    hub.add(client)
    let isGreeted = false
    socket.on('message', (data, isBinary) => {
      client.received()
      const text = isBinary || !(data instanceof Buffer) ? '' : data.toString()
      const frame = decodeClientFrame(text)
      if (!frame.ok) return client.close(closeCodes.badFrame, 'not a frame')
      if ((frame.value.type === 'hello') === isGreeted)
        return client.close(closeCodes.badFrame, 'hello comes first, once')
      if (frame.value.type === 'watch') return hub.watch(client, frame.value.sites)
      isGreeted = true
      clearTimeout(timer)
      void hub.greet(client, frame.value.cursor)
    })
  }
}

function refuse(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
