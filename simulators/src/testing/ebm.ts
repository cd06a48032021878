/** Decides what the platform's tests send: a message of their own making, at a time of their own. */

import type { Ebm } from '@tocsin/wire/ebm/ebm.ts'

export const T0 = 1_781_374_512_000
export const sourceEbrId = '39999000000000103010101'
export const [area, other, third] = ['999901101201', '999901101202', '999901101205'] as const

export function ebmId(n: number): string {
  return `${sourceEbrId}20260614${String(n).padStart(4, '0')}`
}

/** An orange warning for `area` that plays from T0 for ten minutes. */
export function ebm(n: number, patch: Partial<Ebm> = {}): Ebm {
  return {
    ebmId: ebmId(n),
    related: null,
    msgType: 1,
    senderName: '邵屏市应急管理局',
    senderCode: '39999000000000001010101',
    sendTime: T0,
    eventType: '12D02',
    severity: 2,
    start: T0,
    end: T0 + 600_000,
    title: `预警 ${n}`,
    text: `内容 ${n}`,
    areas: [area],
    ...patch,
  }
}

/** The cancel, number `n`, of message `of`. */
export function cancelOf(of: number, n: number): Ebm {
  return ebm(n, { msgType: 2, related: ebmId(of), title: `停止播发：预警 ${of}` })
}
