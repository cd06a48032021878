/** Decides what a person sees of the platform: its villages, and what each one plays now. */

import type { Millis } from '@tocsin/core/domain/ids.ts'
import { formatEbTime } from '@tocsin/wire/ebm/time.ts'
import type { PlatformMode } from './behaviour.ts'
import { isOver, type Play, type PlayState, type Village } from './village.ts'

export interface PageContent {
  readonly villages: readonly Village[]
  readonly rounds: number
  readonly mode: PlatformMode
  readonly at: Millis
}

/** A whole document; it fetches itself anew every two seconds. */
export function page({ villages, rounds, mode, at }: PageContent): string {
  const rows = villages.toSorted((a, b) => (a.area < b.area ? -1 : 1)).map((village) => row(village, rounds))
  const body =
    rows.length === 0
      ? '<p>还没有播出。</p>'
      : `<table><thead><tr><th>村</th><th>区域码</th><th class="n">终端</th><th>状态</th><th class="n">遍数</th><th>内容</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta http-equiv="refresh" content="2">
<title>模拟大喇叭平台</title><style>${style}</style></head>
<body><h1>模拟大喇叭平台</h1><p>北京时间 ${formatEbTime(at)}，${modeNames[mode]}。本页为模拟，不接真实终端。</p>${body}</body></html>
`
}

const modeNames: Readonly<Record<PlatformMode, string>> = {
  normal: '应答正常',
  silent: '不受理也不应答',
  mute: '照办但不应答',
  slow: '应答迟缓',
  refusing: '拒绝受理',
  twice: '每个请求都办两遍',
  'silent-then-twice': '先不应答，之后每个请求都办两遍',
}

const stateNames: Readonly<Record<PlayState, string>> = {
  waiting: '等待',
  playing: '播放中',
  played: '已播完',
  expired: '过时未播',
  unreached: '未到达',
  cancelled: '已取消',
}

function row(village: Village, rounds: number): string {
  const play = shown(village)
  const { area, name, terminals } = village
  const place = `<td>${escape(name)}</td><td>${area}</td>`
  if (!play) return `<tr>${place}<td class="n">${terminals}</td><td>空闲</td><td></td><td></td></tr>`
  const { state, reached, begun, ebm } = play
  return (
    `<tr class="${state}">${place}<td class="n">${reached} / ${terminals}</td><td>${stateNames[state]}</td>` +
    `<td class="n">${begun} / ${rounds}</td><td><b>${escape(ebm.title)}</b><br>${escape(ebm.text)}</td></tr>`
  )
}

/** What plays; else what waits; else what came last. */
function shown({ plays }: Village): Play | undefined {
  return plays.find(({ state }) => state === 'playing') ?? plays.findLast((play) => !isOver(play)) ?? plays.at(-1)
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

const style = `
body { margin: 24px; background: #e9ebee; color: #1c232b; font: 15px/1.5 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif }
h1 { margin: 0; font-size: 18px }
p { margin: 4px 0 16px; color: #55606c }
table { width: 100%; border-collapse: collapse; background: #fff }
th, td { padding: 6px 10px; border: 1px solid #cfd5dc; text-align: left; vertical-align: top }
th { font-weight: normal; color: #55606c; background: #f4f5f7 }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
td:nth-child(-n+4) { white-space: nowrap }
.playing td:nth-child(4) { font-weight: bold }
.played, .cancelled, .expired { color: #55606c }
`
