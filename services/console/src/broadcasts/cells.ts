// Decides what the four cells of a receipt say: sent, received, playing, played; what failed, and what is not known (P7).

import type { AreaReceipt, AreaState, MessageView, TargetArea } from '@tocsin/core/domain/broadcast.ts'

/** f: reached, x: failed there, m: may have been, '': not. */
export type Cell = 'f' | 'x' | 'm' | ''

const cells: Record<AreaState, readonly [Cell, Cell, Cell, Cell]> = {
  pending: ['', '', '', ''],
  accepted: ['f', 'f', '', ''],
  playing: ['f', 'f', 'f', ''],
  played: ['f', 'f', 'f', 'f'],
  failed: ['f', 'f', 'x', ''],
  unreached: ['x', '', '', ''],
  cancelled: ['f', 'f', '', ''],
  maybe: ['f', 'm', 'm', ''],
}

export function cellsOf(state: AreaState, wasSent: boolean): readonly Cell[] {
  const [sent, ...rest] = cells[state]
  return [sent === '' && wasSent ? 'f' : sent, ...rest]
}

/** A village of the message with what is known of it. */
export interface Village {
  readonly target: TargetArea
  readonly receipt: AreaReceipt
}

export function villagesOf(message: MessageView): Village[] {
  const receipts = new Map(message.areas.map((receipt) => [receipt.area, receipt]))
  return message.body.areas.map((target) => ({
    target,
    receipt: receipts.get(target.area) ?? { area: target.area, state: 'pending', terminals: null, detail: '' },
  }))
}

export function isFailed(state: AreaState): boolean {
  return state === 'failed' || state === 'unreached'
}

export interface Sum {
  readonly villages: number
  readonly people: number
}

/** Villages and people by state. */
export function sumStates(villages: readonly Village[]): Map<AreaState, Sum> {
  const sums = new Map<AreaState, Sum>()
  for (const { target, receipt } of villages) {
    const before = sums.get(receipt.state) ?? { villages: 0, people: 0 }
    sums.set(receipt.state, { villages: before.villages + 1, people: before.people + target.people })
  }
  return sums
}

/** The title with its type before it; an all-clear's title says its type itself. */
export function titled(type: string, title: string): string {
  return title.startsWith(type) ? title : `${type} ${title}`
}

/** `1124-0004`: month, day and number, by which officers speak of a message; they end its 35 digits. */
export function shortNumber(ebmId: string): string {
  return ebmId.length < 12 ? ebmId : `${ebmId.slice(-8, -4)}-${ebmId.slice(-4)}`
}

export function peopleIn(areas: readonly TargetArea[]): number {
  return areas.reduce((sum, { people }) => sum + people, 0)
}

/** Which message the right side shows when none is named: what is under way, else the newest decided one. */
export function shownByDefault(messages: readonly MessageView[]): MessageView | undefined {
  const decided = messages.filter(({ state }) => state !== 'awaiting-approval')
  const isHeard = ({ key }: MessageView): boolean => key.type !== 'cancel'
  return (
    decided.find((message) => !message.closed && isHeard(message)) ??
    decided.find((message) => message.sentAt !== null && isHeard(message)) ??
    decided[0]
  )
}

/** Bytes of the spoken text in GB 18030, by which platforms limit it: two for each character beyond ASCII. */
export function spokenBytes(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + ((character.codePointAt(0) ?? 0) > 127 ? 2 : 1), 0)
}
