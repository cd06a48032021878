import { expect, test } from 'vitest'
import { en } from '../texts/en.ts'
import { zh } from '../texts/zh.ts'
import { logText } from './log-text.ts'

const line = (what: string, detail = '', who: string | null = null) => ({ at: 0, what, who, detail })
const name = (user: string): string => `${user}!`

test('a log line is words, in either language', () => {
  expect(logText(line('approve', '', 'yi'), name, zh)).toBe('批准，yi!')
  expect(logText(line('sending', '2'), name, zh)).toBe('发送，第 2 次')
  expect(logText(line('receipt', 'played 3, unreached 1'), name, zh)).toBe('回执，已播完 3，未到达 1')
  expect(logText(line('close', 'alarm-over'), name, en)).toBe('closed, the alarm is over')
  expect(logText(line('approve-refused', 'own-request', 'jia'), name, zh)).toBe('批准未受理，jia!，提请人不得自批')
})

test('what has no word is shown as it came', () => {
  expect(logText(line('accepted', '成功：接收成功'), name, zh)).toBe('平台已接收，成功：接收成功')
  expect(logText(line('toString', 'constructor 3'), name, zh)).toBe('toString，constructor 3')
})
