/** What a loudspeaker says: issuer, what, where, who, what to do, in words that a voice reads naturally. */

import type { Severity } from '../domain/severity.ts'
import type { QuantityId } from '../domain/quantity.ts'
import { quantityOf } from '../domain/quantity.ts'
import type { Hazard } from '../domain/hazard.ts'

/** RDS takes 255 bytes of GB 2312 (GD/J 085, 089); XML sets no limit. */
export const SPOKEN_LIMIT = 255

export interface SpokenPlace {
  readonly spokenName: string
  readonly hazard: Hazard
  readonly instruction: string
  readonly eventName: string
}

export interface SpokenRequest {
  readonly kind: 'warning' | 'update' | 'cancel' | 'all-clear' | 'withdrawal'
  readonly sender: string
  readonly place: SpokenPlace
  readonly severity: Severity
  /** What the alarm's sensor measures; null where the alarm is not a sensor's. */
  readonly quantity: QuantityId | null
  readonly villages: readonly string[]
  /** Of an all-clear: the titles of the other warnings that it lifts as well. */
  readonly lifts: readonly string[]
  readonly drill: boolean
}

export interface Spoken {
  readonly title: string
  readonly text: string
  /** Of the text in GB 2312. */
  readonly bytes: number
}

const colours: Record<Severity, string> = { red: '红色', orange: '橙色', yellow: '黄色', blue: '蓝色' }

/** What happened, as a person would say it after the place's name; a measured value is never read out. */
const happenings: Partial<Record<QuantityId, string>> = {
  'tank-level': '储罐液位异常',
  'tank-temperature': '储罐温度异常',
  'tank-pressure': '储罐压力异常',
  'combustible-gas': '可燃气体泄漏',
  'open-path-gas': '可燃气体泄漏',
  oxygen: '氧气含量异常',
  methane: '瓦斯浓度超限',
  'mine-carbon-monoxide': '一氧化碳浓度超限',
  'mine-temperature': '井下温度异常',
  'wind-speed': '井下风量异常',
  'mine-oxygen': '井下缺氧',
  'carbon-dioxide': '二氧化碳浓度超限',
  'negative-pressure': '矿井负压异常',
  dust: '粉尘浓度超限',
  'surface-displacement': '坝体位移异常',
  'internal-displacement': '坝体内部位移异常',
  'phreatic-depth': '坝体浸润线过高',
  'pool-level': '库水位过高',
  'beach-length': '干滩长度不足',
  freeboard: '安全超高不足',
  rainfall: '强降雨险情',
  'seepage-flow': '坝体渗流量异常',
  turbidity: '坝体渗水浑浊',
}

/** Gases that hurt people who breathe them: these leak. */
const toxic: ReadonlySet<QuantityId> = new Set([
  'chlorine',
  'ammonia',
  'hydrogen-sulfide',
  'carbon-monoxide',
  'sulfur-dioxide',
  'nitrogen-dioxide',
  'hydrogen-chloride',
  'hydrogen-cyanide',
  'phosgene',
  'methanol',
])

/** The event in words, such as 氯气泄漏; the site's own words where the quantity has none. */
function eventWords(place: SpokenPlace, quantity: QuantityId | null): string {
  if (quantity === null) return place.eventName
  if (toxic.has(quantity)) return `${quantityOf(quantity).zh}泄漏`
  return happenings[quantity] ?? place.eventName
}

/** Bytes in GB 2312: one for ASCII, two for every other character of that set. */
export function gb2312Bytes(text: string): number {
  let bytes = 0
  for (const char of text) bytes += char.charCodeAt(0) < 0x80 ? 1 : 2
  return bytes
}

/** Builds title and text. Villages are named while the text keeps within 255 bytes; what to do is never cut. */
export function speak(request: SpokenRequest): Spoken {
  const event = eventWords(request.place, request.quantity)
  const title = titleOf(request, event)
  for (let named = request.villages.length; named > 0; named--) {
    const text = textOf(request, event, people(request.villages, named))
    if (gb2312Bytes(text) <= SPOKEN_LIMIT) return spoken(title, text)
  }
  return spoken(title, textOf(request, event, '周边村民'))
}

function spoken(title: string, text: string): Spoken {
  return { title, text, bytes: gb2312Bytes(text) }
}

function people(villages: readonly string[], named: number): string {
  const names = villages.slice(0, named).join('、')
  return named < villages.length ? `${names}等地村民` : `${names}村民`
}

function titleOf({ kind, place, severity, drill }: SpokenRequest, event: string): string {
  const warning = `${place.spokenName}${event}${colours[severity]}预警`
  const titles: Record<SpokenRequest['kind'], string> = {
    warning,
    update: `${warning}（升级）`,
    cancel: `停止播发：${warning}`,
    'all-clear': `解除：${warning}`,
    withdrawal: `撤销：${warning}`,
  }
  return `${drill ? '【演练】' : ''}${titles[kind]}`
}

function textOf(request: SpokenRequest, event: string, audience: string): string {
  const { kind, sender, place, severity, drill } = request
  const grave = severity === 'red' || severity === 'orange'
  const what = `${place.spokenName}发生${event}`
  const also = request.lifts.length > 0 ? `，此前播发的${request.lifts.join('、')}一并解除` : ''
  const texts: Record<SpokenRequest['kind'], string> = {
    warning: `${sender}${grave ? '紧急通知' : '预警通知'}：${what}，现发布${colours[severity]}预警。请${audience}注意：${sentence(place.instruction)}`,
    update: `${sender}紧急通知：${what}，险情加重，预警升级为${colours[severity]}。请${audience}注意：${sentence(place.instruction)}`,
    cancel: `${sender}通知：停止播发${what}的预警。`,
    'all-clear': `${sender}通知：${what}的险情已经解除，预警取消${also}。请${audience}放心，恢复正常生活。`,
    withdrawal: `${sender}通知：此前播发的${place.spokenName}${event}预警已撤销${also}。请${audience}留意后续通知。`,
  }
  return `${drill ? '演练，演练，这是演练。' : ''}${texts[kind]}${drill ? '以上是演练。' : ''}`
}

function sentence(text: string): string {
  const trimmed = text.trim()
  return /[。！？]$/.test(trimmed) ? trimmed : `${trimmed}。`
}
