/** Decides what one request meets: the platform's mode, its answer's packet, and whether there is an answer at all. */

import type { Millis } from '@tocsin/core/domain/ids.ts'
import type { Detail } from '@tocsin/wire/ebm/detail.ts'
import { ebdIdOfTar } from '@tocsin/wire/ebm/ids.ts'
import { decodeMultipart } from '@tocsin/wire/ebm/multipart.ts'
import { plainRules, unpackPacket } from '@tocsin/wire/ebm/package.ts'
import type { Packet } from '@tocsin/wire/ebm/packet.ts'
import { answerTo, receipt, receiptForUnreadable } from './answer.ts'
import type { PlatformMode } from './behaviour.ts'
import type { Messages } from './messages.ts'
import { pushPacket } from './push.ts'

export interface ExchangeOptions {
  readonly messages: Messages
  /** 23 digits: its own code, where a packet names none in DEST. */
  readonly ebrId: string
  /** Where states are answered: on the same connection, or brought to the asker's SRC/URL. */
  readonly states: 'same' | 'push'
  readonly now: () => Millis
  readonly signal: AbortSignal
}

export interface Exchange {
  /** Packets that came, answered or not, by type. */
  readonly received: Readonly<Record<string, number>>
  /** @returns the answer; null: none */
  meet(contentType: string, body: Uint8Array, mode: PlatformMode): Promise<Packet | null>
  /** Handles what came while it was silent, by the mode that follows. */
  release(mode: PlatformMode): void
  /** What came while it was silent is lost by a restart. */
  drop(): void
}

export function createExchange({ messages, ebrId, states, now, signal }: ExchangeOptions): Exchange {
  const received: Record<string, number> = {}
  let kept: Packet[] = []
  let sequence = now() * 1000

  const handle = (packet: Packet, mode: PlatformMode): Detail => {
    if (mode === 'refusing' && packet.detail.type === 'EBM') return receipt(5, '平台拒绝接收')
    const again = mode === 'twice'
    if (again) answerTo(packet, messages, { now: now(), again })
    return answerTo(packet, messages, { now: now(), again })
  }

  const answer = (detail: Detail, to: { readonly related: string | null; readonly packet: Packet | null }): Packet => {
    const own = to.packet?.destination ?? ebrId
    sequence += 1
    return {
      ebdId: `10${own}${String(sequence).padStart(16, '0')}`,
      source: { ebrId: own, url: null },
      destination: to.packet?.source.ebrId ?? null,
      at: now(),
      related: to.related,
      detail,
    }
  }

  const reply = (packet: Packet, mode: PlatformMode): Packet => {
    const detail = handle(packet, mode)
    const about = { related: packet.ebdId, packet }
    const { url } = packet.source
    if (states === 'same' || url === null || detail.type !== 'EBMStateResponse') return answer(detail, about)
    for (let n = 0; n < (mode === 'twice' ? 2 : 1); n++) void pushPacket(url, answer(detail, about), signal)
    return answer(receipt(1, '接收成功'), about)
  }

  return {
    received,
    async meet(contentType, body, mode) {
      const part = decodeMultipart(contentType, body)
      const file = part.ok ? { fileName: part.value.fileName, tar: part.value.bytes } : null
      const packet = file ? await unpackPacket(file, plainRules) : part
      const isSilent = mode === 'silent' || mode === 'silent-then-twice'
      if (!packet.ok || !('detail' in packet.value)) {
        const why = packet.ok ? '' : packet.error
        const related = file ? ebdIdOfTar(file.fileName) : null
        return isSilent || mode === 'mute' ? null : answer(receiptForUnreadable(why), { related, packet: null })
      }
      const { type } = packet.value.detail
      received[type] = (received[type] ?? 0) + 1
      if (mode === 'silent-then-twice') kept.push(packet.value)
      if (isSilent) return null
      const answered = reply(packet.value, mode)
      return mode === 'mute' ? null : answered
    },
    release(mode) {
      const packets = kept
      kept = []
      for (const packet of packets) reply(packet, mode)
    },
    drop() {
      kept = []
    },
  }
}
