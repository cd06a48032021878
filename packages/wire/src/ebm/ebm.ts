/** The message itself, EBM (GD/J 082 table 2, annex E): a forced one needs its basic information and content. */

import type { Millis } from '@tocsin/core/domain/ids.ts'
import { fail, ok, type Result } from '@tocsin/core/domain/result.ts'
import { z } from 'zod'
import { isEbmId, isEbrId } from './ids.ts'
import { formatEbTime, parseEbTime } from './time.ts'
import { child, element, textOf, type XmlElement } from './xml.ts'

/** 1 real, 2 cancel, 3 platform drill, 4 front-end drill, 5 terminal drill. An unknown one is refused, never played. */
export type MsgType = 1 | 2 | 3 | 4 | 5

/** 1 red, 2 orange, 3 yellow, 4 blue, 0 unknown. */
export type EbSeverity = 0 | 1 | 2 | 3 | 4

export interface Ebm {
  readonly ebmId: string
  /** EBMID of the message that it cancels or replaces. */
  readonly related: string | null
  readonly msgType: MsgType
  readonly senderName: string
  readonly senderCode: string
  readonly sendTime: Millis
  /** 12D02 … of the national code book of emergencies. */
  readonly eventType: string
  readonly severity: EbSeverity
  readonly start: Millis
  readonly end: Millis
  readonly title: string
  /** What is spoken. */
  readonly text: string
  /** Area codes of 12 digits. */
  readonly areas: readonly string[]
}

export function writeEbm(ebm: Ebm): XmlElement {
  return element('EBM', [
    element('EBMVersion', 1),
    element('EBMID', ebm.ebmId),
    ebm.related === null ? null : element('RelatedInfo', [element('EBMID', ebm.related)]),
    element('MsgBasicInfo', [
      element('MsgType', ebm.msgType),
      element('SenderName', ebm.senderName),
      element('SenderCode', ebm.senderCode),
      element('SendTime', formatEbTime(ebm.sendTime)),
      element('EventType', ebm.eventType),
      element('Severity', ebm.severity),
      element('StartTime', formatEbTime(ebm.start)),
      element('EndTime', formatEbTime(ebm.end)),
    ]),
    element('MsgContent', [
      element('LanguageCode', 'zho'),
      element('MsgTitle', ebm.title),
      element('MsgDesc', ebm.text),
      element('AreaCode', ebm.areas.join(',')),
    ]),
  ])
}

const msgTypes = { 1: 1, 2: 2, 3: 3, 4: 4, 5: 5 } as const
const severities = { 0: 0, 1: 1, 2: 2, 3: 3, 4: 4 } as const

const time = z.string().transform((text, context): Millis => {
  const at = parseEbTime(text)
  if (at === null) context.addIssue({ code: 'custom', message: 'not YYYY-MM-DD HH:MI:SS' })
  return at ?? 0
})

const schema = z.object({
  version: z.string().regex(/^1(\.0)?$/),
  ebmId: z.string().refine(isEbmId, 'not of 35 digits'),
  related: z.string().refine(isEbmId, 'not of 35 digits').optional(),
  msgType: z.enum(['1', '2', '3', '4', '5']).transform((text): MsgType => msgTypes[text]),
  senderName: z.string().min(1).max(200),
  senderCode: z.string().refine(isEbrId, 'not of 23 digits'),
  sendTime: time,
  eventType: z.string().regex(/^[0-9A-Z]{5}$/),
  severity: z.enum(['0', '1', '2', '3', '4']).transform((text): EbSeverity => severities[text]),
  start: time,
  end: time,
  language: z.literal('zho'),
  title: z.string().min(1).max(500),
  text: z.string().min(1).max(10_000),
  areas: z.string().transform((text) => text.split(/[,，]/).map((code) => code.trim())),
})

export function readEbm(body: XmlElement): Result<Ebm, string> {
  const basic = child(body, 'MsgBasicInfo')
  const content = body.children.find((part) => part.name === 'MsgContent' && textOf(part, 'LanguageCode') === 'zho')
  const parsed = schema.safeParse({
    version: textOf(body, 'EBMVersion'),
    ebmId: textOf(body, 'EBMID'),
    related: textOf(child(body, 'RelatedInfo'), 'EBMID'),
    msgType: textOf(basic, 'MsgType'),
    senderName: textOf(basic, 'SenderName'),
    senderCode: textOf(basic, 'SenderCode'),
    sendTime: textOf(basic, 'SendTime'),
    eventType: textOf(basic, 'EventType'),
    severity: textOf(basic, 'Severity'),
    start: textOf(basic, 'StartTime'),
    end: textOf(basic, 'EndTime'),
    language: textOf(content, 'LanguageCode'),
    title: textOf(content, 'MsgTitle'),
    text: textOf(content, 'MsgDesc'),
    areas: textOf(content, 'AreaCode'),
  })
  if (!parsed.success) return fail(`EBM: ${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`)
  const { version: _version, language: _language, related, ...rest } = parsed.data
  const wrong = rest.areas.find((code) => !/^\d{12}$/.test(code))
  if (wrong !== undefined) return fail(`EBM: AreaCode: ${wrong.slice(0, 20)}`)
  if (rest.end <= rest.start) return fail('EBM: EndTime is not after StartTime')
  if (rest.msgType === 2 && related === undefined) return fail('EBM: a cancel names no EBMID')
  return ok({ ...rest, related: related ?? null })
}
