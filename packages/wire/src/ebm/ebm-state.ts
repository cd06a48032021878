/** What became of a message, EBMStateResponse (GD/J 082): overall, and by village where the platform says so. */

import type { Millis } from '@tocsin/core/domain/ids.ts'
import { fail, ok, type Result } from '@tocsin/core/domain/result.ts'
import { z } from 'zod'
import { isEbmId, isEbrId } from './ids.ts'
import { formatEbTime, parseEbTime } from './time.ts'
import { child, element, textOf, type XmlElement } from './xml.ts'

/** 0 not processed, 1 waiting, 2 playing, 3 success, 4 failure (also a partial one), 5 cancelled. */
export type BrdStateCode = 0 | 1 | 2 | 3 | 4 | 5

export interface EbmStateItem {
  /** Of the adapter or terminal: its area is the village. */
  readonly ebrId: string
  readonly code: BrdStateCode
  readonly description: string
  readonly start: Millis | null
  /** null: still running. */
  readonly end: Millis | null
}

export interface EbmState {
  readonly at: Millis
  readonly ebmId: string
  readonly code: BrdStateCode
  readonly description: string
  readonly coverage: {
    /** 0 to 1. */
    readonly rate: number
    readonly areas: readonly string[]
    /** Platforms, adapters, transmitters, terminals that took part. */
    readonly resources: readonly number[]
  } | null
  readonly items: readonly EbmStateItem[]
}

/** Written with ResBrdInfo beside Coverage, as the standard's sample has it. */
export function writeEbmState(state: EbmState): XmlElement {
  const { coverage } = state
  return element('EBMStateResponse', [
    element('RptTime', formatEbTime(state.at)),
    element('EBM', [element('EBMID', state.ebmId)]),
    element('BrdStateCode', state.code),
    element('BrdStateDesc', state.description),
    coverage &&
      element('Coverage', [
        element('CoverageRate', coverage.rate.toFixed(2)),
        element('AreaCode', coverage.areas.join(',')),
        element('ResBrdStat', coverage.resources.join(',')),
      ]),
    element(
      'ResBrdInfo',
      state.items.map((item) =>
        element('ResBrdItem', [
          element('EBRAS', [element('EBRID', item.ebrId)]),
          element('EBRBS', [
            element('RptTime', formatEbTime(state.at)),
            element('BrdSysInfo', '大喇叭'),
            element('StartTime', item.start === null ? '' : formatEbTime(item.start)),
            element('EndTime', item.end === null ? '' : formatEbTime(item.end)),
            element('FileURL', ''),
            element('BrdStateCode', item.code),
            element('BrdStateDesc', item.description),
          ]),
        ]),
      ),
    ),
  ])
}

const codes = { 0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5 } as const
const code = z.enum(['0', '1', '2', '3', '4', '5']).transform((text): BrdStateCode => codes[text])

const head = z.object({
  ebmId: z.string().refine(isEbmId, 'EBMID is not of 35 digits'),
  at: z.string(),
  code,
  description: z.string().max(1000).default(''),
})

export function readEbmState(body: XmlElement): Result<EbmState, string> {
  const parsed = head.safeParse({
    // the standard's own request sample leaves the EBM element out; some answer likewise
    ebmId: textOf(child(body, 'EBM') ?? body, 'EBMID'),
    at: textOf(body, 'RptTime'),
    code: textOf(body, 'BrdStateCode'),
    description: textOf(body, 'BrdStateDesc'),
  })
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    return fail(`EBMStateResponse: ${issue?.path.join('.')}: ${issue?.message}`)
  }
  const at = parseEbTime(parsed.data.at)
  if (at === null) return fail('EBMStateResponse: RptTime')
  const coverage = child(body, 'Coverage')
  // the table nests ResBrdInfo in Coverage, the sample has it beside
  const info = child(body, 'ResBrdInfo') ?? child(coverage, 'ResBrdInfo')
  const items: EbmStateItem[] = []
  for (const item of info?.children ?? []) {
    const read = readItem(item)
    if (!read.ok) return read
    items.push(...read.value)
  }
  return ok({ ...parsed.data, at, coverage: coverage ? readCoverage(coverage) : null, items })
}

function readCoverage(coverage: XmlElement): EbmState['coverage'] {
  const list = (name: string) => (textOf(coverage, name) ?? '').split(',').filter((text) => text !== '')
  const rate = Number(textOf(coverage, 'CoverageRate') ?? 0)
  return {
    rate: Number.isFinite(rate) ? rate : 0,
    areas: list('AreaCode'),
    resources: list('ResBrdStat').map(Number).filter(Number.isFinite),
  }
}

/** One adapter with its transmissions; one without a transmission says nothing of the village. */
function readItem(item: XmlElement): Result<readonly EbmStateItem[], string> {
  const owner = child(item, 'EBRAS') ?? child(item, 'EBRST') ?? child(item, 'EBRPS')
  const ebrId = textOf(owner, 'EBRID')
  if (ebrId === undefined || !isEbrId(ebrId)) return fail('EBMStateResponse: ResBrdItem: EBRID is not of 23 digits')
  const items: EbmStateItem[] = []
  for (const part of item.children) {
    if (part.name !== 'EBRBS') continue
    const parsed = code.safeParse(textOf(part, 'BrdStateCode'))
    if (!parsed.success) return fail('EBMStateResponse: ResBrdItem: BrdStateCode')
    items.push({
      ebrId,
      code: parsed.data,
      description: textOf(part, 'BrdStateDesc') ?? '',
      start: parseEbTime(textOf(part, 'StartTime') ?? ''),
      end: parseEbTime(textOf(part, 'EndTime') ?? ''),
    })
  }
  return ok(items)
}
