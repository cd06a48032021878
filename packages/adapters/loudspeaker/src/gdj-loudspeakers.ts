/** A loudspeaker platform over HTTP (GD/J 083): one POST an exchange, to the configured address and nowhere else. */

import type { PlatformAnswer, PlatformMessage, PlatformState } from '@tocsin/core/domain/broadcast.ts'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { LoudspeakerPlatform } from '@tocsin/core/domain/site.ts'
import type { Clock } from '@tocsin/core/ports/clock.ts'
import type { Loudspeakers } from '@tocsin/core/ports/loudspeakers.ts'
import type { EncodedPacket, LoudspeakerCodec, PlatformReply } from './codec.ts'
import { packetIds } from './packet-ids.ts'
import type { StateListener } from './state-listener.ts'

export interface GdjLoudspeakersOptions {
  readonly platform: Pick<LoudspeakerPlatform, 'id' | 'url'>
  readonly codec: LoudspeakerCodec
  readonly clock: Clock
  /** The acceptance plan's 20 s. */
  readonly timeoutMs?: number
  readonly fetch?: typeof globalThis.fetch
  /** Where the platform brings states in a connection of its own; without one it must answer on ours. */
  readonly listener?: StateListener
}

/** Not of the standard: a platform that says since which start it lives, so that a restart is seen (B3). */
const BOOT_HEADER = 'eb-boot'

/** An answer is a TAR of few kilobytes. */
const MAX_ANSWER = 4 * 1024 * 1024

interface Exchange {
  readonly reply: PlatformReply
  readonly boot: string
}

/**
 * @throws platform-unavailable (retry) when no readable answer came within the timeout: the message may have arrived
 * @throws platform-refused when it refuses a query
 */
export function gdjLoudspeakers(options: GdjLoudspeakersOptions): Loudspeakers {
  const { platform, codec, clock, listener, timeoutMs = 20_000, fetch = globalThis.fetch } = options
  const nextId = packetIds(codec, clock)
  const closing = new AbortController()

  const unavailable = (reason: string, cause?: unknown): TocsinError =>
    new TocsinError('platform-unavailable', `${platform.id}: ${reason}`, { cause, retry: true })

  const exchange = async (packet: EncodedPacket): Promise<Exchange> => {
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), closing.signal])
    let response: Response
    let body: Uint8Array
    try {
      response = await fetch(platform.url, {
        method: 'POST',
        headers: { 'content-type': packet.contentType },
        body: new Uint8Array(packet.body),
        // it can reach the configured address only
        redirect: 'error',
        signal,
      })
      body = await readLimited(response)
    } catch (error) {
      throw unavailable(reasonOf(error), error)
    }
    if (response.status !== 200) throw unavailable(`HTTP ${response.status}`)
    const reply = await codec.reply(response.headers.get('content-disposition') ?? '', body)
    if (!reply.ok) throw unavailable(`an answer that cannot be read: ${reply.error}`)
    const { related } = reply.value
    if (related !== null && related !== packet.ebdId)
      throw unavailable(`an answer to ${related}, not to ${packet.ebdId}`)
    return { reply: reply.value, boot: response.headers.get(BOOT_HEADER) ?? '' }
  }

  return {
    async send(message: PlatformMessage): Promise<PlatformAnswer> {
      const { reply, boot } = await exchange(await codec.message(message))
      if (reply.kind !== 'receipt') throw unavailable('a state where a receipt was due')
      return { result: reply.ok ? 'accepted' : 'refused', detail: reply.detail, boot }
    },

    async query(ebmId: string): Promise<PlatformState> {
      const ebdId = nextId()
      const pushed = listener?.expect(ebdId, timeoutMs)
      try {
        const { reply, boot } = await exchange(await codec.query(ebmId, { ebdId, at: clock.wall() }))
        const state = reply.kind === 'receipt' && reply.ok && pushed ? await pushed.reply : reply
        return stateOf(state, { ebmId, boot, platform: platform.id })
      } finally {
        pushed?.cancel()
      }
    },

    async check() {
      const { reply, boot } = await exchange(await codec.check(clock.wall()))
      return { boot, at: reply.at }
    },

    close() {
      closing.abort(new Error('closing'))
      return Promise.resolve()
    },
  }
}

function stateOf(
  reply: PlatformReply,
  about: { readonly ebmId: string; readonly boot: string; readonly platform: string },
): PlatformState {
  const { boot } = about
  if (reply.kind === 'receipt') {
    if (reply.unknownId) return { known: false, boot, at: reply.at }
    const code = reply.ok ? 'platform-unavailable' : 'platform-refused'
    throw new TocsinError(code, `${about.platform}: no state of the message: ${reply.detail}`, { retry: true })
  }
  if (reply.ebmId !== about.ebmId) {
    throw new TocsinError('platform-unavailable', `${about.platform}: the state of another message`, { retry: true })
  }
  return reply.state.known ? { ...reply.state, boot, at: reply.at } : { known: false, boot, at: reply.at }
}

async function readLimited(response: Response): Promise<Uint8Array> {
  const body: AsyncIterable<unknown> | null = response.body
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    if (!(chunk instanceof Uint8Array)) continue
    length += chunk.byteLength
    if (length > MAX_ANSWER) throw new Error(`an answer of more than ${MAX_ANSWER} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
