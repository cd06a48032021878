/** Where a platform brings what became of a message in a connection of its own (GD/J 083 §5), and who waits for it. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { Clock } from '@tocsin/core/ports/clock.ts'
import type { EncodedFile, LoudspeakerCodec, PlatformReply } from './codec.ts'
import { packetIds } from './packet-ids.ts'

export interface StateListener {
  /** Our address for SRC/URL. */
  readonly url: string
  /** Waits for the packet that answers `ebdId`; rejects with platform-unavailable after the timeout. */
  expect(ebdId: string, timeoutMs: number): { readonly reply: Promise<PlatformReply>; cancel(): void }
  close(): Promise<void>
}

export interface StateListenerOptions {
  readonly codec: Pick<LoudspeakerCodec, 'pushed' | 'receipt' | 'packetId'>
  readonly clock: Clock
  readonly host?: string
  /** 0: any free one. */
  readonly port: number
}

const MAX_BYTES = 1024 * 1024

interface Waiting {
  readonly resolve: (reply: PlatformReply) => void
  readonly reject: (error: Error) => void
}

/**
 * Binds to loopback unless a host is given; who may reach that is the operator's concern, packets are unsigned.
 * @throws port-taken
 */
export async function listenForStates(options: StateListenerOptions): Promise<StateListener> {
  const { codec, clock, host = '127.0.0.1', port } = options
  const waiting = new Map<string, Waiting>()
  const nextId = packetIds(codec, clock)

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'POST') return end(response, 405)
    const body = await readBody(request)
    if (!body) return end(response, 413)
    const packet = await codec.pushed(request.headers['content-type'] ?? '', body)
    if (!packet.ok || packet.value.kind !== 'state') return end(response, 400)
    // what nobody asked for is receipted and forgotten
    const { related, ebdId } = packet.value
    if (related !== null) waiting.get(related)?.resolve(packet.value)
    endWith(response, await codec.receipt({ ebdId: nextId(), at: clock.wall(), related: ebdId }))
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => end(response, 500))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new TocsinError('port-taken', `states from the loudspeaker platform: ${error.message}`, { cause: error })),
    )
    server.listen(port, host, resolve)
  })
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port

  return {
    url: `http://${host}:${bound}/eb`,
    expect(ebdId, timeoutMs) {
      const settle = Promise.withResolvers<PlatformReply>()
      // without someone who waits, a late rejection is nobody's error
      settle.promise.catch(() => undefined)
      const timer = setTimeout(() => {
        settle.reject(new TocsinError('platform-unavailable', `no state came for ${ebdId}`, { retry: true }))
      }, timeoutMs)
      waiting.set(ebdId, settle)
      return {
        reply: settle.promise,
        cancel() {
          clearTimeout(timer)
          waiting.delete(ebdId)
        },
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function readBody(request: IncomingMessage): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request) {
    if (!(chunk instanceof Uint8Array)) return null
    length += chunk.byteLength
    if (length > MAX_BYTES) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status).end()
}

function endWith(response: ServerResponse, { fileName, tar }: EncodedFile): void {
  response
    .writeHead(200, {
      'content-type': 'application/x-tar',
      'content-disposition': `attachment; filename="${fileName}"`,
    })
    .end(tar)
}
