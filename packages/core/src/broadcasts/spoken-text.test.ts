// What loudspeakers say: complete sentences, no codes or numbers, every character in GB 2312, within 255 bytes.

import { expect, test } from 'vitest'
import { quantities } from '../domain/quantity.ts'
import { severities } from '../domain/severity.ts'
import { gb2312Bytes, SPOKEN_LIMIT, speak, type SpokenRequest } from './spoken-text.ts'

const place = {
  spokenName: '澄溪化工北厂',
  hazard: 'hazchem',
  instruction: '立即向西转移到上风方向，用湿毛巾捂住口鼻，不要围观',
  eventName: '氯气泄漏',
} as const

const request: SpokenRequest = {
  kind: 'warning',
  sender: '邵屏市应急管理局',
  place,
  severity: 'red',
  quantity: 'chlorine',
  villages: ['杨家湾村', '石桥村', '河口村'],
  lifts: [],
  drill: false,
}

/** Every character that GB 2312 has, by decoding each of its code points. */
const gb2312 = new Set<string>()
const decoder = new TextDecoder('gbk')
for (let row = 0xa1; row <= 0xf7; row++) {
  for (let cell = 0xa1; cell <= 0xfe; cell++) gb2312.add(decoder.decode(Uint8Array.of(row, cell)))
}

test('the texts', () => {
  const say = (patch: Partial<SpokenRequest>) => speak({ ...request, ...patch }).text
  expect(say({})).toBe(
    '邵屏市应急管理局紧急通知：澄溪化工北厂发生氯气泄漏，现发布红色预警。请杨家湾村、石桥村、河口村村民注意：立即向西转移到上风方向，用湿毛巾捂住口鼻，不要围观。',
  )
  expect(say({ kind: 'update' })).toContain('险情加重，预警升级为红色')
  expect(say({ kind: 'all-clear' })).toBe(
    '邵屏市应急管理局通知：澄溪化工北厂发生氯气泄漏的险情已经解除，预警取消。请杨家湾村、石桥村、河口村村民放心，恢复正常生活。',
  )
  expect(say({ kind: 'all-clear', lifts: ['梅滩冷链氨气泄漏橙色预警'] })).toContain(
    '此前播发的梅滩冷链氨气泄漏橙色预警一并解除',
  )
  expect(say({ kind: 'withdrawal' })).toContain('预警已撤销')
  expect(say({ severity: 'yellow' })).toMatch(/^邵屏市应急管理局预警通知：/)
  expect(say({ drill: true })).toMatch(/^演练，演练，这是演练。.*以上是演练。$/)
  expect(speak({ ...request, drill: true }).title).toBe('【演练】澄溪化工北厂氯气泄漏红色预警')
})

test('for every quantity, colour and kind: GB 2312, nothing that is read out badly, within the limit', () => {
  for (const quantity of [...quantities.keys(), null]) {
    for (const severity of severities) {
      for (const kind of ['warning', 'update', 'cancel', 'all-clear', 'withdrawal'] as const) {
        for (const drill of [false, true]) {
          const { title, text, bytes } = speak({ ...request, kind, quantity, severity, drill })
          expect(Array.from(text + title).filter((char) => !gb2312.has(char))).toEqual([])
          expect(text).not.toMatch(/[A-Za-z0-9%]/)
          expect(text).toMatch(/。$/)
          expect(bytes).toBeLessThanOrEqual(SPOKEN_LIMIT)
        }
      }
    }
  }
})

test('many villages are named while they fit, and what to do is never cut', () => {
  const villages = Array.from({ length: 30 }, (_, i) => `第${'一二三四五六七八九十'[i % 10]}组大湾村`)
  const { text, bytes } = speak({ ...request, villages })
  expect(text).toContain('等地村民')
  expect(text).toContain(place.instruction)
  expect(bytes).toBeLessThanOrEqual(SPOKEN_LIMIT)
  const long = speak({ ...request, villages, place: { ...place, instruction: '请立即撤离。'.repeat(30) } })
  expect(long.text).toContain('周边村民')
  expect(long.text).toContain('请立即撤离。'.repeat(30))
  expect(long.bytes).toBeGreaterThan(SPOKEN_LIMIT)
})

test('bytes in GB 2312', () => {
  expect(gb2312Bytes('红A，')).toBe(5)
})
