/** A feed's client for tests: the real `ws`, folding frames as a console does, by (site, number). */

import { type AlarmTable, applyEvent } from '@tocsin/core/domain/alarm-view.ts'
import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import type { ClientFrame, FeedFrame } from '@tocsin/core/domain/feed.ts'
import { decodeFeedFrame, encodeClientFrame } from '@tocsin/wire/feed-v1.ts'
import { WebSocket } from 'ws'

export interface FeedClient {
  readonly socket: WebSocket
  readonly frames: FeedFrame[]
  /** As received, before decoding. */
  readonly texts: string[]
  readonly events: AlarmEvent[]
  readonly alarms: AlarmTable
  cursor(): string | null
  send(frame: ClientFrame): void
  /** The first frame, received or to come, for which this holds. */
  frame<T extends FeedFrame['type']>(
    type: T,
    holds?: (frame: Extract<FeedFrame, { type: T }>) => boolean,
  ): Promise<Extract<FeedFrame, { type: T }>>
  /** Resolves once the condition holds after some frame. */
  until(holds: () => boolean): Promise<void>
  /** The close code. */
  closed: Promise<number>
}

/** Opens the feed and says hello; rejects with the status when the upgrade is refused. */
export async function openFeed(
  url: string,
  options: { readonly cookie: string; readonly cursor?: string | null; readonly headers?: Record<string, string> },
): Promise<FeedClient> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/feed`, {
    headers: { cookie: options.cookie, 'x-tocsin': '1', ...options.headers },
  })
  const frames: FeedFrame[] = []
  const texts: string[] = []
  const events: AlarmEvent[] = []
  const alarms: AlarmTable = new Map()
  let cursor: string | null = options.cursor ?? null
  const waiting: (() => void)[] = []

  socket.on('message', (data: Buffer) => {
    const text = data.toString()
    texts.push(text)
    const decoded = decodeFeedFrame(text)
    if (!decoded.ok) throw new TypeError(decoded.error)
    const frame = decoded.value
    frames.push(frame)
    if ('cursor' in frame) ({ cursor } = frame)
    if (frame.type === 'snapshot') for (const alarm of frame.alarms) alarms.set(alarm.id, alarm)
    if (frame.type === 'events') {
      for (const event of frame.events) {
        events.push(event)
        applyEvent(alarms, event)
      }
    }
    for (const wake of waiting.splice(0)) wake()
  })
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => {
      resolve(code)
      for (const wake of waiting.splice(0)) wake()
    })
  })
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve)
    socket.on('unexpected-response', (_request, response) => reject(new RangeError(String(response.statusCode))))
    socket.on('error', reject)
  })

  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (socket.readyState === WebSocket.CLOSED) throw new RangeError('the feed closed')
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }

  const client: FeedClient = {
    socket,
    frames,
    texts,
    events,
    alarms,
    cursor: () => cursor,
    send: (frame) => socket.send(encodeClientFrame(frame)),
    async frame(type, holds = () => true) {
      const isIt = (frame: FeedFrame): frame is Extract<FeedFrame, { type: typeof type }> => frame.type === type
      for (;;) {
        const found = frames.filter(isIt).find(holds)
        if (found) return found
        const before = frames.length
        await until(() => frames.length > before)
      }
    },
    until,
    closed,
  }
  client.send({ type: 'hello', v: 1, cursor: options.cursor ?? null })
  return client
}
