/** Decides what the platform reports of a message, overall and for each village (GD/J 082, EBMStateResponse). */

import type { Millis } from '@tocsin/core/domain/ids.ts'
import type { BrdStateCode, EbmState, EbmStateItem } from '@tocsin/wire/ebm/ebm-state.ts'
import { villageAdapter } from '@tocsin/wire/ebm/ids.ts'
import type { Held } from './messages.ts'
import type { Play } from './village.ts'

/** An item for each play, under the EBRID of the village's adapter; its description ends in `终端 reached/total`. */
export function stateOf({ ebm, plays, isCancelled }: Held, at: Millis): EbmState {
  const items = plays.map(itemOf)
  const code = overall(items, isCancelled)
  const villages = new Map(plays.map(({ village }) => [village.area, village]))
  const reached = new Map<string, number>()
  for (const { village, reached: some } of plays) {
    reached.set(village.area, Math.max(some, reached.get(village.area) ?? 0))
  }
  const total = sum([...villages.values()].map(({ terminals }) => terminals))
  const playing = sum([...reached.values()])
  return {
    at,
    ebmId: ebm.ebmId,
    code,
    description: plays.length > 0 ? descriptions[code] : ebm.msgType === 2 ? '已取消播发' : '演练，不到终端',
    coverage:
      plays.length === 0
        ? null
        : {
            rate: playing / total,
            areas: [...villages.keys()],
            resources: [1, villages.size, villages.size, playing],
          },
    items,
  }
}

const descriptions: Readonly<Record<BrdStateCode, string>> = {
  0: '未处理',
  1: '等待播发',
  2: '播发中',
  3: '播发成功',
  4: '播发失败或部分失败',
  5: '播发已取消',
}

/** In 082, 4 is a partial failure too. */
function overall(items: readonly EbmStateItem[], isCancelled: boolean): BrdStateCode {
  if (isCancelled) return 5
  const codes = new Set(items.map(({ code }) => code))
  if (codes.size === 0) return 3
  const isPending = codes.has(1)
  if (codes.has(2) || (isPending && codes.size > 1)) return 2
  if (isPending) return 1
  return codes.has(4) ? 4 : codes.has(5) ? 5 : 3
}

function itemOf(play: Play): EbmStateItem {
  const { village, reached } = play
  const [code, words] = wordsOf(play)
  return {
    ebrId: villageAdapter(village.area),
    code,
    description: `${words}，终端 ${reached}/${village.terminals}`,
    start: play.firstAt,
    end: play.endedAt,
  }
}

function wordsOf({ state, begun, reached, village }: Play): [BrdStateCode, string] {
  switch (state) {
    case 'waiting':
      // what a graver message interrupted was heard all the same
      return begun > 0 ? [2, `第${begun}遍被高级别播发中断，等待续播`] : [1, '等待播发']
    case 'playing':
      return [2, `正在播放第${begun}遍`]
    case 'played':
      // a few silent horns are a matter for maintenance, most of them silent is a village that was not warned
      return reached * 2 < village.terminals ? [4, `多数终端无应答，已播${begun}遍`] : [3, `已播${begun}遍`]
    case 'expired':
      return [4, '播发时间已过，未播']
    case 'unreached':
      return [4, '前端无应答，未到达']
    case 'cancelled':
      return [5, begun > 0 ? `播第${begun}遍时取消` : '未播即取消']
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
