/** The recorded story's `broadcast-log`: a record of each kind, each counting, with the chain's heads that it must give. */

import type {
  AreaReceipt,
  BroadcastRecord,
  MessageBody,
  MessageKey,
  MessageView,
} from '@tocsin/core/domain/broadcast.ts'
import { messageId } from '@tocsin/core/domain/broadcast.ts'
import { type Book, type Books, bookOf } from '@tocsin/core/broadcasts/book.ts'
import { foldBroadcast } from '@tocsin/core/broadcasts/fold.ts'
import { messageView } from '@tocsin/core/broadcasts/view.ts'
import { sha256 } from '@tocsin/worker/sha256.ts'
import { plant } from './story-config.ts'
import { START } from './story.ts'

const PLATFORM = 'shaoping-platform'
const CLAIM = 'dispatcher-1'
const SOURCE = '49999010000000103010101'
const VILLAGES = [
  { area: '999901101201', name: '杨家湾村', people: 1_240, terminals: 12 },
  { area: '999901101202', name: '石桥村', people: 860, terminals: 8 },
]

/** Of records as they are written down here: without what every record has. */
type Told = BroadcastRecord extends infer R
  ? R extends BroadcastRecord
    ? Omit<R, 'platform' | 'at' | 'head'>
    : never
  : never

class BroadcastStory {
  readonly records: BroadcastRecord[] = []
  readonly #books: Books = new Map()

  get book(): Book {
    return bookOf(this.#books, PLATFORM)
  }

  put(told: Told): void {
    const { n, head: hash } = this.book
    const base = { platform: PLATFORM, at: START + this.records.length * 1_000 }
    const record: BroadcastRecord =
      told.kind === 'claim' || told.kind === 'close' ? { ...told, ...base, head: { n, hash } } : { ...told, ...base }
    if (!foldBroadcast(this.#books, record, sha256).counts)
      throw new Error(`${record.kind} does not count: the story has a fault`)
    this.records.push(record)
  }

  intent(message: MessageKey, body: Partial<MessageBody>, more: { by?: string; request?: string } = {}): void {
    const automatic = message.type === 'cancel'
    this.put({
      kind: 'intent',
      claim: CLAIM,
      message,
      day: '20260614',
      source: SOURCE,
      approval: automatic ? 'automatic' : 'needed',
      by: more.by ?? null,
      ...(more.request === undefined ? {} : { request: more.request }),
      body: {
        site: plant.id,
        severity: 'red',
        title: '澄溪化工北厂氯气泄漏红色预警',
        text: '邵屏市应急管理局紧急通知：澄溪化工北厂发生氯气泄漏，现发布红色预警。',
        eventType: '12D02',
        areas: VILLAGES,
        start: START,
        end: START + 1_800_000,
        related: [],
        ...body,
      },
    })
  }

  approve(message: MessageKey): void {
    this.put({ kind: 'approve', id: `a-${this.records.length}`, by: 'u-chief-1', message })
  }

  sending(message: MessageKey, lift = false): void {
    const window = { start: START + 60_000, end: START + 360_000 }
    const areas = VILLAGES.map(({ area }) => area)
    this.put({
      kind: 'sending',
      claim: CLAIM,
      message,
      platformBoot: 'p1',
      ...(lift ? { lift: { areas, window } } : {}),
    })
  }

  outcome(message: MessageKey, result: 'accepted' | 'refused'): void {
    this.put({ kind: 'outcome', claim: CLAIM, message, result, platformBoot: 'p1', detail: '接收成功' })
  }

  receipt(message: MessageKey, areas: readonly AreaReceipt[], known = true): void {
    this.put({ kind: 'receipt', claim: CLAIM, message, platformBoot: 'p1', platformAt: START + 9_000, known, areas })
  }

  close(message: MessageKey, reason: Close['reason'], areas: readonly AreaReceipt[] = []): void {
    this.put({ kind: 'close', claim: CLAIM, message, reason, areas })
  }
}

type Close = Extract<BroadcastRecord, { kind: 'close' }>

const key = (type: MessageKey['type'], revision: number, occurrence: number): MessageKey => ({
  alarm: `${plant.id}/sensor:cx-GT-101/story-chlorine/${occurrence}`,
  type,
  revision,
})

const [first, second] = ['999901101201', '999901101202'] as const
const played: AreaReceipt = {
  area: first,
  state: 'played',
  terminals: { reached: 12, total: 12 },
  detail: '播发完成 12/12',
}
const playing: AreaReceipt = {
  area: second,
  state: 'playing',
  terminals: { reached: 3, total: 8 },
  detail: '播发中 3/8',
}
const failed: AreaReceipt = { area: second, state: 'failed', terminals: null, detail: '终端离线' }

/** The records of the platform's log, the messages as they then stand, and the chain's end. */
export function tellBroadcasts(): {
  readonly records: readonly BroadcastRecord[]
  readonly messages: readonly MessageView[]
  readonly head: { readonly n: number; readonly hash: string }
} {
  const story = new BroadcastStory()
  story.put({ kind: 'claim', claim: CLAIM })
  heardAndLifted(story)
  stopped(story)
  notSent(story)
  const { n, head: hash, broken, messages } = story.book
  if (broken.length > 0) throw new Error('the story’s chain is broken')
  return { records: story.records, messages: [...messages.values()].map(messageView), head: { n, hash } }
}

/** A warning is asked for, approved, heard in one village and not in the other, and lifted. */
function heardAndLifted(story: BroadcastStory): void {
  const warning = key('warning', 1, 1)
  story.put({ kind: 'request', id: 'r-1', by: 'u-duty-1', alarm: warning.alarm })
  story.intent(warning, {}, { by: 'u-duty-1', request: 'r-1' })
  story.approve(warning)
  story.put({ kind: 'lapse', claim: CLAIM, message: warning })
  story.approve(warning)
  story.sending(warning)
  story.outcome(warning, 'accepted')
  story.receipt(warning, [played, playing])
  story.receipt(warning, [played, failed])
  story.close(warning, 'played', [played, failed])
  const allClear = key('all-clear', 3, 1)
  story.intent(allClear, { title: '解除红色预警', related: [messageId(warning)], drill: true })
  story.approve(allClear)
  story.sending(allClear, true)
  story.outcome(allClear, 'accepted')
  story.receipt(allClear, [played, { ...played, area: second }])
  story.close(allClear, 'played', [played, { ...played, area: second }])
}

/** A warning is stopped while it plays. */
function stopped(story: BroadcastStory): void {
  const warning = key('warning', 1, 2)
  story.intent(warning, {})
  story.approve(warning)
  story.sending(warning)
  story.outcome(warning, 'accepted')
  story.receipt(warning, [playing])
  story.put({ kind: 'stop', id: 's-1', by: 'u-chief-1', message: warning, why: '误报' })
  const cancel = key('cancel', 1, 2)
  story.intent(cancel, { related: [messageId(warning)] })
  story.sending(cancel)
  story.outcome(cancel, 'accepted')
  story.close(cancel, 'cancelled')
  story.close(warning, 'cancelled', [
    { ...playing, state: 'cancelled' },
    { area: first, state: 'maybe', terminals: null, detail: '' },
  ])
}

/** One is rejected, one refused by the platform, one is over before anybody approved it; one request cannot be met. */
function notSent(story: BroadcastStory): void {
  const rejected = key('warning', 1, 3)
  story.intent(rejected, { severity: 'orange' })
  story.put({ kind: 'reject', id: 'j-1', by: 'u-chief-1', message: rejected, why: '现场已复核' })
  story.close(rejected, 'rejected')
  const refused: MessageKey = { ...key('update', 2, 3), round: 1 }
  story.intent(refused, {})
  story.approve(refused)
  story.sending(refused)
  story.receipt(refused, [], false)
  story.sending(refused)
  story.outcome(refused, 'refused')
  story.close(refused, 'refused')
  const late = key('warning', 1, 4)
  story.intent(late, {})
  story.put({ kind: 'expiry', claim: CLAIM, message: late, mark: START + 1_800_001 })
  story.close(late, 'expired')
  story.put({ kind: 'fault', claim: CLAIM, code: 'request-refused', detail: '报警不存在或已结束', request: 'r-9' })
}
