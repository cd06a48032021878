import { expect, test } from 'vitest'
import { parseRoute, routeHash } from './routes.ts'

test('a route reads back from its address, slashes of an alarm’s id included', () => {
  const route = { screen: 'alarm', id: 'cx/sensor:GT-101/gas/3' } as const
  expect(parseRoute(routeHash(route))).toEqual(route)
  expect(parseRoute('#/broadcasts')).toEqual({ screen: 'broadcasts', id: null })
  expect(parseRoute('#/health')).toEqual({ screen: 'health' })
})

test('what is no address leads to the desk', () => {
  expect(parseRoute('')).toEqual({ screen: 'desk' })
  expect(parseRoute('#/nowhere/at/all')).toEqual({ screen: 'desk' })
  expect(parseRoute('#/alarm/%E0%A4%A')).toEqual({ screen: 'alarm', id: '%E0%A4%A' })
})
