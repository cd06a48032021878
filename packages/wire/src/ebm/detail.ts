/** The details of a packet that Tocsin sends or reads (GD/J 082 annexes A and E). */

import type { Millis } from '@tocsin/core/domain/ids.ts'
import { fail, ok, type Result } from '@tocsin/core/domain/result.ts'
import { z } from 'zod'
import { type Ebm, readEbm, writeEbm } from './ebm.ts'
import { isEbmId } from './ids.ts'
import { type EbmState, readEbmState, writeEbmState } from './ebm-state.ts'
import { formatEbTime, parseEbTime } from './time.ts'
import { child, element, textOf, type XmlElement } from './xml.ts'

export type Detail =
  | { readonly type: 'EBM'; readonly ebm: Ebm }
  | { readonly type: 'EBMStateRequest'; readonly ebmId: string }
  | { readonly type: 'EBMStateResponse'; readonly state: EbmState }
  | { readonly type: 'EBDResponse'; readonly code: ResultCode; readonly description: string }
  | { readonly type: 'ConnectionCheck'; readonly at: Millis }

export const detailTypes = ['EBM', 'EBMStateRequest', 'EBMStateResponse', 'EBDResponse', 'ConnectionCheck'] as const

/** 0 not processed, 1 success, 2 unreadable, 3 incomplete, 4 signature wrong, 5 other; 2 to 5 end the processing. */
export type ResultCode = 0 | 1 | 2 | 3 | 4 | 5

export const resultMeanings: Readonly<Record<ResultCode, string>> = {
  0: '未处理',
  1: '成功',
  2: '解析失败',
  3: '内容缺失',
  4: '验签失败',
  5: '其他错误',
}

export function writeDetail(detail: Detail): XmlElement {
  switch (detail.type) {
    case 'EBM':
      return writeEbm(detail.ebm)
    case 'EBMStateRequest':
      return element('EBMStateRequest', [element('EBM', [element('EBMID', detail.ebmId)])])
    case 'EBMStateResponse':
      return writeEbmState(detail.state)
    case 'EBDResponse':
      return element('EBDResponse', [element('ResultCode', detail.code), element('ResultDesc', detail.description)])
    case 'ConnectionCheck':
      return element('ConnectionCheck', [element('RptTime', formatEbTime(detail.at))])
  }
}

const resultCode = z.enum(['0', '1', '2', '3', '4', '5']).transform((text): ResultCode => codes[text])
const codes = { 0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5 } as const

export function readDetail(type: Detail['type'], body: XmlElement): Result<Detail, string> {
  switch (type) {
    case 'EBM': {
      const ebm = readEbm(body)
      return ebm.ok ? ok({ type, ebm: ebm.value }) : ebm
    }
    case 'EBMStateRequest': {
      // the standard's own sample leaves the EBM element out
      const ebmId = textOf(child(body, 'EBM') ?? body, 'EBMID')
      return ebmId !== undefined && isEbmId(ebmId) ? ok({ type, ebmId }) : fail('EBMStateRequest: EBMID')
    }
    case 'EBMStateResponse': {
      const state = readEbmState(body)
      return state.ok ? ok({ type, state: state.value }) : state
    }
    case 'EBDResponse': {
      const code = resultCode.safeParse(textOf(body, 'ResultCode'))
      if (!code.success) return fail('EBDResponse: ResultCode')
      return ok({ type, code: code.data, description: textOf(body, 'ResultDesc') ?? '' })
    }
    case 'ConnectionCheck': {
      const at = parseEbTime(textOf(body, 'RptTime') ?? '')
      return at === null ? fail('ConnectionCheck: RptTime') : ok({ type, at })
    }
  }
}
