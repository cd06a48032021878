import { expect, test } from 'vitest'
import { comparison, count, limitNumber, valueText } from './number.ts'

test('a value keeps the decimals of its sensor and a true minus', () => {
  expect(valueText(2.4, 2)).toBe('2.40')
  expect(valueText(-0.994, 2)).toBe('−0.99')
  expect(valueText(-0.001, 2)).toBe('0.00')
  expect(valueText(81, 0)).toBe('81')
})

test('a limit is written as the rule writes it', () => {
  expect(limitNumber(1.5)).toBe('1.5')
  expect(comparison('>=', 2)).toBe('≥ 2')
  expect(comparison('<=', 3.3)).toBe('≤ 3.3')
  expect(comparison('<', -0.5)).toBe('< −0.5')
})

test('people are counted with thousands', () => {
  expect(count(0)).toBe('0')
  expect(count(604)).toBe('604')
  expect(count(5222)).toBe('5,222')
  expect(count(1_234_567)).toBe('1,234,567')
})
