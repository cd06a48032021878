/** What the adapter needs of a platform's dialect; the composition hands one in, so that the adapter learns no format. */

import type { PlatformMessage, PlatformState } from '@tocsin/core/domain/broadcast.ts'
import type { Millis } from '@tocsin/core/domain/ids.ts'
import type { Result } from '@tocsin/core/domain/result.ts'

export interface EncodedPacket {
  /** The packet's own id: an answer names it. */
  readonly ebdId: string
  readonly contentType: string
  readonly body: Uint8Array
}

export interface EncodedFile {
  readonly fileName: string
  readonly tar: Uint8Array
}

export type PlatformReply =
  /** Whether the platform took the packet; `unknownId`: it has no such message. */
  | {
      readonly kind: 'receipt'
      readonly ok: boolean
      readonly detail: string
      readonly unknownId: boolean
      readonly at: Millis
      readonly related: string | null
    }
  | {
      readonly kind: 'state'
      readonly ebmId: string
      readonly ebdId: string
      readonly at: Millis
      readonly related: string | null
      readonly state: PlatformReport
    }

export type PlatformReport =
  | { readonly known: false }
  | Pick<PlatformState & { known: true }, 'known' | 'state' | 'areas'>

export interface LoudspeakerCodec {
  message(message: PlatformMessage): Promise<EncodedPacket>
  query(ebmId: string, packet: { readonly ebdId: string; readonly at: Millis }): Promise<EncodedPacket>
  check(at: Millis): Promise<EncodedPacket>
  reply(disposition: string, body: Uint8Array): Promise<Result<PlatformReply, string>>
  /** A packet that the platform brings by itself. */
  pushed(contentType: string, body: Uint8Array): Promise<Result<PlatformReply, string>>
  /** Our receipt for it. */
  receipt(packet: { readonly ebdId: string; readonly at: Millis; readonly related: string }): Promise<EncodedFile>
  packetId(seq: number): string
}
