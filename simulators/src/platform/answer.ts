/** Decides what the platform answers to a packet: a receipt for what it takes, a state for what it is asked (GD/J 083). */

import type { Millis } from '@tocsin/core/domain/ids.ts'
import { type Detail, resultMeanings, type ResultCode } from '@tocsin/wire/ebm/detail.ts'
import type { Packet } from '@tocsin/wire/ebm/packet.ts'
import type { Messages } from './messages.ts'
import { stateOf } from './receipts.ts'

export function receipt(code: ResultCode, description: string = resultMeanings[code]): Detail {
  return { type: 'EBDResponse', code, description }
}

const taking = receipt(1, '接收成功')

/** Does what the packet asks. `again`: a second time, and takes a message that it knows for a new one. */
export function answerTo(
  { detail }: Packet,
  messages: Messages,
  given: { readonly now: Millis; readonly again: boolean },
): Detail {
  const { now } = given
  switch (detail.type) {
    case 'EBM': {
      const taken = messages.take(detail.ebm, given)
      return taken.ok ? taking : receipt(5, taken.error)
    }
    case 'EBMStateRequest': {
      const held = messages.find(detail.ebmId, now)
      return held ? { type: 'EBMStateResponse', state: stateOf(held, now) } : receipt(5, '查找不到该EBMID')
    }
    case 'ConnectionCheck':
      return taking
    case 'EBMStateResponse':
    case 'EBDResponse':
      return receipt(5, `不受理 ${detail.type}`)
  }
}

/** For what cannot be read: 3 where something is missing, 2 for all else. */
export function receiptForUnreadable(reason: string): Detail {
  const isMissing = /received undefined|^EBM: language|names no EBMID|^EBD: no |TAR: not one EBDB/.test(reason)
  const code = isMissing ? 3 : 2
  return receipt(code, `${resultMeanings[code]}：${reason}`.slice(0, 300))
}
