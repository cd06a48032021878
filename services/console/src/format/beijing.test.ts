import { expect, test } from 'vitest'
import { clockTime, day, dayTime, hourMinute, isoBeijing, longSpan, span, stamp, weekday } from './beijing.ts'

const at = Date.UTC(2026, 5, 13, 18, 16, 7, 912)

test('an instant is written in Beijing time whatever the zone of the machine', () => {
  expect(stamp(at)).toBe('2026-06-14 02:16:07')
  expect(day(at)).toBe('2026-06-14')
  expect(dayTime(at)).toBe('06-14 02:16:07')
  expect(clockTime(at)).toBe('02:16:07')
  expect(hourMinute(at)).toBe('02:16')
  expect(isoBeijing(at)).toBe('2026-06-14T02:16:07+08:00')
  expect(weekday(at)).toBe(0)
})

test('a span gains its hours only when it has them', () => {
  expect(span(-5)).toBe('00:00')
  expect(span(55_999)).toBe('00:55')
  expect(span(36 * 60_000 + 7000)).toBe('36:07')
  expect(span(6_367_000)).toBe('1:46:07')
  expect(longSpan(103_000)).toBe('00:01:43')
  expect(longSpan(6_367_000)).toBe('01:46:07')
})
