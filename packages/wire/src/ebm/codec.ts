/** Between what the dispatcher knows (messages, states of areas) and what GD/J 082 and 083 say of it. */

import type {
  AreaReceipt,
  AreaState,
  PlatformMessage,
  PlatformState,
  TargetArea,
} from '@tocsin/core/domain/broadcast.ts'
import { ebdId } from '@tocsin/core/broadcasts/ebm-id.ts'
import type { Millis } from '@tocsin/core/domain/ids.ts'
import { fail, ok, type Result } from '@tocsin/core/domain/result.ts'
import type { Severity } from '@tocsin/core/domain/severity.ts'
import type { LoudspeakerPlatform } from '@tocsin/core/domain/site.ts'
import { type ResultCode, resultMeanings } from './detail.ts'
import type { Ebm, EbSeverity, MsgType } from './ebm.ts'
import type { BrdStateCode, EbmState, EbmStateItem } from './ebm-state.ts'
import { heartbeatId, parseEbrId } from './ids.ts'
import { decodeMultipart, fileNameOf } from './multipart.ts'
import { packPacket, type PackageRules, plainRules, postPacket, unpackPacket } from './package.ts'
import type { Packet } from './packet.ts'

export interface EncodedPacket {
  readonly ebdId: string
  readonly contentType: string
  readonly body: Uint8Array
}

/** What a platform answered. */
export type PlatformReply =
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

/** What a platform says of a message, before it is known which boot it speaks from. */
export type PlatformReport =
  | { readonly known: false }
  | Pick<PlatformState & { known: true }, 'known' | 'state' | 'areas'>

/** The platform's dialect GD/J 2018, as the loudspeaker adapter takes it. */
export interface GdjCodec {
  message(message: PlatformMessage): Promise<EncodedPacket>
  query(ebmId: string, packet: { readonly ebdId: string; readonly at: Millis }): Promise<EncodedPacket>
  check(at: Millis): Promise<EncodedPacket>
  /** @param disposition the answer's Content-Disposition, '' where it has none */
  reply(disposition: string, body: Uint8Array): Promise<Result<PlatformReply, string>>
  /** What the platform brings in a connection of its own. */
  pushed(contentType: string, body: Uint8Array): Promise<Result<PlatformReply, string>>
  /** Our receipt for that. */
  receipt(packet: {
    readonly ebdId: string
    readonly at: Millis
    readonly related: string
  }): Promise<{ readonly fileName: string; readonly tar: Uint8Array }>
  /** EBDID of a packet that no record numbers: class 10, the sender's EBRID, a sequence of 16 digits. */
  packetId(seq: number): string
}

/** @param callback our own URL in SRC, where a platform brings later answers; null: it answers on the same connection */
export function gdjCodec(
  platform: LoudspeakerPlatform,
  callback: string | null,
  rules: PackageRules = plainRules,
): GdjCodec {
  const source = { ebrId: platform.sourceEbrId, url: callback }
  const post = async (packet: Omit<Packet, 'source' | 'destination' | 'related'>): Promise<EncodedPacket> => {
    const whole = { ...packet, source, destination: platform.platformEbrId, related: null }
    return { ebdId: packet.ebdId, ...(await postPacket(whole)) }
  }
  return {
    message: (message) =>
      post({ ebdId: message.ebdId, at: message.sentAt, detail: { type: 'EBM', ebm: ebmOf(platform, message) } }),
    query: (ebmId, packet) => post({ ...packet, detail: { type: 'EBMStateRequest', ebmId } }),
    check: (at) => post({ ebdId: heartbeatId(platform.sourceEbrId), at, detail: { type: 'ConnectionCheck', at } }),
    packetId: (seq) => ebdId(platform.sourceEbrId, seq),
    reply: async (disposition, body) => {
      const packet = await unpackPacket({ fileName: fileNameOf(disposition), tar: body }, rules)
      return packet.ok ? replyOf(packet.value) : packet
    },
    pushed: async (contentType, body) => {
      const part = decodeMultipart(contentType, body)
      if (!part.ok) return part
      const packet = await unpackPacket({ fileName: part.value.fileName, tar: part.value.bytes }, rules)
      return packet.ok ? replyOf(packet.value) : packet
    },
    receipt: ({ ebdId: id, at, related }) =>
      packPacket({
        ebdId: id,
        source,
        destination: platform.platformEbrId,
        at,
        related,
        detail: { type: 'EBDResponse', code: 1, description: '接收成功' },
      }),
  }
}

const severities: Record<Severity, EbSeverity> = { red: 1, orange: 2, yellow: 3, blue: 4 }

function msgType(message: PlatformMessage): MsgType {
  if (message.type === 'cancel') return 2
  // a drill is heard at the terminals, and spoken as one
  return message.body.drill === true ? 5 : 1
}

function ebmOf(platform: LoudspeakerPlatform, message: PlatformMessage): Ebm {
  const { body } = message
  return {
    ebmId: message.ebmId,
    // the schema has room for one; an all-clear names in words all that it lifts
    related: message.related.at(-1) ?? null,
    msgType: msgType(message),
    senderName: platform.senderName,
    senderCode: platform.senderCode,
    sendTime: message.sentAt,
    eventType: body.eventType,
    severity: severities[body.severity],
    start: body.start,
    end: body.end,
    title: body.title,
    text: body.text,
    areas: body.areas.map(({ area }: TargetArea) => area),
  }
}

function replyOf({ ebdId: id, detail, at, related }: Packet): Result<PlatformReply, string> {
  if (detail.type === 'EBDResponse') {
    const { code, description } = detail
    return ok({
      kind: 'receipt',
      ok: code === 1,
      detail: receiptText(code, description),
      // vendors answer a query for a message that they do not have with 5 and 查找不到该EBMID
      unknownId: code === 5 && /EBMID/i.test(description),
      at,
      related,
    })
  }
  if (detail.type === 'EBMStateResponse') {
    const { state } = detail
    return ok({ kind: 'state', ebmId: state.ebmId, ebdId: id, at: state.at, related, state: reportOf(state) })
  }
  return fail(`an answer of type ${detail.type}`)
}

function receiptText(code: ResultCode, description: string): string {
  return description === '' || description === resultMeanings[code]
    ? resultMeanings[code]
    : `${resultMeanings[code]}：${description}`
}

/** Code 0, not processed, is what platforms say of a message that they do not have. */
function reportOf(state: EbmState): PlatformReport {
  if (state.code === 0) return { known: false }
  const states: Record<Exclude<BrdStateCode, 0>, 'waiting' | 'playing' | 'played' | 'failed' | 'cancelled'> = {
    1: 'waiting',
    2: 'playing',
    3: 'played',
    4: 'failed',
    5: 'cancelled',
  }
  return { known: true, state: states[state.code], areas: receiptsOf(state) }
}

/** By village where the platform says so; else its overall state for each area that it covered. */
function receiptsOf(state: EbmState): readonly AreaReceipt[] {
  const byArea = new Map<string, AreaReceipt>()
  for (const item of state.items) {
    const id = parseEbrId(item.ebrId)
    // what a whole platform or station reports says nothing of a village
    if (!id || id.level < 5) continue
    const receipt = receiptOf(id.area, item)
    const other = byArea.get(id.area)
    byArea.set(id.area, other ? better(other, receipt) : receipt)
  }
  for (const area of state.coverage?.areas ?? []) {
    if (!byArea.has(area)) byArea.set(area, receiptOf(area, { code: state.code, description: state.description }))
  }
  return [...byArea.values()]
}

const areaStates: Record<BrdStateCode, AreaState> = {
  0: 'pending',
  1: 'accepted',
  2: 'playing',
  3: 'played',
  4: 'failed',
  5: 'cancelled',
}

function receiptOf(area: string, { code, description }: Pick<EbmStateItem, 'code' | 'description'>): AreaReceipt {
  const terminals = /(\d{1,6})\s*\/\s*(\d{1,6})/.exec(description)
  return {
    area,
    state: areaStates[code],
    terminals: terminals ? { reached: Number(terminals[1]), total: Number(terminals[2]) } : null,
    detail: description,
  }
}

const order: readonly AreaState[] = ['playing', 'played', 'failed', 'cancelled', 'accepted', 'pending']

/** A village with several adapters: whoever plays or played it decides. */
function better(a: AreaReceipt, b: AreaReceipt): AreaReceipt {
  return order.indexOf(b.state) < order.indexOf(a.state) ? b : a
}
